using System.ComponentModel.DataAnnotations;

namespace SocialCredit.Edge.Host.Evaluation.Scenes;

/// <summary>
/// How a detector's boxes differ from the truth, as <c>edge eval noise</c> measures it and the scene simulator plays it.
/// Lengths are shares of the height of the true box, times are seconds, shares are 0..1.
/// </summary>
public sealed record DetectorNoise
{
    /// <summary>Standard deviation of the middle of the box, from left to right, of somebody in plain sight.</summary>
    [Range(0.0, 1.0)]
    public double CentreJitter { get; init; } = 0.03;

    /// <summary>Of the width.</summary>
    [Range(0.0, 1.0)]
    public double WidthJitter { get; init; } = 0.05;

    /// <summary>Of the upper edge.</summary>
    [Range(0.0, 1.0)]
    public double TopJitter { get; init; } = 0.03;

    /// <summary>Of the lower edge, where the foot point lies.</summary>
    [Range(0.0, 1.0)]
    public double BottomJitter { get; init; } = 0.03;

    /// <summary>So many times larger are all of these where more than a quarter of the box is hidden.</summary>
    [Range(1.0, 10.0)]
    public double HiddenJitterFactor { get; init; } = 1.5;

    /// <summary>An error is forgotten to a third (1/e) after so long.</summary>
    [Range(0.0, 60.0)]
    public double JitterSeconds { get; init; } = 0.2;

    /// <summary>Share of frames without a detection: less than a quarter hidden, up to six tenths, more.</summary>
    [Length(3, 3)]
    public IReadOnlyList<double> MissShare { get; init; } = [0.03, 0.2, 0.6];

    /// <summary>How long a miss lasts on average.</summary>
    [Range(0.0, 60.0)]
    public double MissSeconds { get; init; } = 0.3;

    /// <summary>Confidences in plain sight: quantiles, see <see cref="Quantiles"/>.</summary>
    [Length(Quantiles.Count, Quantiles.Count)]
    public IReadOnlyList<double> Confidence { get; init; } = [0.1, 0.5, 0.6, 0.7, 0.75, 0.8, 0.82, 0.85, 0.87, 0.9, 0.95];

    /// <summary>The same where more than a quarter is hidden.</summary>
    [Length(Quantiles.Count, Quantiles.Count)]
    public IReadOnlyList<double> HiddenConfidence { get; init; } = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.95];

    /// <summary>A confidence is forgotten to a third (1/e) after so long.</summary>
    [Range(0.0, 60.0)]
    public double ConfidenceSeconds { get; init; } = 0.5;

    /// <summary>Share of frames in which somebody who is seen has a second box, of a part of the body.</summary>
    [Range(0.0, 1.0)]
    public double DoubleShare { get; init; } = 0.02;

    /// <summary>Confidences of second boxes: quantiles, see <see cref="Quantiles"/>.</summary>
    [Length(Quantiles.Count, Quantiles.Count)]
    public IReadOnlyList<double> DoubleConfidence { get; init; } = [0.1, 0.11, 0.12, 0.13, 0.14, 0.15, 0.17, 0.2, 0.25, 0.3, 0.5];

    /// <summary>Boxes where nothing is, on average in one frame.</summary>
    [Range(0.0, 100.0)]
    public double FalseBoxes { get; init; } = 0.3;

    /// <summary>How long such a box stays on average.</summary>
    [Range(0.0, 60.0)]
    public double FalseSeconds { get; init; } = 0.2;

    /// <summary>Their confidences: quantiles, see <see cref="Quantiles"/>.</summary>
    [Length(Quantiles.Count, Quantiles.Count)]
    public IReadOnlyList<double> FalseConfidence { get; init; } = [0.1, 0.11, 0.12, 0.13, 0.14, 0.15, 0.17, 0.2, 0.25, 0.3, 0.5];

    /// <summary>Of two of a class whose boxes overlap by three tenths or more: share of frames in which one box stands for both.</summary>
    [Range(0.0, 1.0)]
    public double MergeShare { get; init; } = 0.1;

    /// <summary>Changes of a track's id beside those that the boxes bring about, in one second of a track.</summary>
    [Range(0.0, 1.0)]
    public double SwitchesPerSecond { get; init; } = 0.002;

    /// <summary>Share of frames in which a person is taken for a bicycle or the reverse. Assumed: the clips have no cyclists.</summary>
    [Range(0.0, 1.0)]
    public double ClassFlickerShare { get; init; } = 0.01;

    /// <summary>How the camera moves. Assumed: the clips' cameras stand still.</summary>
    public CameraShake Shake { get; init; } = new();

    /// <summary>Sudden changes of the light. Assumed: the clips have none.</summary>
    public LightChange Light { get; init; } = new();

    /// <summary>A detector that errs never, and is sure of it.</summary>
    public static DetectorNoise None { get; } = new()
    {
        CentreJitter = 0,
        WidthJitter = 0,
        TopJitter = 0,
        BottomJitter = 0,
        MissShare = [0, 0, 0],
        Confidence = [.. Enumerable.Repeat(0.9, Quantiles.Count)],
        HiddenConfidence = [.. Enumerable.Repeat(0.9, Quantiles.Count)],
        DoubleShare = 0,
        FalseBoxes = 0,
        MergeShare = 0,
        SwitchesPerSecond = 0,
        ClassFlickerShare = 0,
        Shake = new CameraShake { Share = 0, GustsPerMinute = 0 },
        Light = new LightChange { PerHour = 0 },
    };
}

/// <summary>The whole picture moves, at all times a little and in gusts of wind more.</summary>
public sealed record CameraShake
{
    /// <summary>Standard deviation, in frame heights.</summary>
    [Range(0.0, 0.1)]
    public double Share { get; init; } = 0.0005;

    /// <summary>A displacement is forgotten to a third (1/e) after so long.</summary>
    [Range(0.01, 60.0)]
    public double Seconds { get; init; } = 0.2;

    [Range(0.0, 60.0)]
    public double GustsPerMinute { get; init; } = 0.5;

    /// <summary>So many times as much in a gust.</summary>
    [Range(1.0, 100.0)]
    public double GustFactor { get; init; } = 6;

    [Range(0.1, 60.0)]
    public double GustSeconds { get; init; } = 3;
}

/// <summary>A cloud, a lamp, headlights: for a moment much is missed, and boxes stand where nothing is.</summary>
public sealed record LightChange
{
    [Range(0.0, 3600.0)]
    public double PerHour { get; init; } = 20;

    [Range(0.1, 60.0)]
    public double Seconds { get; init; } = 1;

    /// <summary>Share of detections that are lost meanwhile.</summary>
    [Range(0.0, 1.0)]
    public double MissShare { get; init; } = 0.5;

    /// <summary>So many times the usual false boxes.</summary>
    [Range(1.0, 1000.0)]
    public double FalseFactor { get; init; } = 5;
}
