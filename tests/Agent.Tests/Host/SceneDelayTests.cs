using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host;

namespace SocialCredit.Edge.Agent.Tests.Host;

public sealed class SceneDelayTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    private readonly SceneDelay _delay = new(TimeSpan.FromMilliseconds(500));
    private readonly Scene _scene = new();

    [Fact]
    public void A_scene_goes_on_when_it_has_waited_for_the_latency_and_not_before()
    {
        Add(0, 0);
        Add(1, 400);

        Assert.Empty(Take(499));
        Assert.Equal([0L], Take(500));
        Assert.Equal([1L], Take(900));
    }

    [Fact]
    public void Without_latency_a_scene_goes_on_at_once()
    {
        var none = new SceneDelay(TimeSpan.Zero);
        _scene.CapturedAt = Start;
        none.Add(7, _scene, isWatching: true);

        Assert.True(none.TryTake(Start, out var taken));
        Assert.Equal(7, taken.Index);
    }

    [Fact]
    public void What_waits_is_a_copy()
    {
        _scene.Tracks.Add(new SceneTrack(3, ObjectClass.Person, new Box(0.1f, 0.2f, 0.3f, 0.4f), IsSeen: true));
        _scene.Ended.Add(2);
        (_scene.Aspect, _scene.WatchedSince) = (1.5f, Start.AddSeconds(-9));
        Add(0, 0, isWatching: false);

        _scene.Tracks.Clear();
        _scene.Ended.Clear();
        (_scene.Aspect, _scene.CapturedAt) = (2, Start.AddSeconds(1));

        Assert.True(_delay.TryTake(Start.AddSeconds(1), out var taken));
        Assert.Equal(3, Assert.Single(taken.Scene.Tracks).Id);
        Assert.Equal(2, Assert.Single(taken.Scene.Ended));
        Assert.Equal((1.5f, Start, Start.AddSeconds(-9)), (taken.Scene.Aspect, taken.Scene.CapturedAt, taken.Scene.WatchedSince));
        Assert.False(taken.IsWatching);
    }

    [Fact]
    public void Changes_of_an_earlier_scene_are_not_left_in_a_later_one()
    {
        for (var i = 0; i < 100; i++)
        {
            Add(i, i * 100);
            while (_delay.TryTake(_scene.CapturedAt, out var taken))
            {
                Assert.Empty(taken.Scene.Changes);
                taken.Scene.Changes.Add(new SensorChange(taken.Scene.CapturedAt, "a", SensorState.On));
            }
        }
    }

    [Fact]
    public void At_the_end_all_go_on_in_their_order()
    {
        for (var i = 0; i < 20; i++)
            Add(i, i * 10);

        Assert.Equal(Enumerable.Range(0, 20).Select(i => (long)i), TakeAll(DateTimeOffset.MaxValue));
    }

    [Fact]
    public void A_clock_that_is_set_back_does_not_keep_the_old_scenes()
    {
        Add(0, 10_000);
        Add(1, 10_100);
        Add(2, 0);

        Assert.Equal([0L, 1L], Take(0));
        Assert.Equal([2L], Take(500));
    }

    [Fact]
    public void When_too_many_wait_the_oldest_goes_early()
    {
        for (var i = 0; i < SceneDelay.WaitingMax; i++)
            Add(i, i / 1000.0);

        Assert.Equal([0L], Take(2));
        Assert.Equal(SceneDelay.WaitingMax - 1, _delay.Count);
    }

    [Fact]
    public void Holding_scenes_back_allocates_nothing_in_the_steady_state()
    {
        for (var id = 0; id < 20; id++)
            _scene.Tracks.Add(new SceneTrack(id, ObjectClass.Person, default, IsSeen: true));
        Turn(0, 200);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Turn(200, 2000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Turn(int from, int to)
        {
            for (var i = from; i < to; i++)
            {
                Add(i, i * 33);
                while (_delay.TryTake(_scene.CapturedAt, out _))
                {
                }
            }
        }
    }

    private void Add(long index, double milliseconds, bool isWatching = true)
    {
        _scene.CapturedAt = Start.AddMilliseconds(milliseconds);
        _delay.Add(index, _scene, isWatching);
    }

    private List<long> Take(double milliseconds) => TakeAll(Start.AddMilliseconds(milliseconds));

    private List<long> TakeAll(DateTimeOffset now)
    {
        var taken = new List<long>();
        while (_delay.TryTake(now, out var scene))
            taken.Add(scene.Index);
        return taken;
    }
}
