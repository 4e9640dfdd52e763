using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour;

/// <summary>What one sensor said last, and since when. Hold it in a field that is not read-only.</summary>
public struct SensorView(string? sensor)
{
    public SensorState State { get; private set; }

    /// <summary>When it took this state; of no meaning before its first change.</summary>
    public DateTimeOffset Since { get; private set; }

    /// <summary>Takes in a change if it is this sensor's; false if it is another's.</summary>
    public bool Take(in SensorChange change)
    {
        if (!string.Equals(change.Sensor, sensor, StringComparison.Ordinal))
            return false;
        (State, Since) = (change.State, change.At);
        return true;
    }

    /// <summary>Takes in a change; true where this sensor was off and is on now. From unknown to on is no pulse: nobody saw it begin.</summary>
    public bool TakesPulse(in SensorChange change)
    {
        var wasOff = State == SensorState.Off;
        return Take(change) && wasOff && State == SensorState.On;
    }
}
