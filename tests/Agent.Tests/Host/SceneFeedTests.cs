using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using SocialCredit.Edge.Agent.Tests.Sensing;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host;
using SocialCredit.Edge.Sensing;
using SocialCredit.Edge.Sensing.Sensors;

namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>Frames and a script's wires on one time base: what each scene is told of the sensors when its turn comes.</summary>
public sealed class SceneFeedTests
{
    private const double FrameMilliseconds = 40;

    [Fact]
    public void A_scene_has_what_changed_since_the_one_before_however_long_it_waited()
    {
        var script = Script.Of("0 17 low", "90 17 pulled", "210 17 low");

        Assert.Equal(["0: 0 on", "120: 90 off", "240: 210 on"], Play(script, (500, 1000)));
        Assert.Equal(["0: 0 on", "120: 90 off", "240: 210 on"], Play(script, (100, 1000)));
    }

    [Fact]
    public void Without_a_wait_a_change_is_dated_at_the_scene_it_missed()
    {
        // A level is steady 30 ms after its edge; by then its scene is gone, and the next one gets it.
        Assert.Equal(["40: 0 on", "120: 80 off"], Play(Script.Of("0 17 low", "70 17 pulled"), (0, 400)));
    }

    [Fact]
    public void No_change_is_lost_or_given_twice_and_each_is_at_its_own_time()
    {
        var script = Gen.Int[1, 20].SelectMany(count => Gen.Int[2, 40].Array[count]).Select(gaps =>
        {
            var at = 0;
            var level = 0;
            return gaps.Select(gap => $"{at += gap * 50} 17 {(level++ % 2 == 0 ? "low" : "pulled")}").ToArray();
        });

        script.Sample(
            events =>
            {
                var expected = events.Select(text => double.Parse(text.Split(' ')[0])).ToArray();
                var told = Play(Script.Of(events), (500, 45_000)).Skip(1).Select(text => text.Split(' ')).ToArray();

                Assert.Equal(expected, told.Select(words => double.Parse(words[1])));
                Assert.All(told, words => Assert.InRange(double.Parse(words[0][..^1]) - double.Parse(words[1]), 0, FrameMilliseconds));
            },
            iter: 100,
            seed: "0000KOIPEjd5");
    }

    [Fact]
    public void Waiting_with_sensors_allocates_nothing_while_nothing_changes()
    {
        using var hub = Open(Script.Of("0 17 low"));
        var feed = new SceneFeed(hub, TimeSpan.FromMilliseconds(500));
        var scene = new Scene();
        Turn(0, 200);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Turn(200, 400);

        // Once a second every level is read again, through the GPIO library; 8 s are played.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 * 2048);

        void Turn(int from, int to)
        {
            for (var i = from; i < to; i++)
            {
                scene.CapturedAt = Sensed.At(i * FrameMilliseconds);
                feed.Add(i, scene, isWatching: true);
                while (feed.TryTake(scene.CapturedAt, out _))
                {
                }
            }
        }
    }

    /// <summary>Each change as the scene's time, its own time and its state: <c>240: 210 on</c>.</summary>
    private static List<string> Play(SimulationScript script, (double LatencyMilliseconds, double UntilMilliseconds) play)
    {
        using var hub = Open(script);
        var feed = new SceneFeed(hub, TimeSpan.FromMilliseconds(play.LatencyMilliseconds));
        var (scene, told) = (new Scene(), new List<string>());
        for (var at = 0.0; at <= play.UntilMilliseconds; at += FrameMilliseconds)
        {
            scene.CapturedAt = Sensed.At(at);
            feed.Add(0, scene, isWatching: true);
            Take(scene.CapturedAt);
        }

        Take(DateTimeOffset.MaxValue);
        return told;

        void Take(DateTimeOffset now)
        {
            while (feed.TryTake(now, out var taken))
                told.AddRange(taken.Value.Scene.Changes.Select(change => $"{(taken.Value.Scene.CapturedAt - Sensed.At(0)).TotalMilliseconds:0}: {Sensed.Words(change)}"));
        }
    }

    private static SensorHub Open(SimulationScript script) => SensorHub.OpenOffline(
        new SensingOptions { Script = script, Sensors = new Dictionary<string, SensorOptions> { ["flap"] = new FlapSensor.Options { Line = 17 } } },
        NullLogger.Instance);
}
