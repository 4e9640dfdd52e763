using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host.Evaluation.Scenes;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Agent.Tests.Host.Evaluation;

/// <summary>A detector of known errors is measured, and the errors must come out.</summary>
public sealed class NoiseMeasurementTests
{
    private const double FramesPerSecond = 10;

    private static readonly DetectorNoise Given = DetectorNoise.None with
    {
        CentreJitter = 0.04,
        WidthJitter = 0.06,
        TopJitter = 0.05,
        BottomJitter = 0.03,
        JitterSeconds = 0.3,
        MissShare = [0.05, 0.3, 0.6],
        MissSeconds = 0.4,
        Confidence = [0.3, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.83, 0.86, 0.9, 0.93, 0.96, 0.98],
        FalseBoxes = 0.5,
        FalseSeconds = 1,
        FalseConfidence = [0.15, 0.16, 0.18, 0.2, 0.22, 0.24, 0.26, 0.28, 0.3, 0.34, 0.4, 0.5, 0.6],
    };

    [Fact]
    public void The_noise_that_was_played_is_measured()
    {
        var truth = People(frames: 4000);

        var measured = NoiseMeasurement.Of(truth, NoiseReplay.Detections(truth, Given, FramesPerSecond, seed: 1), FramesPerSecond);

        AssertNear(Given.CentreJitter, measured.CentreJitter);
        AssertNear(Given.WidthJitter, measured.WidthJitter);
        AssertNear(Given.TopJitter, measured.TopJitter);
        AssertNear(Given.BottomJitter, measured.BottomJitter);
        AssertNear(Given.JitterSeconds, measured.JitterSeconds);
        AssertNear(Given.MissShare[0], measured.MissShare[0]);
        AssertNear(Given.MissSeconds, measured.MissSeconds);
        AssertNear(Given.FalseBoxes, measured.FalseBoxes);
        AssertNear(Given.FalseSeconds, measured.FalseSeconds);
        AssertNear(Given.Confidence[5], measured.Confidence[5]);
        Assert.Equal(0, measured.MergeShare);
    }

    [Fact]
    public void A_detector_that_never_errs_has_no_noise()
    {
        var truth = People();

        var measured = NoiseMeasurement.Of(truth, [.. truth.Select(r => r with { Id = -1, Confidence = 0.9f })], FramesPerSecond);

        Assert.Equal((0, 0), (measured.CentreJitter, measured.BottomJitter));
        Assert.Equal([0, 0, 0], measured.MissShare);
        Assert.Equal((0, 0, 0), (measured.FalseBoxes, measured.DoubleShare, measured.MergeShare));
    }

    [Fact]
    public void A_constant_error_is_no_jitter()
    {
        var truth = People();

        var measured = NoiseMeasurement.Of(
            truth,
            [.. truth.Select(r => new MotRow(r.Frame, -1, r.Box with { Bottom = r.Box.Bottom + 10 }, 0.9f))],
            FramesPerSecond);

        Assert.Equal(0, measured.BottomJitter, 5);
    }

    [Fact]
    public void Who_is_marked_as_to_be_ignored_makes_no_box_false()
    {
        var truth = People();
        List<MotRow> ignored = [.. truth.Select(r => new MotRow(r.Frame, 9, new Box(1500, 700, 1560, 850), 0))];
        List<MotRow> found = [.. truth.Select(r => r with { Id = -1, Confidence = 0.9f }), .. ignored.Select(r => r with { Id = -1, Confidence = 0.9f })];

        Assert.Equal(0, NoiseMeasurement.Of([.. truth, .. ignored], found, FramesPerSecond).FalseBoxes);
        Assert.True(NoiseMeasurement.Of(truth, found, FramesPerSecond).FalseBoxes > 0.9);
    }

    /// <summary>Four people who never come near each other, for long enough that what is asked for comes out.</summary>
    private static List<MotRow> People(int frames = 400) =>
    [
        .. from frame in Enumerable.Range(1, frames)
           from person in Enumerable.Range(0, 4)
           let x = 300 + 400 * person + 60 * MathF.Sin(frame / 50f + person)
           select new MotRow(frame, person + 1, new Box(x, 200, x + 40, 320), 1),
        // Corners far away, so that nobody stands at the picture's border.
        new MotRow(frames + 1, 5, new Box(1850, 900, 1920, 1080), 1),
    ];

    private static void AssertNear(double given, double measured) => Assert.InRange(measured, given * 0.8, given * 1.25);
}
