using System.ComponentModel.DataAnnotations;

namespace SocialCredit.Edge.Tracking;

/// <summary>
/// What the tracker can be told. One set for every camera, chosen at ten frames a second on fixed and moving cameras where the
/// scores are flat: 25 draws of all numbers off by up to a quarter at once, each its own way, cost 0.01 of MOTA and 0.02 of
/// IDF1 in the mean and 0.03 and 0.06 at worst (means of six public sequences). Lengths are in heights of the object's box, so
/// that near and far objects are treated alike; times are real time, not frames.
/// </summary>
public sealed record ByteTrackerOptions
{
    /// <summary>Detections below are ignored.</summary>
    [Range(0.0, 1.0)]
    public double ScoreLow { get; init; } = 0.1;

    /// <summary>From here on a detection is sure and may start a track; below, it may only continue one.</summary>
    [Range(0.0, 1.0)]
    public double ScoreHigh { get; init; } = 0.6;

    /// <summary>Sum of its detections' confidences at which a track is confirmed: two good ones or more poor ones.</summary>
    [Range(0.1, 100.0)]
    public double EvidenceMin { get; init; } = 1.5;

    /// <summary>Least overlap of a confirmed track's predicted box with a detection.</summary>
    [Range(0.01, 0.95)]
    public double OverlapMin { get; init; } = 0.2;

    /// <summary>The same for tracks not yet confirmed.</summary>
    [Range(0.01, 0.95)]
    public double OverlapMinTentative { get; init; } = 0.25;

    /// <summary>Boxes are grown by this share of their size on every side before their overlap is taken (C-BIoU).</summary>
    [Range(0.0, 1.0)]
    public double OverlapMargin { get; init; } = 0.1;

    /// <summary>What it costs, in overlap, to take a person for a bicycle or the reverse.</summary>
    [Range(0.0, 1.0)]
    public double ClassPenalty { get; init; } = 0.2;

    /// <summary>What it costs, in overlap, to take a poor detection: a sure one that fits nearly as well is taken instead.</summary>
    [Range(0.0, 1.0)]
    public double PoorPenalty { get; init; } = 0.3;

    /// <summary>
    /// After a miss a poor detection may still continue a track whose last sure one is at most so old: longer, and what a
    /// detector sees in a bush or a bin, poorly but again and again, would live for ever.
    /// </summary>
    [Range(0.0, 10.0)]
    public double PoorSeconds { get; init; } = 1.5;

    /// <summary>Unseen for up to this long is the detector's flicker; a track not yet confirmed ends after it.</summary>
    [Range(0.0, 10.0)]
    public double FlickerSeconds { get; init; } = 0.25;

    /// <summary>Time to live of a confirmed track while another track hides the place where it should be.</summary>
    [Range(0.0, 60.0)]
    public double HiddenSeconds { get; init; } = 3;

    /// <summary>Time to live of a confirmed track that should be in plain sight.</summary>
    [Range(0.0, 60.0)]
    public double MissingSeconds { get; init; } = 1.5;

    /// <summary>Share of a predicted box that another track must cover to hide it.</summary>
    [Range(0.0, 1.0)]
    public double CoverMin { get; init; } = 0.2;

    /// <summary>For so long the predicted place of a well-known track in plain sight is given out.</summary>
    [Range(0.0, 10.0)]
    public double PredictSeconds { get; init; } = 0.15;

    /// <summary>The same while another track hides it.</summary>
    [Range(0.0, 10.0)]
    public double PredictHiddenSeconds { get; init; } = 0.4;

    /// <summary>Sum of confidences that makes a track well known.</summary>
    [Range(0.0, 1000.0)]
    public double PredictEvidenceMin { get; init; } = 15;

    /// <summary>Fastest person, cyclist, animal or thing, in heights a second: nothing beyond is ever associated.</summary>
    [Range(0.1, 100.0)]
    public double SpeedMax { get; init; } = 6;

    /// <summary>Fastest vehicle, in heights a second.</summary>
    [Range(0.1, 100.0)]
    public double VehicleSpeedMax { get; init; } = 20;

    /// <summary>What a detector's box jumps by itself, in heights; added to what speed allows.</summary>
    [Range(0.0, 5.0)]
    public double JitterMax { get; init; } = 0.3;

    /// <summary>After a gap, the largest ratio of the heights of what was lost and what was found.</summary>
    [Range(1.0, 10.0)]
    public double HeightRatioMax { get; init; } = 1.4;

    /// <summary>A new track within so many heights of where a lost one should be continues it; 0 turns this off.</summary>
    [Range(0.0, 10.0)]
    public double RelinkReach { get; init; } = 0.6;

    /// <summary>By how many heights that reach grows with every second of the gap.</summary>
    [Range(0.0, 10.0)]
    public double RelinkReachPerSecond { get; init; } = 0.4;

    /// <summary>How the boxes are believed to move and to be measured.</summary>
    [Required]
    public MotionOptions Motion { get; init; } = new();
}
