using System.Runtime.CompilerServices;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour;

/// <summary>Where one track was in the last moments, in metres, and how fast. A ring of fixed size: nothing is allocated.</summary>
internal record struct SpeedTrace
{
    private const int Kept = 16;

    /// <summary>Shorter steps than this would be mostly jitter of the foot point.</summary>
    private const double BaselineSeconds = 0.4;

    /// <summary>A median of fewer speeds is none.</summary>
    private const int SpeedsMin = 3;

    private Ring _ring;
    private int _count;

    public readonly DateTimeOffset NewestAt => _count == 0 ? DateTimeOffset.MinValue : _ring[(_count - 1) % Kept].At;

    /// <summary>Forgets where it was.</summary>
    public void Clear() => _count = 0;

    /// <summary>Keeps a place, unless it follows the last one too closely to be of use for a window of so many seconds.</summary>
    public bool Add(DateTimeOffset at, Point metres, double windowSeconds)
    {
        if (_count > 0 && (at - NewestAt).TotalSeconds < windowSeconds / (Kept - 4))
            return false;
        _ring[_count++ % Kept] = (at, metres);
        return true;
    }

    /// <summary>
    /// Metres a second over the newest window that is at least so long: the median over short steps, and from its start to its
    /// end. False while the track is not known for so long.
    /// </summary>
    public readonly bool TryMeasure(double windowSeconds, out double median, out double endToEnd)
    {
        (median, endToEnd) = (0, 0);
        var (newest, oldest) = (_count - 1, Math.Max(0, _count - Kept));
        var first = newest;
        while (first > oldest && (NewestAt - _ring[first % Kept].At).TotalSeconds < windowSeconds - 1e-6)
            first--;
        if (_count == 0 || (NewestAt - _ring[first % Kept].At).TotalSeconds < windowSeconds - 1e-6)
            return false;

        Span<double> speeds = stackalloc double[Kept];
        var (taken, from) = (0, first);
        for (var to = first + 1; to <= newest; to++)
        {
            while (Seconds(from + 1, to) >= BaselineSeconds - 1e-6)
                from++;
            if (Seconds(from, to) >= BaselineSeconds - 1e-6)
                speeds[taken++] = Speed(from, to);
        }

        if (taken < SpeedsMin)
            return false;
        speeds[..taken].Sort();
        median = (speeds[(taken - 1) / 2] + speeds[taken / 2]) / 2;
        endToEnd = Speed(first, newest);
        return true;
    }

    private readonly double Seconds(int from, int to) => (_ring[to % Kept].At - _ring[from % Kept].At).TotalSeconds;

    private readonly double Speed(int from, int to)
    {
        var (a, b) = (_ring[from % Kept].Metres, _ring[to % Kept].Metres);
        return Math.Sqrt((b.X - a.X) * (b.X - a.X) + (b.Y - a.Y) * (b.Y - a.Y)) / Seconds(from, to);
    }

    [InlineArray(Kept)]
    private struct Ring
    {
        private (DateTimeOffset At, Point Metres) _first;
    }
}
