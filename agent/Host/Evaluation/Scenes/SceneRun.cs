using System.Runtime.InteropServices;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host.Evaluation.Events;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Host.Evaluation.Scenes;

/// <summary>
/// Plays one scene: true boxes, the simulated detector, then the agent's own tracker and rules. The same scene, noise and seed
/// give the same events.
/// </summary>
internal sealed class SceneRun
{
    private readonly SceneFile _scene;
    private readonly ScenePlay _play;
    private readonly SimulatedDetector _detector;
    private readonly FalseBoxes _falseBoxes;
    private readonly Disturbance _disturbance;
    private readonly IdSwitches _switches;
    private readonly ByteTracker _tracker = new(new ByteTrackerOptions());
    private readonly ZoneRules _rules;
    private readonly Scene _seen = new();
    private readonly List<Thing> _things = [];
    private readonly List<Detection> _detections = [];
    private readonly List<Track> _tracks = [];
    private readonly List<BehaviourEvent> _events = [];
    private readonly List<TimedEvent> _all = [];
    private int _nextChange;

    private SceneRun(SceneFile scene, DetectorNoise noise, int seed, ScenePlay play)
    {
        (_scene, _play) = (scene, play);
        var camera = scene.Camera;
        var classes = scene.Casts.Values.SelectMany(c => c.Actors).Select(a => a.Class).Where(IsDetected).Distinct().Order().ToList();
        _detector = new SimulatedDetector(noise, SceneRandom.Of(seed, "boxes"), (camera.WidthPixels, camera.HeightPixels));
        _falseBoxes = FalseBoxes.Of(camera, classes.Count > 0 ? classes : [ObjectClass.Person], noise, SceneRandom.Of(seed, "false"));
        _disturbance = new Disturbance(noise, SceneRandom.Of(seed, "picture"));
        _switches = new IdSwitches(noise.SwitchesPerSecond, SceneRandom.Of(seed, "switches"));
        _rules = new ZoneRules(SceneZone.Of(scene), scene.Zone.Behaviours.Values);
        _seen.Aspect = camera.Aspect;
    }

    /// <summary>What each frame gave, for tests and for whoever looks into a seed.</summary>
    public Action<double, List<Detection>, List<Track>>? Look { get; init; }

    /// <summary>What the rules saw, in order of time.</summary>
    public static List<TimedEvent> Of(
        SceneFile scene, DetectorNoise noise, int seed, ScenePlay play, Action<double, List<Detection>, List<Track>>? look = null) =>
        new SceneRun(scene, noise, seed, play) { Look = look }.Run();

    private List<TimedEvent> Run()
    {
        var step = 1 / _scene.FramesPerSecond;
        _seen.WatchedSince = DateTimeOffset.UnixEpoch;
        for (var frame = 0; frame * step <= _play.Seconds; frame++)
            Frame(frame * step, step);

        // The end of the clip: every track ends, as in the agent.
        _seen.Ended.Clear();
        _seen.Changes.Clear();
        _tracker.Update([], _seen.CapturedAt.AddDays(1), _tracks, _seen.Ended);
        _tracks.Clear();
        _switches.Apply(_tracks, _seen.Ended, 0);
        Observe(_play.Seconds);
        return _all;
    }

    private void Frame(double at, double step)
    {
        _disturbance.Next(step);
        FindThings(at);
        _detector.Detect(_things, step, _disturbance.LostShare, _detections);
        _falseBoxes.AddTo(_detections, step, _disturbance.FalseFactor);
        _seen.CapturedAt = DateTimeOffset.UnixEpoch.AddSeconds(at);
        _tracker.Update(CollectionsMarshal.AsSpan(_detections), _seen.CapturedAt, _tracks, _seen.Ended);
        _switches.Apply(_tracks, _seen.Ended, step);
        Look?.Invoke(at, _detections, _tracks);

        _seen.Changes.Clear();
        for (; _nextChange < _play.Changes.Count && _play.Changes[_nextChange].Seconds <= at; _nextChange++)
        {
            var change = _play.Changes[_nextChange];
            _seen.Changes.Add(new SensorChange(DateTimeOffset.UnixEpoch.AddSeconds(change.Seconds), change.Sensor, change.State));
        }

        if (at == 0)
            AddFirstStates();
        Observe(at);
    }

    /// <summary>A switch is read at the start; so is the agent's.</summary>
    private void AddFirstStates()
    {
        foreach (var (name, kind) in _scene.Sensors)
        {
            if (kind == SensorKind.Switch)
                _seen.Changes.Add(new SensorChange(_seen.CapturedAt, name, SensorState.Off));
        }
    }

    private void FindThings(double at)
    {
        _things.Clear();
        var camera = _scene.Camera;
        for (var i = 0; i < _play.Actors.Count; i++)
        {
            var actor = _play.Actors[i];
            if (at < actor.SeenFrom || !actor.Path.TryAt(at - actor.OffsetSeconds, out var place))
                continue;
            if (camera.BoxOf(place.X, place.Y, place.Heading, Body.Of(actor.Class)) is not { } whole)
                continue;
            var box = camera.ToPixels(whole);
            var (x, y) = ((float)_disturbance.Offset.X * camera.HeightPixels, (float)_disturbance.Offset.Y * camera.HeightPixels);
            _things.Add(new Thing(i, actor.Class, new Box(box.Left + x, box.Top + y, box.Right + x, box.Bottom + y)));
        }
    }

    private void Observe(double at)
    {
        var camera = _scene.Camera;
        _seen.Tracks.Clear();
        foreach (var track in _tracks)
        {
            var box = new Box(
                track.Box.Left / camera.WidthPixels, track.Box.Top / camera.HeightPixels,
                track.Box.Right / camera.WidthPixels, track.Box.Bottom / camera.HeightPixels);
            _seen.Tracks.Add(new SceneTrack(track.Id, track.Class, box, track.IsSeen));
        }

        _rules.Observe(_seen, _events);
        foreach (var seen in _events)
            _all.Add(new TimedEvent(at, seen.Behaviour, seen.Detail, seen.Crossing));
    }

    private static bool IsDetected(ObjectClass kind) => kind is ObjectClass.Person or ObjectClass.Bicycle or ObjectClass.Vehicle;
}
