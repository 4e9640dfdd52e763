using CsCheck;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host;
using SocialCredit.Edge.Sensing;

namespace SocialCredit.Edge.Agent.Tests.Sensing;

/// <summary>Late and out of order as sensors may be, scenes get their changes in the order of time.</summary>
public sealed class SensorTimelineTests
{
    private const int LatencyMilliseconds = 500;

    private readonly SensorTimeline _timeline = new();
    private readonly List<SensorChange> _taken = [];

    [Fact]
    public void Changes_come_in_the_order_of_time_and_only_up_to_the_scene()
    {
        Offer(300, "b", SensorState.On);
        Offer(100, "a", SensorState.On);
        Offer(200, "c", SensorState.On);

        Assert.Equal(["a 100", "c 200"], Take(200));
        Assert.Equal(["b 300"], Take(1000));
        Assert.Equal(0, _timeline.LateChanges);
    }

    [Fact]
    public void A_change_that_missed_its_scene_is_given_at_once_dated_at_the_last_scene_and_counted()
    {
        Take(1000);
        Offer(900, "a", SensorState.On);
        Offer(1050, "b", SensorState.On);

        Assert.Equal(["a 1000", "b 1050"], Take(1100));
        Assert.Equal(1, _timeline.LateChanges);
    }

    [Fact]
    public void A_change_older_than_what_its_sensor_said_last_does_not_overwrite_it()
    {
        Offer(900, "a", SensorState.Off);
        Take(1000);
        Offer(800, "a", SensorState.On);

        Assert.Empty(Take(1100));
        Assert.Equal((1, 1), (_timeline.LateChanges, _timeline.DroppedChanges));
    }

    [Fact]
    public void When_too_many_wait_each_sensor_keeps_its_newest()
    {
        for (var i = 0; i < SensorTimeline.WaitingMax; i++)
            Offer(i, i % 2 == 0 ? "a" : "b", SensorState.On);
        Offer(SensorTimeline.WaitingMax, "c", SensorState.On);

        Assert.Equal(["a 4094", "b 4095", "c 4096"], Take(10_000));
        Assert.Equal(SensorTimeline.WaitingMax - 2, _timeline.DroppedChanges);
    }

    [Fact]
    public void Any_order_of_arrival_within_the_latency_gives_every_scene_the_same_changes()
    {
        var change = Gen.Select(Gen.Int[0, 5000], Gen.Int[0, 3], Gen.Int[0, LatencyMilliseconds]);

        change.Array[0, 200].Sample(drawn =>
        {
            var changes = drawn.DistinctBy(c => (c.Item1, c.Item2)).ToArray();

            var inTime = Play(changes.Select(c => (Change(c.Item1, c.Item2), Delay: 0)));
            var late = Play(changes.Select(c => (Change(c.Item1, c.Item2), Delay: c.Item3)));

            Assert.Equal(inTime, late);
            Assert.Equal(changes.Length, late.Count);
        });
    }

    [Fact]
    public void Changes_from_many_threads_all_arrive()
    {
        Parallel.For(0, 4, sensor =>
        {
            for (var i = 0; i < 500; i++)
                Offer((i * 4) + sensor, $"s{sensor}", SensorState.On);
        });

        Assert.Equal(2000, Take(10_000).Length);
        Assert.Equal(_taken.OrderBy(change => change.At).Select(change => change.At), _taken.Select(change => change.At));
    }

    [Fact]
    public void Taking_and_offering_allocate_nothing_once_the_sensors_are_known()
    {
        for (var i = 0; i < 100; i++)
            Round(i);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 100; i < 1000; i++)
            Round(i);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Round(int i)
        {
            _timeline.Offer(new SensorChange(Sensed.At(i), i % 2 == 0 ? "a" : "b", SensorState.On));
            _taken.Clear();
            _timeline.TakeUpTo(Sensed.At(i), _taken);
        }
    }

    /// <summary>Plays arrivals against frames that are held back; each change with the time of the scene it came with.</summary>
    private static List<(DateTimeOffset Scene, SensorChange Change)> Play(IEnumerable<(SensorChange Change, int Delay)> arrivals)
    {
        var timeline = new SensorTimeline();
        var delay = new SceneDelay(TimeSpan.FromMilliseconds(LatencyMilliseconds));
        var given = new List<(DateTimeOffset, SensorChange)>();
        var coming = new Queue<(SensorChange Change, int Delay)>(arrivals.OrderBy(a => a.Change.At.AddMilliseconds(a.Delay)));
        var scene = new Scene();
        for (var at = Sensed.At(0); at <= Sensed.At(6000); at = at.AddMilliseconds(33))
        {
            while (coming.TryPeek(out var next) && next.Change.At.AddMilliseconds(next.Delay) <= at)
                timeline.Offer(coming.Dequeue().Change);
            scene.CapturedAt = at;
            delay.Add(0, scene, isWatching: true);
            while (delay.TryTake(at, out var held))
            {
                timeline.TakeUpTo(held.Scene.CapturedAt, held.Scene.Changes);
                given.AddRange(held.Scene.Changes.Select(change => (held.Scene.CapturedAt, change)));
            }
        }

        return given;
    }

    private static SensorChange Change(int milliseconds, int sensor) =>
        new(Sensed.At(milliseconds), $"s{sensor}", milliseconds % 2 == 0 ? SensorState.On : SensorState.Off);

    private void Offer(double milliseconds, string sensor, SensorState state) =>
        _timeline.Offer(new SensorChange(Sensed.At(milliseconds), sensor, state));

    private string[] Take(double milliseconds)
    {
        var from = _taken.Count;
        _timeline.TakeUpTo(Sensed.At(milliseconds), _taken);
        return [.. _taken.Skip(from).Select(change => $"{change.Sensor} {(change.At - Sensed.At(0)).TotalMilliseconds:0}")];
    }
}
