using System.ComponentModel.DataAnnotations;

namespace SocialCredit.Edge.Inference;

/// <summary>How a detector works; the defaults are for many cameras on few cores.</summary>
public sealed record DetectorOptions
{
    /// <summary>Threads inside one inference. Two detectors of one thread see more frames than one of two threads.</summary>
    [Range(1, 64)]
    public int Threads { get; init; } = 1;

    /// <summary>Detections below this are not reported. Low, because the tracker makes use of weak ones.</summary>
    [Range(0.01, 0.99)]
    public float ConfidenceMin { get; init; } = 0.1f;

    /// <summary>Of two boxes of a class that overlap more than this (shared over joint area) only the surer is reported.</summary>
    [Range(0.05, 0.95)]
    public float OverlapMax { get; init; } = 0.65f;

    /// <summary>
    /// Whether idle threads of the inference wait by spinning: a little faster at full load, three times the CPU at 10 frames
    /// a second.
    /// </summary>
    public bool Spinning { get; init; }
}
