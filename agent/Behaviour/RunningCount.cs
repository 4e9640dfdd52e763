using System.Runtime.CompilerServices;

namespace SocialCredit.Edge.Behaviour;

/// <summary>How many there were in the last three seconds, as a median, so that a detector's short misses are no change.</summary>
internal struct RunningCount
{
    private const int Kept = 15;
    private const double SpacingSeconds = 0.2;

    private Counts _counts;
    private int _taken;
    private DateTimeOffset _takenAt;

    /// <summary>Takes in what one frame shows; the median of what is kept, the upper one of two.</summary>
    public int Add(int count, DateTimeOffset at)
    {
        // A hundredth, because frames are not on the beat.
        if (_taken == 0 || (at - _takenAt).TotalSeconds >= SpacingSeconds - 0.01)
        {
            _counts[_taken++ % Kept] = count;
            _takenAt = at;
        }

        Span<int> sorted = stackalloc int[Math.Min(_taken, Kept)];
        ((ReadOnlySpan<int>)_counts)[..sorted.Length].CopyTo(sorted);
        sorted.Sort();
        return sorted[sorted.Length / 2];
    }

    [InlineArray(Kept)]
    private struct Counts
    {
        private int _first;
    }
}
