using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Host.Configuration;

namespace SocialCredit.Edge.Host;

/// <summary>Counts what happened in the zones of one camera, window after window. Tracks end here.</summary>
internal sealed class CameraExit : IFrameObserver
{
    /// <summary>Between two frames further apart than this the camera was not watching.</summary>
    private static readonly TimeSpan WatchGapMax = TimeSpan.FromSeconds(2);

    /// <summary>A live camera's newest frame may be this old when it arrives; its window stays open so long.</summary>
    private static readonly TimeSpan Lateness = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private readonly WindowCounts[] _windows;
    private readonly Anonymiser[] _anonymisers;
    private readonly Action<LeavingWindow> _leave;
    private readonly bool _isLive;
    private readonly TimeSpan[] _watched;
    private DateTimeOffset? _seenAt;

    /// <param name="section">The camera and its zones.</param>
    /// <param name="agent">Site, profile and policy.</param>
    /// <param name="clock">When it starts, and whether windows also close by the clock, which a file's do not.</param>
    /// <param name="random">Of the noise.</param>
    /// <param name="leave">Takes a window that has ended; must not wait.</param>
    public CameraExit(
        CameraSection section, AgentConfiguration agent, (DateTimeOffset Start, bool IsLive) clock, IRandomSource random, Action<LeavingWindow> leave)
    {
        (_leave, _isLive) = (leave, clock.IsLive);
        _windows = [.. section.Zones.Select(zone =>
            new WindowCounts(zone.Name, zone.WindowSeconds, agent.Policy.BehavioursOf(zone.Name), clock.Start))];
        _anonymisers = [.. section.Zones.Select(zone => new Anonymiser(
            new AnonymiserOptions(
                agent.Options.Site, agent.Options.Profile, agent.Policy.Id, section.Calibration, (decimal)zone.TracksPerPerson),
            random))];
        _watched = new TimeSpan[_windows.Length];
    }

    /// <summary>How long each zone was really watched so far, over all windows: how the machine is, nothing of whom it saw.</summary>
    public IReadOnlyList<(string Zone, TimeSpan Watched)> Exposure()
    {
        lock (_gate)
            return [.. _windows.Select((window, zone) => (window.Zone, _watched[zone]))];
    }

    /// <summary>The open windows while no frame changes them.</summary>
    public void Use(Action<IReadOnlyList<WindowCounts>> use)
    {
        lock (_gate)
            use(_windows);
    }

    public void Observe(in SeenFrame frame)
    {
        lock (_gate)
        {
            var at = frame.Scene.CapturedAt;
            var passed = _seenAt is { } before && at > before && at - before <= WatchGapMax ? at - before : TimeSpan.Zero;
            _seenAt = at;
            for (var i = 0; i < _windows.Length; i++)
            {
                Close(i, at);
                var watched = frame.IsWatchingZone(i) ? passed : TimeSpan.Zero;
                _windows[i].Watched(watched);
                _watched[i] += watched;

                // A camera that was turned or covered sees things, but not what its zones were drawn for.
                for (var e = 0; frame.IsWatching && e < frame.Events[i].Count; e++)
                {
                    var seen = frame.Events[i][e];
                    if (seen.IsEpisode)
                        _windows[i].ObserveEpisode(seen.Behaviour);
                    else
                        _windows[i].Observe(seen.TrackId, seen.Behaviour);
                }

                foreach (var id in frame.Scene.Ended)
                    _windows[i].End(id, at);
            }
        }
    }

    /// <summary>The clock went on; a camera that gives no frames must not keep its windows open.</summary>
    public void Tick(DateTimeOffset now)
    {
        if (!_isLive)
            return;
        lock (_gate)
        {
            for (var i = 0; i < _windows.Length; i++)
                Close(i, now - Lateness);
        }
    }

    public void Finish()
    {
        lock (_gate)
        {
            for (var i = 0; i < _windows.Length; i++)
            {
                var window = _windows[i];
                window.EndAll(window.Start);
                Close(i, window.Start.AddSeconds(window.Seconds));
            }
        }
    }

    private void Close(int zone, DateTimeOffset at)
    {
        while (_windows[zone].TryClose(at, out var closed))
            _leave(new LeavingWindow(closed, _anonymisers[zone], _isLive));
    }
}
