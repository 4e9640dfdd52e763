using SocialCredit.Edge.Agent.Tests.Inference;
using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Tests;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>
/// Lines on PETS2009 S2.L1, counted by the whole chain from pixels, against the same rule on the published ground-truth boxes.
/// </summary>
public sealed class LineCountTests(ITestOutputHelper output)
{
    private const double ErrorShareMax = 0.15;
    private const int Width = 768, Height = 576;

    // The same rule on the boxes of PETS2009 S2.L1 view 1 (annotated by A. Milan), 795 frames.
    private static readonly (string Line, Crossing Crossing, int Count)[] Truth =
    [
        ("road-west", Crossing.LeftToRight, 11), ("road-west", Crossing.RightToLeft, 8),
        ("road-east", Crossing.LeftToRight, 19), ("road-east", Crossing.RightToLeft, 15),
        ("road-south", Crossing.LeftToRight, 13), ("road-south", Crossing.RightToLeft, 19),
    ];

    [Fact]
    public async Task Three_lines_on_a_real_clip_are_counted_within_15_percent()
    {
        var clip = TestPaths.VtestClip();
        var section = DemoSection(clip);
        var counted = new ReplayReport(section);

        var configuration = TestConfigurations.Load();
        using var parts = CameraParts.Open(configuration, section, TestModels.Store());
        using var pipeline = parts.Pipeline(counted);
        parts.Camera.Start();
        var refusal = await pipeline.RunAsync(TestContext.Current.CancellationToken);

        Assert.Null(refusal);
        Assert.Equal(795, counted.Frames);
        var (error, total) = (0, 0);
        foreach (var (line, crossing, should) in Truth)
        {
            var is_ = counted.CountOf(line, crossing);
            output.WriteLine($"{line,-12} {crossing,-12} counted {is_,3}, ground truth {should,3}");
            error += Math.Abs(is_ - should);
            total += should;
        }

        output.WriteLine($"Absolute error {error} of {total} crossings: {100.0 * error / total:0.0} %");
        Assert.True(total >= 60, $"only {total} crossings in the ground truth");
        Assert.True(error <= ErrorShareMax * total, $"{error} of {total}");
    }

    [Fact]
    public void The_figures_of_the_ground_truth_are_those_of_its_boxes()
    {
        var boxes = TestPaths.SharedData("gt/PETS09-S2L1/gt/gt.txt");
        var section = DemoSection("clip.avi");
        var expected = new ReplayReport(section);

        CountTruth(section, MotFile.Read("gt.txt", File.ReadLines(boxes)), expected);

        Assert.Equal(Truth, Truth.Select(figure => figure with { Count = expected.CountOf(figure.Line, figure.Crossing) }));
    }

    /// <summary>The demo's own camera, so that the figures are those of the demo.</summary>
    private static CameraSection DemoSection(string clip)
    {
        var text = File.ReadAllText(Path.Combine(TestPaths.Root, "deploy", "demo", "edge.yaml"))
            .Replace("@CLIP@", clip, StringComparison.Ordinal)
            .Replace("@MQTT_PORT@", "1883", StringComparison.Ordinal);
        var document = YamlReader.Parse<AgentOptions>(text, "edge.yaml");
        Assert.Empty(document.Faults);
        return document.Value!.Cameras[0] with { StartsAt = DateTimeOffset.UnixEpoch };
    }

    private static void CountTruth(CameraSection section, List<MotRow> rows, ReplayReport report)
    {
        var zones = section.Zones.Select(zone => new ZoneRules(zone.ToZone(), zone.Behaviours.Values)).ToArray();
        var events = zones.Select(_ => new List<BehaviourEvent>()).ToArray();
        var scene = new Scene { Aspect = (float)Width / Height };
        var last = rows.GroupBy(row => row.Id).ToDictionary(track => track.Key, track => track.Max(row => row.Frame));
        var byFrame = rows.ToLookup(row => row.Frame);
        for (var frame = 1; frame <= 796; frame++)
        {
            scene.CapturedAt = DateTimeOffset.UnixEpoch.AddSeconds(frame / 10.0);
            scene.Tracks.Clear();
            scene.Ended.Clear();
            scene.Ended.AddRange(last.Where(track => track.Value == frame - 1).Select(track => track.Key));
            foreach (var row in byFrame[frame])
            {
                var box = new Box(row.Box.Left / Width, row.Box.Top / Height, row.Box.Right / Width, row.Box.Bottom / Height);
                scene.Tracks.Add(new SceneTrack(row.Id, ObjectClass.Person, box, IsSeen: true));
            }

            for (var i = 0; i < zones.Length; i++)
                zones[i].Observe(scene, events[i]);
            report.Observe(new SeenFrame(frame - 1, scene, events, IsWatching: true));
        }
    }
}
