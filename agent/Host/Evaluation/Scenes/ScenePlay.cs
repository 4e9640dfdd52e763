using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host.Evaluation.Events;

namespace SocialCredit.Edge.Host.Evaluation.Scenes;

/// <summary>One scene, drawn from its file by a seed: who is where and when, what the sensors do, and what must be seen.</summary>
internal sealed class ScenePlay
{
    /// <summary>After the last play, so that what is late is still seen.</summary>
    private const double TailSeconds = 3;

    private readonly List<PlayedActor> _actors = [];
    private readonly List<PlayedChange> _changes = [];
    private readonly List<TimedEvent> _truth = [];
    private readonly List<PlayedCast> _casts = [];

    private ScenePlay()
    {
    }

    public IReadOnlyList<PlayedActor> Actors => _actors;

    /// <summary>In order of time.</summary>
    public IReadOnlyList<PlayedChange> Changes => _changes;

    /// <summary>In order of time.</summary>
    public IReadOnlyList<TimedEvent> Truth => _truth;

    public IReadOnlyList<PlayedCast> Casts => _casts;

    public double Seconds { get; private set; }

    public static ScenePlay Draw(SceneFile scene, int seed)
    {
        var random = SceneRandom.Of(seed, "play");
        var play = new ScenePlay();
        var at = 1.0;
        while (play._casts.Count == 0 || at < scene.Seconds)
            at = play.Add(Choose(scene, random), at, random) + scene.GapSeconds.Draw(random);

        play.Seconds = play._casts.Max(c => c.To) + TailSeconds;
        play._changes.Sort((a, b) => a.Seconds.CompareTo(b.Seconds));
        play._truth.Sort((a, b) => a.Seconds.CompareTo(b.Seconds));
        play.DropRepeated();
        return play;
    }

    private static KeyValuePair<string, CastSection> Choose(SceneFile scene, SceneRandom random)
    {
        var left = random.Share() * scene.Casts.Values.Sum(c => c.Weight);
        foreach (var cast in scene.Casts)
        {
            left -= cast.Value.Weight;
            if (left < 0)
                return cast;
        }

        return scene.Casts.Last();
    }

    /// <summary>When the cast is over.</summary>
    private double Add(KeyValuePair<string, CastSection> chosen, double at, SceneRandom random)
    {
        var cast = chosen.Value;
        var paths = cast.Actors.Select(actor => ActorPath.Draw(actor, random)).ToList();
        var seenAfter = cast.Actors.Select(actor => actor.SeenAfterSeconds.Draw(random)).ToList();
        var changes = cast.Changes.Select(change => new PlayedChange(Moment(change), change.Sensor, change.State)).ToList();
        var truth = cast.Expect.Select(e => new TimedEvent(Moment(e), e.Behaviour, e.Line, e.Crossing)).ToList();
        var times = paths.SelectMany(p => new[] { p.From, p.To }).Concat(changes.Select(c => c.Seconds)).ToList();
        var offset = at - times.Min();

        _actors.AddRange(paths.Select((path, i) => new PlayedActor(cast.Actors[i].Class, path, offset, path.From + offset + seenAfter[i])));
        _changes.AddRange(changes.Select(change => change with { Seconds = change.Seconds + offset }));
        _truth.AddRange(truth.Select(seen => seen with { Seconds = seen.Seconds + offset }));
        _casts.Add(new PlayedCast(chosen.Key, at, times.Max() + offset));
        return times.Max() + offset;

        double Moment(MomentSection moment) =>
            moment.Seconds.Draw(random) + (moment.Actor is { } actor ? paths[actor].ArrivesAt(moment.Waypoint) : 0);
    }

    /// <summary>A debounced sensor reports changes, never the state that it has.</summary>
    private void DropRepeated()
    {
        var states = new Dictionary<string, SensorState>();
        _changes.RemoveAll(change =>
        {
            var isRepeated = states.TryGetValue(change.Sensor, out var state) && state == change.State;
            states[change.Sensor] = change.State;
            return isRepeated;
        });
    }
}

/// <summary>Somebody on a path in a scene.</summary>
/// <param name="OffsetSeconds">When its play began.</param>
/// <param name="SeenFrom">Seconds of the scene; before, a detector cannot see it.</param>
internal sealed record PlayedActor(ObjectClass Class, ActorPath Path, double OffsetSeconds, double SeenFrom);

/// <summary>A sensor's change, in seconds of the scene.</summary>
internal readonly record struct PlayedChange(double Seconds, string Sensor, SensorState State);

/// <summary>Which play was given when, for whoever looks into a seed.</summary>
internal readonly record struct PlayedCast(string Name, double From, double To);
