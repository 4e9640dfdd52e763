using System.Diagnostics.CodeAnalysis;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Sensing;

namespace SocialCredit.Edge.Host;

/// <summary>
/// The scenes of one camera on their way to its rules, each with what the sensors did up to it. They wait for the stated latency, so
/// that a change which comes late is still in order. One thread at a time.
/// </summary>
internal sealed class SceneFeed(SensorHub hub, TimeSpan latency)
{
    private readonly SensorTimeline _timeline = hub.AddTimeline();
    private readonly SceneDelay _delay = new(latency);

    /// <summary>A frame's scene; the caller may fill it anew at once.</summary>
    public void Add(long index, Scene scene, bool isWatching)
    {
        hub.AdvanceTo(scene.CapturedAt);
        if (isWatching)
            hub.Lamp();
        _delay.Add(index, scene, isWatching);
    }

    /// <summary>The next scene whose time has come; valid until the next call of either method.</summary>
    /// <param name="now">The newest frame's time; the clock's where none comes, the far future after the last.</param>
    /// <param name="taken">The scene, with the changes of sensors since the one before.</param>
    public bool TryTake(DateTimeOffset now, [NotNullWhen(true)] out DelayedScene? taken)
    {
        taken = null;
        if (!_delay.TryTake(now, out var due))
            return false;
        _timeline.TakeUpTo(due.Scene.CapturedAt, due.Scene.Changes);
        taken = due;
        return true;
    }

    /// <summary>Someone needs assistance.</summary>
    public void Light() => hub.Light();
}
