using System.Diagnostics;
using OpenCvSharp;
using SocialCredit.Edge.Capture;
using Point = SocialCredit.Edge.Domain.Point;

namespace SocialCredit.Edge.Tests.Capture;

/// <summary>When the picture watch says something, when it takes it back, and what it must not learn.</summary>
public sealed class PictureWatchTests(ITestOutputHelper output)
{
    private const double PlaceKnown = 400;

    /// <summary>A dozen pictures from all over the clip; read once, as that takes longer than all looks at them.</summary>
    private static readonly Lazy<WatchedPictures> Street = new(() => new WatchedPictures().Play(TestPaths.VtestClip(), 12));

    [Fact]
    public void A_cover_is_said_after_half_a_minute_and_never_becomes_usual()
    {
        using var seen = Learned();
        using var cover = new Pictures(seen.Kept, Disturbance.Cover);

        Assert.InRange(seen.Show(cover.All, 120, CameraTrouble.Covered)!.Value, 30, 50);
        Assert.Null(seen.Show(cover.All, 3600, CameraTrouble.None));
        Assert.NotNull(seen.Show(seen.Kept, 60, CameraTrouble.None));
        Assert.Equal([CameraTrouble.Covered], seen.Said);
    }

    [Fact]
    public void A_grey_cover_over_a_camera_of_colours_is_not_taken_for_infrared_light()
    {
        using var seen = Learned();
        using var spray = new Pictures(seen.Kept, picture => Grey(Disturbance.Cover(picture)));

        Assert.NotNull(seen.Show(spray.All, 120, CameraTrouble.Covered));
        Assert.Null(seen.Show(spray.All, 3600, CameraTrouble.None));
    }

    [Fact]
    public void Infrared_light_is_another_usual_in_which_a_turned_camera_is_seen_too()
    {
        using var seen = Learned();

        // Under infrared light leaves are white and the sky is black.
        using var night = new Pictures(seen.Kept, picture => Grey(Inverted(picture)));
        using var turned = new Pictures(night.All, Disturbance.Turn);
        seen.Show(night.All, PlaceKnown);
        seen.Show(seen.Kept, PlaceKnown);
        seen.Show(night.All, PlaceKnown);
        Assert.Empty(seen.Said);

        Assert.NotNull(seen.Show(turned.All, 180, CameraTrouble.Moved));
    }

    [Fact]
    public void A_day_that_ends_is_no_trouble_until_it_is_too_dark()
    {
        using var seen = Learned();
        using var pictures = new Pictures(seen.Kept.Take(6).ToList(), picture => picture.Clone());
        for (var minute = 0; minute < 60; minute++)
        {
            var left = Math.Exp(-minute / 17.0);
            using var dusk = new Pictures(pictures.All, picture => Disturbance.Dim(picture, left));
            seen.Show(dusk.All, 60);
        }

        Assert.Equal([CameraTrouble.Dark], seen.Said);
        Assert.InRange(seen.Watch.Light, 0, 10);
        Assert.NotNull(seen.Show(seen.Kept, 60, CameraTrouble.None));
    }

    [Fact]
    public void Trouble_that_passes_before_its_time_is_never_said()
    {
        using var seen = Learned();
        using var cover = new Pictures(seen.Kept, Disturbance.Cover);
        for (var i = 0; i < 10; i++)
        {
            seen.Show(cover.All, 20);
            seen.Show(seen.Kept, 60);
        }

        Assert.Empty(seen.Said);
    }

    [Theory]
    [InlineData(-7200)]
    [InlineData(7200)]
    public void A_clock_that_is_set_neither_raises_a_trouble_nor_keeps_one_away(double step)
    {
        using var seen = Learned();
        using var black = new Mat(seen.Kept[0].Size(), MatType.CV_8UC3, Scalar.Black);
        var start = DateTimeOffset.UnixEpoch.AddHours(10);
        for (var i = 0; i < 60; i++)
            Assert.Equal(CameraTrouble.None, seen.Watch.Observe(seen.Kept[i % 10], start.AddSeconds(i * 0.2)));

        start = start.AddSeconds(step + 12);
        for (var i = 0; i < 40; i++)
            Assert.Equal(CameraTrouble.None, seen.Watch.Observe(black, start.AddSeconds(i * 0.2)));
        for (var i = 40; i < 60; i++)
            seen.Watch.Observe(black, start.AddSeconds(i * 0.2));
        Assert.Equal(CameraTrouble.Black, seen.Watch.Observe(black, start.AddSeconds(12)));
    }

    [Fact]
    public void What_is_under_a_mask_is_not_judged()
    {
        // All but a quarter is masked: by the mask's black alone a dark picture, and one without structure.
        IReadOnlyList<Point> left = [new(0, 0), new(0.75f, 0), new(0.75f, 1), new(0, 1)];
        var options = CameraRig.Options("usb:0") with { Masks = [left] };
        var all = Street.Value;
        using var masked = new Pictures(all.Kept, picture => Masked(picture, options));
        using var seen = new WatchedPictures(options);
        seen.Show(masked.All, PlaceKnown);

        Assert.Empty(seen.Said);
        Assert.InRange(seen.Watch.Light, 60, 200);
        using var turned = new Pictures(all.Kept, picture => Masked(Disturbance.Turn(picture), options));
        Assert.NotNull(seen.Show(turned.All, 180, CameraTrouble.Moved));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(63, 500)]
    [InlineData(500, 47)]
    [InlineData(64, 48)]
    public void A_picture_of_any_size_can_be_looked_at(int width, int height)
    {
        using var seen = new WatchedPictures();
        using var picture = new Mat(height, width, MatType.CV_8UC3, Scalar.All(90));

        for (var i = 0; i < 10; i++)
            Assert.Equal(CameraTrouble.None, seen.See(picture));
    }

    [Fact]
    public void A_look_allocates_nothing()
    {
        using var seen = Learned();
        var (least, quickest) = (long.MaxValue, TimeSpan.MaxValue);
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 400; i++)
            {
                var from = Stopwatch.GetTimestamp();
                seen.Watch.Observe(seen.Kept[i % 10], DateTimeOffset.UnixEpoch.AddSeconds(9000 + (round * 200) + (i * 0.5)));
                var took = Stopwatch.GetElapsedTime(from);
                quickest = took < quickest ? took : quickest;
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        output.WriteLine($"{quickest.TotalMicroseconds:0} microseconds the quickest look at 768 x 576; there are two a second");
        Assert.Equal(0, least);
    }

    [Fact]
    public void A_covered_camera_says_so_in_its_state()
    {
        var all = Street.Value;
        var folder = CameraRig.FolderOf(320, i => i < 140 ? all.Kept[i % 10].Clone() : Disturbance.Cover(all.Kept[i % 10]));
        var (camera, states) = CameraRig.StartWatched(CameraRig.Options(folder) with { FramesPerSecond = 2 });

        CameraRig.TakeAll(camera);

        camera.Dispose();
        var blind = Assert.Single(states.Seen, state => state.Status == CameraStatus.Blind);
        Assert.Equal((CameraTrouble.Covered, "the lens is covered"), (blind.Trouble, blind.Reason));
        Assert.InRange(camera.Gauges.Light, 60, 120);
    }

    private static WatchedPictures Learned()
    {
        var seen = new WatchedPictures(Street.Value.Kept);
        seen.Show(seen.Kept, PlaceKnown);
        return seen;
    }

    private static Mat Grey(Mat picture)
    {
        using (picture)
        {
            using var grey = picture.CvtColor(ColorConversionCodes.BGR2GRAY);
            return grey.CvtColor(ColorConversionCodes.GRAY2BGR);
        }
    }

    private static Mat Inverted(Mat picture)
    {
        var inverted = new Mat();
        Cv2.BitwiseNot(picture, inverted);
        return inverted;
    }

    private static Mat Masked(Mat picture, CameraOptions options)
    {
        var masked = picture.Clone();
        new PrivacyMask(options.Masks).Apply(masked);
        return masked;
    }

    /// <summary>Pictures made of others.</summary>
    private sealed class Pictures(IReadOnlyList<Mat> of, Func<Mat, Mat> make) : IDisposable
    {
        public List<Mat> All { get; } = [.. of.Select(make)];

        public void Dispose() => All.ForEach(picture => picture.Dispose());
    }
}
