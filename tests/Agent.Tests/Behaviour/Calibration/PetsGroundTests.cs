using SocialCredit.Edge.Behaviour.Calibration;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Tests;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Agent.Tests.Behaviour.Calibration;

/// <summary>Both calibrations of PETS2009's first view against the one that its makers surveyed.</summary>
public sealed class PetsGroundTests(ITestOutputHelper output)
{
    private const double FramesPerSecond = 10;

    /// <summary>Pixels, spread over where people walk: what somebody with a tape measure would choose.</summary>
    private static readonly Point[] Chosen =
        [new(60, 200), new(350, 170), new(700, 190), new(120, 330), new(640, 330), new(150, 520), new(400, 420), new(680, 500)];

    [Fact]
    public void Under_the_survey_persons_walk_at_the_pace_of_persons()
    {
        var camera = Surveyed();
        double[] paces = [.. Seconds(camera).Select(way => GroundAgreement.Length(way.From.Metres, way.To.Metres)).Order()];

        output.WriteLine($"{camera.HeightMetres:0.00} m up, {camera.TiltDegrees:0.0} down, {camera.FieldOfViewDegrees:0.0} across; {paces[paces.Length / 2]:0.00} m/s");
        Assert.InRange(paces[paces.Length / 2], 1.0, 1.6);
    }

    [Fact]
    public void Eight_points_are_right_to_a_hand_where_people_walk()
    {
        var camera = Surveyed();
        var fit = Fit([.. Chosen.Select(pixel => camera.Place(Shares(pixel, camera)))], camera);

        output.WriteLine($"points {fit.RmsMetres:0.00} m, left out {fit.LeftOutRmsMetres:0.00} m, at foot points {Rms(fit, Feet(camera)):0.00} m; ways of a second {GroundAgreement.Of(fit.Plane, Seconds(camera))}");
        Assert.Null(fit.Refusal(0.3));
        Assert.InRange(Rms(fit, Feet(camera)), 0, 0.1);
        Assert.InRange(GroundAgreement.Of(fit.Plane, Seconds(camera)).RmsShare, 0, 0.02);
    }

    [Fact]
    public void Eight_points_that_were_clicked_two_pixels_off_are_right_to_a_foot()
    {
        var (camera, random) = (Surveyed(), new Random(1));
        var (feet, seconds) = (Feet(camera), Seconds(camera).ToArray());
        var (rms, speeds) = (new List<double>(), new List<double>());
        for (var i = 0; i < 20; i++)
        {
            var fit = Fit([.. Chosen.Select(pixel => camera.Place(Shares(pixel, camera)) with { Image = Shares(Shake(pixel, random), camera) })], camera);
            rms.Add(Rms(fit, feet));
            speeds.Add(GroundAgreement.Of(fit.Plane, seconds).RmsShare);
        }

        output.WriteLine($"at foot points {rms.Order().ElementAt(10):0.00} m, worst of 20 {rms.Max():0.00} m; ways of a second {100 * speeds.Order().ElementAt(10):0.0} %, worst {100 * speeds.Max():0.0} %");
        Assert.InRange(rms.Order().ElementAt(10), 0, 0.2);
        Assert.InRange(rms.Max(), 0, 0.4);
        Assert.InRange(speeds.Max(), 0, 0.04);
    }

    [Theory]
    [InlineData(36.4, 0.05)]
    [InlineData(null, 0.10)]
    public void Persons_are_right_to_a_few_percent(double? fieldOfView, double rmsMax)
    {
        var camera = Surveyed();

        var fit = WalkerFit.Make(Walkers.Watch(Truth(camera), camera.Aspect, FramesPerSecond), WalkerFit.PersonHeightMetres, fieldOfView, out var fault);

        Assert.Null(fault);
        var plane = fit!.Camera.ToGround(camera.Aspect);
        var (seconds, pairs) = (GroundAgreement.Of(plane, Seconds(camera)), GroundAgreement.Of(plane, Pairs(camera)));
        output.WriteLine($"{fit.Camera.HeightMetres:0.0} m up, {fit.Camera.TiltDegrees:0.0} down, {fit.Camera.FieldOfViewDegrees:0.0} across; between foot points {pairs}; ways of a second {seconds}");
        Assert.Equal(camera.HeightMetres, fit.Camera.HeightMetres, tolerance: 0.1 * camera.HeightMetres);
        Assert.InRange(pairs.RmsShare, 0, rmsMax);
        Assert.InRange(seconds.RmsShare, 0, rmsMax);
        Assert.InRange(pairs.WorstTenthShare, 0, 0.15);
    }

    private static TsaiCamera Surveyed() => new(TestPaths.SharedData("gt/PETS09-S2L1/camera_View_001.xml"));

    private static PointFit Fit(MeasuredPoint[] points, TsaiCamera camera)
    {
        var fit = PointFit.Make(points, camera.Aspect, out var faults);
        Assert.Empty(faults);
        return fit!;
    }

    /// <summary>The boxes in 0..1 of the picture.</summary>
    private static List<MotRow> Truth(TsaiCamera camera)
    {
        var path = TestPaths.SharedData("gt/PETS09-S2L1/gt/gt.txt");
        return [.. MotFile.Read(path, File.ReadLines(path)).Select(row => row with
        {
            Box = new Box(row.Box.Left / camera.Width, row.Box.Top / camera.Height, row.Box.Right / camera.Width, row.Box.Bottom / camera.Height),
        })];
    }

    /// <summary>Where somebody stood, not cut off by the picture's edge.</summary>
    private static List<MeasuredPoint> Feet(TsaiCamera camera) =>
        [.. Truth(camera).Where(row => row.Box.Bottom < 0.99f).Select(row => camera.Place(row.Box.Foot))];

    private static double Rms(PointFit fit, List<MeasuredPoint> places) => Math.Sqrt(places.Average(place =>
        fit.Plane.TryToMetres(place.Image, out var metres) ? Math.Pow(GroundAgreement.Length(metres, place.Metres), 2) : double.PositiveInfinity));

    private static IEnumerable<(MeasuredPoint From, MeasuredPoint To)> Pairs(TsaiCamera camera)
    {
        var (places, random) = (Feet(camera), new Random(1));
        return GroundAgreement.Pairs(() => places[random.Next(places.Count)], 5000);
    }

    /// <summary>What each person walked in a second: a speed is as far off as these are.</summary>
    private static IEnumerable<(MeasuredPoint From, MeasuredPoint To)> Seconds(TsaiCamera camera)
    {
        var at = Truth(camera).Where(row => row.Box.Bottom < 0.99f).ToDictionary(row => (row.Id, row.Frame), row => camera.Place(row.Box.Foot));
        return at.Where(place => at.ContainsKey((place.Key.Id, place.Key.Frame + 10)))
            .Select(place => (From: place.Value, To: at[(place.Key.Id, place.Key.Frame + 10)]))
            .Where(way => GroundAgreement.Length(way.From.Metres, way.To.Metres) > 0.5);
    }

    private static Point Shake(Point pixel, Random random) =>
        new((float)(pixel.X + (2 * Walkers.Normal(random))), (float)(pixel.Y + (2 * Walkers.Normal(random))));

    private static Point Shares(Point pixel, TsaiCamera camera) => new(pixel.X / camera.Width, pixel.Y / camera.Height);
}
