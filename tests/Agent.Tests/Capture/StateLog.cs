using SocialCredit.Edge.Capture;

namespace SocialCredit.Edge.Tests.Capture;

/// <summary>Every state a camera went through, and a wait for one to come.</summary>
internal sealed class StateLog
{
    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(60);
    private readonly List<CameraState> _seen = [];

    public StateLog(Camera camera) => camera.StateChanged = Add;

    public IReadOnlyList<CameraState> Seen
    {
        get
        {
            lock (_seen)
                return [.. _seen];
        }
    }

    /// <summary>The first state that fits among those after the first <paramref name="after"/>.</summary>
    public CameraState Until(Func<CameraState, bool> fits, int after = 0)
    {
        lock (_seen)
        {
            while (true)
            {
                if (_seen.Skip(after).FirstOrDefault(fits) is { } found)
                    return found;
                Assert.True(Monitor.Wait(_seen, HangGuard), $"no such state came; seen: {string.Join("; ", _seen)}");
            }
        }
    }

    private void Add(CameraState state)
    {
        lock (_seen)
        {
            _seen.Add(state);
            Monitor.PulseAll(_seen);
        }
    }
}
