using System.Runtime.InteropServices;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Host;

/// <summary>What is known of a frame beside its detections.</summary>
/// <param name="Index">From 0.</param>
/// <param name="CapturedAt">When it was taken.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="IsWatching">False where the camera is blind although frames come.</param>
internal readonly record struct FrameFacts(long Index, DateTimeOffset CapturedAt, int Width, int Height, bool IsWatching);

/// <summary>
/// From the detections of a frame to its events: tracks, scene, rules. In the order of the frames, one thread at a time; no pixel, no
/// disk, no network.
/// </summary>
/// <param name="zones">The camera's zones with their rules.</param>
/// <param name="observer">What comes after the rules.</param>
/// <param name="foreground">What finds things that were left; null where no zone asks for them.</param>
/// <param name="feed">The sensors; null where there are none.</param>
internal sealed class Follower(ZoneRules[] zones, IFrameObserver observer, StaticForeground? foreground = null, SceneFeed? feed = null)
{
    /// <summary>Between two frames further apart than this the camera was not watching.</summary>
    private static readonly TimeSpan WatchGapMax = TimeSpan.FromSeconds(2);

    private readonly ByteTracker _tracker = new(new ByteTrackerOptions());
    private readonly List<Track> _tracks = new(64);
    private readonly Scene _scene = new();
    private readonly bool[] _areSensorsKnown = new bool[zones.Length];
    private readonly List<BehaviourEvent>[] _events = [.. zones.Select(_ => new List<BehaviourEvent>(32))];

    /// <summary>For offline commands only: detections and tracks of each frame, in pixels. Nothing that runs in the field sets it.</summary>
    public Action<long, List<Detection>, List<Track>>? Offline { get; init; }

    /// <summary>True for what is only compared: it switches no light.</summary>
    public bool IsShadow { get; init; }

    /// <summary>Whether scenes wait for sensors, so that somebody must call <see cref="SeeUpTo"/> where no frame comes.</summary>
    public bool WaitsForSensors => feed is not null;

    /// <summary>Whether this frame should be sampled for the static foreground.</summary>
    public bool Wants(DateTimeOffset at) => foreground?.Wants(at) ?? false;

    /// <summary>Takes in one frame.</summary>
    /// <param name="facts">Of the frame.</param>
    /// <param name="detections">In pixels; things that lie still are added to them.</param>
    /// <param name="sample">Null where the frame was not sampled.</param>
    public void Follow(in FrameFacts facts, List<Detection> detections, ForegroundSample? sample)
    {
        foreground?.Advance(sample, facts.CapturedAt, detections);
        _scene.Ended.Clear();
        _tracker.Update(CollectionsMarshal.AsSpan(detections), facts.CapturedAt, _tracks, _scene.Ended);
        Offline?.Invoke(facts.Index, detections, _tracks);

        FillScene(facts);
        if (feed is null)
        {
            See(facts.Index, _scene, facts.IsWatching);
            return;
        }

        feed.Add(facts.Index, _scene, facts.IsWatching);
        SeeUpTo(facts.CapturedAt);
    }

    /// <summary>Lets the scenes pass that have waited long enough for sensors.</summary>
    public void SeeUpTo(DateTimeOffset now)
    {
        while (feed is not null && feed.TryTake(now, out var delayed))
            See(delayed.Value.Index, delayed.Value.Scene, delayed.Value.IsWatching);
    }

    /// <summary>The source ended: every track ends, the rules see it, and the windows close.</summary>
    /// <param name="lastIndex">Of its last frame.</param>
    public void Finish(long lastIndex)
    {
        SeeUpTo(DateTimeOffset.MaxValue);
        _scene.Ended.Clear();
        // A day without a detection ends whatever the tracker still holds.
        _tracker.Update([], _scene.CapturedAt.AddDays(1), _tracks, _scene.Ended);
        _scene.Tracks.Clear();
        See(lastIndex, _scene, isWatching: true);
        observer.Finish();
    }

    private void See(long index, Scene scene, bool isWatching)
    {
        for (var i = 0; i < zones.Length; i++)
        {
            zones[i].Observe(scene, _events[i]);
            _areSensorsKnown[i] = zones[i].AreSensorsKnown;
            foreach (var seen in _events[i])
            {
                if (!IsShadow && Behaviours.Find(seen.Behaviour) is { Sign: BehaviourSign.Local })
                    feed?.Light();
            }
        }

        observer.Observe(new SeenFrame(index, scene, _events, isWatching) { AreSensorsKnown = _areSensorsKnown });
    }

    private void FillScene(in FrameFacts facts)
    {
        var gap = facts.CapturedAt - _scene.CapturedAt;
        if (gap > WatchGapMax || gap < TimeSpan.Zero || foreground?.HasRelearned == true)
            _scene.WatchedSince = facts.CapturedAt;
        if (!facts.IsWatching)
            _scene.WatchedSince = DateTimeOffset.MaxValue;
        else if (_scene.WatchedSince > facts.CapturedAt)
            _scene.WatchedSince = facts.CapturedAt;
        _scene.CapturedAt = facts.CapturedAt;
        _scene.Aspect = (float)facts.Width / facts.Height;
        _scene.Tracks.Clear();
        foreach (var track in _tracks)
        {
            var box = new Box(
                track.Box.Left / facts.Width, track.Box.Top / facts.Height, track.Box.Right / facts.Width, track.Box.Bottom / facts.Height);
            _scene.Tracks.Add(new SceneTrack(track.Id, track.Class, box, track.IsSeen));
        }
    }
}
