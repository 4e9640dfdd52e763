using System.Globalization;
using OpenCvSharp;
using SocialCredit.Edge.Capture;

namespace SocialCredit.Edge.Tests.Capture;

/// <summary>
/// The bounds of the picture watch on real clips by day and by night: nothing is said of them, nor of what belongs to a
/// street; what blinds a camera, put onto their own frames, is said and taken back.
/// </summary>
public sealed class PictureClipTests(ITestOutputHelper output)
{
    private const double LearnSeconds = 400;
    private const double DisturbedSeconds = 120;
    private const int DisturbedPictures = 12;

    [Fact]
    public void What_blinds_a_camera_is_seen_on_the_free_clip_and_what_belongs_to_a_street_is_not() =>
        Judge(TestPaths.VtestClip(), CameraTrouble.Covered);

    // Bare asphalt from above: a cover takes no structure away, but the last fine detail, and a turned camera sees the same.
    [Theory]
    [InlineData("abandoned_aboda_video4.avi", CameraTrouble.Covered)]
    [InlineData("car-detection.mp4", CameraTrouble.Blurred)]
    [InlineData("crosswalk_signal_rox.mp4", CameraTrouble.Covered)]
    [InlineData("crowd_plaza_overhead_pc_example_02.mp4", CameraTrouble.Covered)]
    [InlineData("highway_cctv_cyclist_bgs_video02.avi", CameraTrouble.Covered)]
    [InlineData("night_ir_empty_insects_rfm.mp4", CameraTrouble.Covered)]
    [InlineData("one-by-one-person-detection.mp4", CameraTrouble.Covered)]
    [InlineData("redlight_night_then_day_mad.mp4", CameraTrouble.Covered)]
    [InlineData("road_bgs_video03.avi", CameraTrouble.Covered)]
    [InlineData("traffic_buses_tsv_test1.mp4", CameraTrouble.Covered)]
    public void What_blinds_a_camera_is_seen_on_every_shared_clip_and_what_belongs_to_a_street_is_not(string clip, CameraTrouble whenCovered) =>
        Judge(TestPaths.SharedData($"clips/{clip}"), whenCovered);

    private void Judge(string clip, CameraTrouble whenCovered)
    {
        var isBare = whenCovered == CameraTrouble.Blurred;
        using var seen = new WatchedPictures();
        seen.Play(clip);
        seen.Show(seen.Kept, LearnSeconds);
        var (light, sharpness) = (seen.Watch.Light, seen.Watch.Sharpness);

        foreach (var harmless in (Func<Mat, int, Mat>[])[(p, _) => Disturbance.Lorry(p), (p, _) => Disturbance.Headlights(p),
            Disturbance.Sway, (p, _) => Disturbance.Relight(p, 1.8), (p, _) => Disturbance.Relight(p, 0.55)])
        {
            Disturbed(seen.Kept, harmless, pictures => seen.Show(pictures, DisturbedSeconds));
            seen.Show(seen.Kept, 40);
        }

        var said = string.Join(' ', seen.Said);
        (string Name, Func<Mat, Mat> Do, CameraTrouble Expected)[] blinding =
        [
            ("blurred", Disturbance.Blur, CameraTrouble.Blurred),
            ("covered", Disturbance.Cover, whenCovered),
            ("turned by 20 %", Disturbance.Turn, CameraTrouble.Moved),
            ("dimmed to 4 %", picture => Disturbance.Dim(picture), CameraTrouble.Dark),
        ];
        var rows = blinding.Where(kind => !(isBare && kind.Expected == CameraTrouble.Moved)).Select(kind =>
        {
            double? until = null;
            Disturbed(seen.Kept, (picture, _) => kind.Do(picture), pictures => until = seen.Show(pictures, DisturbedSeconds, kind.Expected));
            return (kind.Name, Said: until, Back: seen.Show(seen.Kept, DisturbedSeconds, CameraTrouble.None));
        }).ToList();

        var times = string.Join(", ", rows.Select(row => $"{row.Name} {row.Said} {row.Back}"));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.GetFileName(clip)}: light {light:0}, sharpness {sharpness:0.000}, false: {(said.Length > 0 ? said : "none")}; said and taken back after seconds: {times}"));
        Assert.Equal("", said);
        Assert.All(rows, row => Assert.True(row.Said is not null && row.Back is not null, $"{row.Name} was not said, or not taken back"));
    }

    private static void Disturbed(IReadOnlyList<Mat> pictures, Func<Mat, int, Mat> disturb, Action<IReadOnlyList<Mat>> use)
    {
        var disturbed = pictures.Take(DisturbedPictures).Select(disturb).ToList();
        use(disturbed);
        foreach (var picture in disturbed)
            picture.Dispose();
    }
}
