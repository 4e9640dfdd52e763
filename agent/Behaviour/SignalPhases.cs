using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour;

/// <summary>The last phases of one traffic signal, so that it can be asked for its colour at a moment between two frames.</summary>
internal sealed class SignalPhases(string signal)
{
    private const int Kept = 16;

    private readonly (DateTimeOffset Since, SensorState State)[] _phases = new (DateTimeOffset, SensorState)[Kept];
    private int _count;

    public void Take(List<SensorChange> changes)
    {
        foreach (var change in changes)
        {
            if (string.Equals(change.Sensor, signal, StringComparison.Ordinal))
                _phases[_count++ % Kept] = (change.At, change.State);
        }
    }

    /// <summary>Its colour at that moment and since when; unknown before the oldest phase that is kept.</summary>
    public (SensorState State, DateTimeOffset Since) At(DateTimeOffset at)
    {
        for (var i = _count - 1; i >= Math.Max(0, _count - Kept); i--)
        {
            if (_phases[i % Kept].Since <= at)
                return (_phases[i % Kept].State, _phases[i % Kept].Since);
        }

        return (SensorState.Unknown, DateTimeOffset.MinValue);
    }

    /// <summary>True if it was red for so long without a break at some time from then on, and its colour always known since.</summary>
    public bool WasRed(double seconds, DateTimeOffset from, DateTimeOffset to)
    {
        var end = to;
        for (var i = _count - 1; i >= Math.Max(0, _count - Kept) && end > from; i--)
        {
            var (since, state) = _phases[i % Kept];
            if (state == SensorState.Unknown)
                return false;
            var start = since > from ? since : from;
            // A microsecond, because frames are timed in ticks and thresholds are not.
            if (state == SensorState.Red && (end - start).TotalSeconds >= seconds - 1e-6)
                return true;
            end = since < end ? since : end;
        }

        return false;
    }

    /// <summary>True if its colour was known all the time between.</summary>
    public bool IsKnown(DateTimeOffset from, DateTimeOffset to)
    {
        for (var i = _count - 1; i >= Math.Max(0, _count - Kept); i--)
        {
            var (since, state) = _phases[i % Kept];
            if (state == SensorState.Unknown && since <= to)
                return false;
            if (since <= from)
                return true;
        }

        return false;
    }
}
