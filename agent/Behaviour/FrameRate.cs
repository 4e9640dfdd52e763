using System.Numerics;

namespace SocialCredit.Edge.Behaviour;

/// <summary>Whether frames come often enough to judge fast encounters: by the median of the last 15 intervals.</summary>
internal record struct FrameRate()
{
    private const uint Frames = (1u << 15) - 1;

    /// <summary>10 frames a second, and a little room for a clock that wavers.</summary>
    private const double IntervalSecondsMax = 0.105;

    // One bit each; all were long until it is known better.
    private uint _long = Frames;
    private DateTimeOffset _lastAt;

    /// <summary>Below 10 frames a second, or not known yet.</summary>
    public readonly bool IsTooLow => BitOperations.PopCount(_long) > 7;

    /// <summary>From the frame before to the newest.</summary>
    public double LastSeconds { get; private set; }

    public void Add(DateTimeOffset at)
    {
        LastSeconds = (at - _lastAt).TotalSeconds;
        _lastAt = at;
        _long = ((_long << 1) | (LastSeconds > IntervalSecondsMax ? 1u : 0)) & Frames;
    }
}
