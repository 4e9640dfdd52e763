using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host;
using SocialCredit.Edge.Host.Configuration;

namespace SocialCredit.Edge.Agent.Tests.Behaviour;

/// <summary>What a storyboard cannot play: a watch that breaks off, and bytes.</summary>
public sealed class LeftObjectTests
{
    private static readonly Box Thing = new(0.5f, 0.48f, 0.52f, 0.5f);

    private readonly Scene _scene = new() { WatchedSince = DateTimeOffset.UnixEpoch, CapturedAt = DateTimeOffset.UnixEpoch };
    private readonly List<BehaviourEvent> _events = new(8);
    private readonly List<string> _seen = [];
    private readonly ZoneRules _rules;

    public LeftObjectTests()
    {
        var section = YamlReader.Parse<ZoneSection>(
            "{name: test-zone, polygon: [[0, 0], [1, 0], [1, 1], [0, 1]], behaviours: {abandoned_object: {}, object_cleared: {}}}", "test").Value!;
        _rules = new ZoneRules(section.ToZone() with { Ground = GroundPlane.FromAbove(20, 20) }, section.Behaviours.Values);
    }

    [Fact]
    public void A_thing_that_vanishes_while_somebody_watches_was_taken()
    {
        Play(40, Thing);
        Play(5, null);

        Assert.Equal(["abandoned_object", "object_cleared"], _seen);
    }

    [Fact]
    public void A_thing_that_vanishes_as_the_picture_is_learned_anew_was_not_taken()
    {
        Play(40, Thing);
        _scene.WatchedSince = _scene.CapturedAt.AddSeconds(0.1);
        Play(5, null);

        Assert.Equal(["abandoned_object"], _seen);
    }

    [Fact]
    public void Nothing_is_concluded_while_the_picture_is_frozen()
    {
        Play(20, Thing);
        _scene.WatchedSince = DateTimeOffset.MaxValue;
        Play(60, Thing);

        Assert.Empty(_seen);
    }

    [Fact]
    public void A_clock_that_is_set_back_begins_anew()
    {
        Play(20, Thing);
        _scene.CapturedAt -= TimeSpan.FromHours(1);
        _scene.WatchedSince = _scene.CapturedAt;
        Play(25, Thing);

        Assert.Empty(_seen);
    }

    [Fact]
    public void No_memory_is_allocated_once_it_runs()
    {
        Play(40, Thing);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            Advance(i % 40 < 5 ? null : Thing);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private void Play(int seconds, Box? thing)
    {
        for (var frame = 0; frame < seconds * 10; frame++)
        {
            Advance(thing);
            _seen.AddRange(_events.Select(seen => seen.Behaviour));
        }
    }

    /// <summary>One frame; nine persons walk far off, each of them for a second.</summary>
    private void Advance(Box? thing)
    {
        _scene.CapturedAt += TimeSpan.FromSeconds(0.1);
        _scene.Tracks.Clear();
        _scene.Ended.Clear();
        var second = (int)(_scene.CapturedAt.ToUnixTimeMilliseconds() / 1000 % 100);
        for (var i = 1; i < 10; i++)
            _scene.Tracks.Add(new SceneTrack(second * 10 + i, ObjectClass.Person, new Box(0.1f * i, 0.05f, 0.1f * i + 0.03f, 0.1f), IsSeen: true));
        for (var i = 1; i < 10 && second > 0; i++)
            _scene.Ended.Add((second - 1) * 10 + i);
        if (thing is { } box)
            _scene.Tracks.Add(new SceneTrack(5000, ObjectClass.Object, box, IsSeen: true));
        _rules.Observe(_scene, _events);
    }
}
