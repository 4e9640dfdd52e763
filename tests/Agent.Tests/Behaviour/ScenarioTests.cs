using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Behaviour;

/// <summary>Plays every storyboard below tests/Scenarios through the rules of its zone.</summary>
public sealed class ScenarioTests
{
    private static readonly string Folder = Path.Combine(TestPaths.Root, "tests", "Scenarios");

    public static TheoryData<string> Storyboards() =>
        [.. Directory.EnumerateFiles(Folder, "*.yaml", SearchOption.AllDirectories).Order().Select(path => Path.GetRelativePath(Folder, path))];

    [Theory]
    [MemberData(nameof(Storyboards))]
    public void A_storyboard_is_seen_as_it_was_played(string storyboard)
    {
        var document = YamlReader.Read<Scenario>(Path.Combine(Folder, storyboard));
        Assert.Empty(document.Faults);
        var scenario = document.Value!;
        var zone = scenario.Zone.ToZone() with
        {
            Ground = scenario.Metres is { } metres ? GroundPlane.FromAbove(metres.X, metres.Y) : null,
            Sensors = scenario.Sensors,
        };
        Assert.Empty(scenario.Zone.Behaviours.Values.SelectMany(rule => rule.Check(zone)));

        var seen = Play(scenario, zone);

        Assert.Equal(scenario.Expect.Where(e => e.Value > 0).OrderBy(e => e.Key), CountBy(seen, e => e.Behaviour));
        foreach (var (line, counts) in scenario.Crossings)
        {
            Assert.Equal(counts[0], seen.Count(e => e.Detail == line && e.Crossing == Crossing.LeftToRight));
            Assert.Equal(counts[1], seen.Count(e => e.Detail == line && e.Crossing == Crossing.RightToLeft));
        }

        foreach (var (bucket, count) in scenario.Stays)
            Assert.Equal(count, seen.Count(e => e.Detail == bucket));
    }

    [Fact]
    public void Every_rule_has_a_storyboard_and_a_definition()
    {
        var rules = typeof(Edge.Behaviour.RuleOptions).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(Edge.Behaviour.RuleOptions)))
            .Select(type => SnakeCase(type.DeclaringType!.Name[..^"Rule".Length]))
            .ToList();

        Assert.NotEmpty(rules);
        Assert.All(rules, rule => Assert.NotEmpty(Directory.GetFiles(Path.Combine(Folder, rule), "*.yaml")));
        Assert.All(rules, rule => Assert.NotNull(Edge.Contract.Behaviours.Find(rule)));
    }

    private static List<BehaviourEvent> Play(Scenario scenario, Zone zone)
    {
        var rules = new ZoneRules(zone, scenario.Zone.Behaviours.Values);
        var scene = new Scene { Aspect = (float)scenario.Aspect.Ratio };
        var events = new List<BehaviourEvent>();
        var seen = new List<BehaviourEvent>();
        var changes = new Queue<Change>(scenario.Changes);
        var frames = (int)Math.Ceiling(scenario.Actors.Max(actor => actor.Path[^1].Seconds) * scenario.FramesPerSecond) + 2;
        for (var frame = 0; frame < frames; frame++)
        {
            var seconds = (double)frame / scenario.FramesPerSecond;
            scene.CapturedAt = DateTimeOffset.UnixEpoch.AddSeconds(seconds);
            scene.WatchedSince = DateTimeOffset.UnixEpoch.AddSeconds(scenario.WatchedFromSeconds);
            scene.Tracks.Clear();
            scene.Ended.Clear();
            scene.Changes.Clear();
            while (changes.TryPeek(out var change) && change.Seconds <= seconds)
            {
                scene.Changes.Add(new SensorChange(DateTimeOffset.UnixEpoch.AddSeconds(change.Seconds), change.Sensor, change.State));
                changes.Dequeue();
            }

            for (var i = 0; i < scenario.Actors.Count; i++)
            {
                if (BoxOf(scenario.Actors[i], seconds, frame) is { } box)
                    scene.Tracks.Add(new SceneTrack(i + 1, scenario.Actors[i].Class, box, IsSeen: true));
                else if (seconds > scenario.Actors[i].Path[^1].Seconds)
                    scene.Ended.Add(i + 1);
            }

            rules.Observe(scene, events);
            seen.AddRange(events);
        }

        return seen;
    }

    private static Box? BoxOf(Actor actor, double seconds, int frame)
    {
        for (var i = 1; i < actor.Path.Count; i++)
        {
            var (a, b) = (actor.Path[i - 1], actor.Path[i]);
            if (seconds < a.Seconds - 1e-9 || seconds > b.Seconds + 1e-9)
                continue;
            var share = b.Seconds > a.Seconds ? (float)((seconds - a.Seconds) / (b.Seconds - a.Seconds)) : 0;
            var jitter = frame % 2 * actor.Jitter;
            var x = a.X + share * (b.X - a.X) + jitter;
            var y = a.Y + share * (b.Y - a.Y) + jitter;
            var (width, height) = (actor.Size.X, actor.Size.Y);
            foreach (var posture in actor.Postures.Where(posture => seconds >= posture.FromSeconds && seconds < posture.ToSeconds))
                (width, height) = (posture.Width, posture.Height);
            return new Box(x - width / 2, y - height, x + width / 2, y);
        }

        return null;
    }

    private static IEnumerable<KeyValuePair<string, int>> CountBy(List<BehaviourEvent> seen, Func<BehaviourEvent, string> key) =>
        seen.CountBy(key).OrderBy(count => count.Key);

    private static string SnakeCase(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(c) : c.ToString()));
}
