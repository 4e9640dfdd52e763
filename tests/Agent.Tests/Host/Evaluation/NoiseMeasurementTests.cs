using SocialCredit.Edge.Host.Evaluation.Scenes;
using SocialCredit.Edge.Tests;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Agent.Tests.Host.Evaluation;

/// <summary>What is measured of a detector is what it does: a known noise is played on the real persons of PETS2009 S2.L1 and measured again.</summary>
public sealed class NoiseMeasurementTests
{
    [Fact]
    public void A_noise_that_is_played_is_measured()
    {
        var truth = Truth();
        var played = new DetectorNoise { CentreJitter = 0.03, BottomJitter = 0.06, TopJitter = 0.04, FalseBoxes = 2, DoubleShare = 0.05, MissShare = [0.06, 0.3, 0.6] };

        var measured = NoiseMeasurement.Of(truth, NoiseReplay.Detections(truth, played, 10, seed: 5), 10);

        Assert.InRange(measured.CentreJitter, 0.85 * played.CentreJitter, 1.15 * played.CentreJitter);
        Assert.InRange(measured.BottomJitter, 0.85 * played.BottomJitter, 1.15 * played.BottomJitter);
        Assert.InRange(measured.TopJitter, 0.85 * played.TopJitter, 1.15 * played.TopJitter);
        Assert.InRange(measured.JitterSeconds, 0.6 * played.JitterSeconds, 1.4 * played.JitterSeconds);
        Assert.InRange(measured.MissShare[0], 0.6 * played.MissShare[0], 1.4 * played.MissShare[0]);
        Assert.InRange(measured.FalseBoxes, 0.7 * played.FalseBoxes, 1.3 * played.FalseBoxes);
    }

    [Fact]
    public void Boxes_without_a_fault_have_no_noise()
    {
        var truth = Truth();

        var measured = NoiseMeasurement.Of(truth, [.. truth.Select(row => row with { Id = -1, Confidence = 0.9f })], 10);

        Assert.Equal((0, 0, 0), (measured.CentreJitter, measured.BottomJitter, measured.FalseBoxes));
        Assert.All(measured.MissShare, share => Assert.Equal(0, share));
    }

    private static List<MotRow> Truth() =>
        MotFile.Read("gt.txt", File.ReadLines(TestPaths.SharedData("gt/PETS09-S2L1/gt/gt.txt")));
}
