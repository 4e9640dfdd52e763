using SocialCredit.Edge.Behaviour.Calibration;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Agent.Tests.Behaviour.Calibration;

/// <summary>How a camera stands, from persons of mixed height in noisy boxes.</summary>
public sealed class GroundPersonsFitTests(ITestOutputHelper output)
{
    private const int Persons = 40;

    /// <summary>Height in metres, tilt, roll and field of view in degrees.</summary>
    public static TheoryData<double, double, double, double> Cameras => new()
    {
        { 3.5, 15, 0, 70 },
        { 5, 22, 0, 60 },
        { 5, 25, 3, 90 },
        { 7, 17, 2, 36 },
        { 8, 35, -2, 60 },
        { 12, 30, 0, 45 },
    };

    [Theory]
    [MemberData(nameof(Cameras))]
    public void With_the_field_of_view_given_lengths_are_right_to_a_few_percent(double height, double tilt, double roll, double view)
    {
        var camera = new StandingCamera(height, tilt, roll, view, 16 / 9.0);
        var squares = 0.0;
        for (var seed = 1; seed <= 10; seed++)
        {
            var fit = Make(Walkers.Walk(camera, Persons, seed), camera, view);
            var agreement = AgreementOf(fit, camera, seed);
            output.WriteLine($"seed {seed}: {fit.Camera.HeightMetres:0.00} m, {fit.Camera.TiltDegrees:0.0} down, roll {fit.Camera.RollDegrees:0.0}; lengths {agreement}");
            squares += agreement.RmsShare * agreement.RmsShare / 10;

            Assert.Equal(height, fit.Camera.HeightMetres, tolerance: 0.04 * height);
            Assert.Equal(tilt, fit.Camera.TiltDegrees, tolerance: 1.2);
            Assert.InRange(agreement.Middle, 0.95, 1.05);
        }

        output.WriteLine($"all: rms {100 * Math.Sqrt(squares):0.0} %");
        Assert.InRange(Math.Sqrt(squares), 0, 0.035);
    }

    [Theory]
    [MemberData(nameof(Cameras))]
    public void With_the_field_of_view_estimated_lengths_are_right_to_a_tenth(double height, double tilt, double roll, double view)
    {
        var camera = new StandingCamera(height, tilt, roll, view, 16 / 9.0);
        for (var seed = 1; seed <= 2; seed++)
        {
            var fit = Make(Walkers.Walk(camera, Persons, seed), camera, fieldOfView: null);
            var agreement = AgreementOf(fit, camera, seed);
            output.WriteLine($"seed {seed}: {fit.Camera.FieldOfViewDegrees:0} degrees, {fit.FieldOfViewRange.Low:0} to {fit.FieldOfViewRange.High:0}; {fit.Camera.HeightMetres:0.00} m; lengths {agreement}");

            Assert.Equal(view, fit.Camera.FieldOfViewDegrees, tolerance: 0.25 * view);
            Assert.InRange(fit.Camera.FieldOfViewDegrees, fit.FieldOfViewRange.Low, fit.FieldOfViewRange.High);
            Assert.InRange(agreement.RmsShare, 0, 0.1);
        }
    }

    [Fact]
    public void Jitter_of_the_foot_does_not_make_the_ground_longer()
    {
        var middles = new List<double>();
        foreach (var (height, tilt, _, view) in Cameras.Select(row => row.Data))
        {
            var camera = new StandingCamera(height, tilt, 0, view, 16 / 9.0);
            middles.Add(AgreementOf(Make(Walkers.Walk(camera, 60, seed: 100), camera, view), camera, seed: 100).Middle);
        }

        output.WriteLine(string.Join(", ", middles.Select(middle => $"{middle:0.000}")));
        Assert.InRange(middles.Average(), 0.98, 1.02);
    }

    [Fact]
    public void Every_length_is_as_right_as_the_mean_height_that_was_given()
    {
        var camera = new StandingCamera(5, 22, 0, 60, 16 / 9.0);
        var rows = Walkers.Walk(camera, Persons, seed: 1);

        var right = WalkerFit.Make(Walkers.Watch(rows, camera.Aspect), 1.7, 60, out _)!;
        var wrong = WalkerFit.Make(Walkers.Watch(rows, camera.Aspect), 1.87, 60, out _)!;

        Assert.Equal(1.1, wrong.Camera.HeightMetres / right.Camera.HeightMetres, tolerance: 1e-6);
        Assert.Equal(1.1, wrong.PaceMetresPerSecond / right.PaceMetresPerSecond, tolerance: 1e-6);
        Assert.Equal(right.Camera.TiltDegrees, wrong.Camera.TiltDegrees);
    }

    [Fact]
    public void Some_children_do_not_pull_the_camera_down()
    {
        var camera = new StandingCamera(5, 22, 0, 60, 16 / 9.0);
        var rows = Walkers.Walk(camera, Persons, seed: 1);
        var withChildren = rows.Select(row => row.Id % 7 == 0 ? row with { Box = row.Box with { Top = row.Box.Bottom - (0.65f * row.Box.Height) } } : row);

        var fit = Make([.. withChildren], camera, fieldOfView: 60);

        Assert.Equal(5, fit.Camera.HeightMetres, tolerance: 0.3);
        Assert.InRange(AgreementOf(fit, camera, seed: 1).RmsShare, 0, 0.06);
    }

    [Fact]
    public void The_pace_of_those_who_walked_is_told()
    {
        var camera = new StandingCamera(5, 22, 0, 60, 16 / 9.0);

        Assert.Equal(1.34, Make(Walkers.Walk(camera, 100, seed: 1), camera, fieldOfView: 60).PaceMetresPerSecond, tolerance: 0.12);
    }

    private static WalkerFit Make(List<MotRow> rows, StandingCamera camera, double? fieldOfView)
    {
        var fit = WalkerFit.Make(Walkers.Watch(rows, camera.Aspect), Walkers.MeanHeightMetres, fieldOfView, out var fault);
        Assert.Null(fault);
        return fit!;
    }

    private static GroundAgreement AgreementOf(WalkerFit fit, StandingCamera camera, int seed)
    {
        var random = new Random(seed);
        return GroundAgreement.Of(fit.Camera.ToGround(camera.Aspect), GroundAgreement.Pairs(() => camera.Place(random), 500));
    }
}
