using SocialCredit.Edge.Behaviour;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Agent.Tests.Behaviour;

/// <summary>Actors on a plan of 60 by 30 m, in front of one rule, with noise from a seed.</summary>
internal sealed class Play(IBehaviourRule rule, params Mime[] actors)
{
    private readonly Scene _scene = new() { Aspect = 2 };
    private readonly List<BehaviourEvent> _events = new(64);
    private int _frame;

    public List<BehaviourEvent> Events { get; } = [];

    public void Run(int frames, params (double Seconds, string Sensor, SensorState State)[] changes) =>
        Run(frames, framesPerSecond: 10, noiseMetres: 0, seed: 0, changes);

    public void Run(int frames, int framesPerSecond, float noiseMetres, int seed, params (double Seconds, string Sensor, SensorState State)[] changes)
    {
        var random = new Random(seed);
        for (var i = 0; i < frames; i++)
        {
            var (before, now) = ((_frame - 1.0) / framesPerSecond, (double)_frame / framesPerSecond);
            _scene.Changes.Clear();
            foreach (var (seconds, sensor, state) in changes.Where(change => change.Seconds > before && change.Seconds <= now))
                _scene.Changes.Add(new SensorChange(DateTimeOffset.UnixEpoch.AddSeconds(seconds), sensor, state));
            Show(now, noiseMetres, random);
            Observe();
            Events.AddRange(_events);
        }
    }

    /// <summary>Bytes that the rule allocated in so many frames more, in which the switches are pressed now and then.</summary>
    public long BytesOf(int frames)
    {
        var (bytes, still) = (0L, new Random(0));
        for (var i = 0; i < frames; i++)
        {
            _scene.Changes.Clear();
            foreach (var sensor in new[] { "door", "flap" })
                _scene.Changes.Add(new SensorChange(_scene.CapturedAt, sensor, i / 7 % 2 == 0 ? SensorState.Off : SensorState.On));
            Show(_frame / 10.0, 0, still);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Observe();
            bytes += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return bytes;
    }

    private void Show(double seconds, float noiseMetres, Random random)
    {
        _frame++;
        _scene.CapturedAt = DateTimeOffset.UnixEpoch.AddSeconds(seconds);
        _scene.Tracks.Clear();
        for (var i = 0; i < actors.Length; i++)
        {
            if (actors[i].At(seconds) is not { } at)
                continue;
            var (x, y) = ((at.X + noiseMetres * Normal(random)) / 60, (at.Y + noiseMetres * Normal(random)) / 30);
            _scene.Tracks.Add(new SceneTrack(i + 1, actors[i].Class, new Box(x - 0.01f, y - 0.05f, x + 0.01f, y), IsSeen: true));
        }
    }

    private void Observe()
    {
        _events.Clear();
        rule.Observe(_scene, _events);
    }

    /// <summary>Box and Muller 1958.</summary>
    private static float Normal(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}

/// <summary>One track on a path, in metres; straight between.</summary>
internal sealed record Mime(ObjectClass Class, (double Seconds, float X, float Y)[] Path)
{
    /// <summary>One who stands there all the time.</summary>
    public Mime(ObjectClass c, float x, float y) : this(c, [(0, x, y), (3600, x, y)])
    {
    }

    public Point? At(double seconds)
    {
        for (var i = 1; i < Path.Length; i++)
        {
            var (from, to) = (Path[i - 1], Path[i]);
            if (seconds < from.Seconds || seconds > to.Seconds)
                continue;
            var share = (float)((seconds - from.Seconds) / (to.Seconds - from.Seconds));
            return new Point(from.X + share * (to.X - from.X), from.Y + share * (to.Y - from.Y));
        }

        return null;
    }
}
