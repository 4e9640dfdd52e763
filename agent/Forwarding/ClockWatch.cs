namespace SocialCredit.Edge.Forwarding;

/// <summary>
/// Tells by how far the wall clock was moved, by comparing it with the time that really passed. A device without a battery
/// clock starts in the past and is set right minutes later; no record may grow old or wait for ever because of that.
/// </summary>
public sealed class ClockWatch(TimeProvider time)
{
    private static readonly TimeSpan StepMin = TimeSpan.FromSeconds(30);

    private DateTimeOffset _wall = time.GetUtcNow();
    private long _timestamp = time.GetTimestamp();

    /// <summary>How far the clock was set forward (or back, negative) since the last call; zero for mere drift.</summary>
    public TimeSpan TakeStep()
    {
        var wall = time.GetUtcNow();
        var timestamp = time.GetTimestamp();
        var step = wall - _wall - time.GetElapsedTime(_timestamp, timestamp);

        // Drift is not taken over, so that slow drift adds up to a step in the end.
        var isStep = step.Duration() >= StepMin;
        if (!isStep)
            return TimeSpan.Zero;
        (_wall, _timestamp) = (wall, timestamp);
        return step;
    }
}
