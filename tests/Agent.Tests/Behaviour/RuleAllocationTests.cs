using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Behaviour;

/// <summary>No rule of the catalogue allocates once it runs. Each is set up as in its own storyboards, so a new rule is covered by having one.</summary>
public sealed class RuleAllocationTests
{
    private const int Tracks = 30;
    private const int FramesPerSecond = 10;
    private const int RoundFrames = 200 * FramesPerSecond;

    private static readonly string Folder = Path.Combine(TestPaths.Root, "tests", "Scenarios");

    public static TheoryData<string> Rules() =>
        [.. Directory.EnumerateDirectories(Folder).Select(path => Path.GetFileName(path)).Order()];

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_allocates_nothing_once_it_runs(string rule)
    {
        var storyboards = Directory.EnumerateFiles(Path.Combine(Folder, rule), "*.yaml").Order().Select(path => YamlReader.Read<Scenario>(path).Value!);

        var bytes = storyboards.DistinctBy(Setting).ToDictionary(Setting, BytesOfLaterRounds);

        Assert.NotEmpty(bytes);
        Assert.All(bytes, setting => Assert.Equal(0, setting.Value));
    }

    /// <summary>Storyboards that differ only in what is played are one.</summary>
    private static string Setting(Scenario scenario) =>
        string.Join(' ', scenario.Zone.Behaviours.Values) + $" metres: {scenario.Metres}";

    /// <summary>The least of three rounds: a collection that another thread asked for counts what is left of this one's allocation space.</summary>
    private static long BytesOfLaterRounds(Scenario scenario)
    {
        var zone = scenario.Zone.ToZone() with
        {
            Ground = scenario.Metres is { } metres ? GroundPlane.FromAbove(metres.X, metres.Y) : null,
            Sensors = scenario.Sensors,
        };
        var rules = new ZoneRules(zone, scenario.Zone.Behaviours.Values);
        var stage = new Stage([.. scenario.Sensors.OrderBy(sensor => sensor.Key)]);
        var events = new List<BehaviourEvent>(8 * Tracks);
        stage.Play(rules, events, round: 0);
        stage.Play(rules, events, round: 1);
        var least = long.MaxValue;
        for (var round = 2; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            stage.Play(rules, events, round);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    /// <summary>
    /// Thirty of every class who come, walk, halt, lie down and go under a new id each time, while sensors go through all their
    /// states and the picture freezes now and then: the same in every round, but for the time and the ids.
    /// </summary>
    private sealed class Stage(KeyValuePair<string, SensorKind>[] sensors)
    {
        private static readonly SensorState[] Colours = [SensorState.Green, SensorState.Amber, SensorState.Red, SensorState.Unknown];
        private static readonly SensorState[] Positions = [SensorState.Off, SensorState.On, SensorState.Off, SensorState.Unknown];

        private readonly Scene _scene = new();

        public void Play(ZoneRules rules, List<BehaviourEvent> events, int round)
        {
            for (var i = 0; i < RoundFrames; i++)
            {
                var frame = round * RoundFrames + i;
                _scene.CapturedAt = At(frame);
                var isFrozen = i % 900 >= 880;
                _scene.WatchedSince = isFrozen ? DateTimeOffset.MaxValue : At(frame - i % 900);
                _scene.Tracks.Clear();
                _scene.Ended.Clear();
                _scene.Changes.Clear();
                for (var actor = 0; actor < Tracks; actor++)
                    Place(actor, frame);
                for (var sensor = 0; sensor < sensors.Length; sensor++)
                    Switch(sensors[sensor], i, frame, 40 + 30 * sensor);
                rules.Observe(_scene, events);
            }
        }

        /// <summary>Lives of 20, 40 or 200 s, so that long stays are played too.</summary>
        private void Place(int actor, int frame)
        {
            var life = (actor % 3) switch { 0 => 200, 1 => 400, _ => RoundFrames };
            var (turn, age) = ((frame + 7 * actor * (life < RoundFrames ? 1 : 0)) / life, (frame + 7 * actor * (life < RoundFrames ? 1 : 0)) % life);
            var id = 1 + turn * Tracks + actor;
            if (age == 0 && turn > 0)
                _scene.Ended.Add(id - Tracks);
            var isSeen = (frame + actor) % 11 != 0;
            var lies = age % 400 is > 150 and < 300;
            var share = MathF.Min(1, age % 200 / 120f);
            var (x, y) = actor % 2 == 0 ? (0.1f + 0.8f * share, 0.2f + 0.02f * actor) : (0.2f + 0.02f * actor, 0.1f + 0.8f * share);
            var (width, height) = lies ? (0.15f, 0.05f) : (0.05f, 0.15f);
            var box = new Box(x - width / 2, y - height, x + width / 2, y);
            _scene.Tracks.Add(new SceneTrack(id, (ObjectClass)(actor % 6), box, isSeen));
        }

        private void Switch(KeyValuePair<string, SensorKind> sensor, int frameOfRound, int frame, int every)
        {
            if (frameOfRound % every != 0)
                return;
            var states = sensor.Value == SensorKind.Signal ? Colours : Positions;
            _scene.Changes.Add(new SensorChange(At(frame).AddMilliseconds(-50), sensor.Key, states[frameOfRound / every % states.Length]));
        }

        private static DateTimeOffset At(int frame) => DateTimeOffset.UnixEpoch.AddSeconds((double)frame / FramesPerSecond);
    }
}
