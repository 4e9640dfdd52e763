using System.Diagnostics;
using System.Globalization;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>
/// Rules on real footage, from pixels to events, as a technician replays it: what a clip shows is seen, and nothing else. What is
/// expected was noted by eye; it stands beside each configuration in tests/Clips. Pictures are left in artifacts/pictures. Of the night's three minutes
/// half of the first is played; <c>SCE_WHOLE_CLIPS=1</c> plays all.
/// </summary>
public sealed class RealClipTests(ITestOutputHelper output)
{
    /// <summary>How far a frame noted by eye may be off, in seconds of the clip.</summary>
    private const double OffSecondsMax = 1;

    [Fact]
    public async Task Two_people_cross_on_red_and_get_beyond_the_middle_within_the_clip()
    {
        var seen = await ReplayAsync("crosswalk", "crosswalk_signal_rox.mp4");

        AssertAt(11.03, [44, 113], FramesOf(seen, "crossing", "red_crossing"));
    }

    [Fact]
    public async Task Nobody_crosses_on_red_while_the_signal_shows_green()
    {
        var seen = await ReplayAsync("crosswalk", "crosswalk_signal_rox.mp4", ("on-green", "script.yaml", script => script
            .Replace("line: 5, level: high", "line: 5, level: low", StringComparison.Ordinal)
            .Replace("line: 6, level: low", "line: 6, level: high", StringComparison.Ordinal)));

        Assert.Empty(FramesOf(seen, "crossing", "red_crossing"));
        Assert.NotEmpty(FramesOf(seen, "crossing", "passage"));
    }

    [Fact]
    public async Task Two_vehicles_run_a_red_light_at_night()
    {
        var seen = await ReplayAsync("redlight", "redlight_night_then_day_mad.mp4");

        AssertAt(60, [236, 278], [.. FramesOf(seen, "junction", "red_crossing").Where(frame => frame < 365)]);
    }

    [Fact]
    public async Task On_a_one_way_road_nobody_is_wrong_and_turned_round_everybody_is()
    {
        var seen = await ReplayAsync("road", "road_bgs_video03.avi");

        string[] never = ["wrong_way", "vehicle_on_footway", "stop_keep_clear"];
        Assert.All(never, behaviour => Assert.Empty(FramesOf(seen, "road", behaviour)));
        // 27 drive over the gate; one or the other is seen for less than the two seconds that a wrong way takes.
        var gate = FramesOf(seen, "road", "line_passage").Count;
        Assert.InRange(gate, 25, 29);
        var turned = await ReplayAsync("road", "road_bgs_video03.avi", ("turned-round", "edge.yaml", text => text.Replace("direction: [-0.2, 1]", "direction: [0.2, -1]", StringComparison.Ordinal)));
        Assert.InRange(FramesOf(turned, "road", "wrong_way").Count, gate - 3, gate + 3);
    }

    [Fact]
    public async Task On_a_motorway_nobody_is_wrong_and_with_one_carriageway_turned_round_many_are()
    {
        var seen = await ReplayAsync("highway", "highway_cctv_cyclist_bgs_video02.avi");

        string[] never = ["wrong_way", "vehicle_on_footway", "stop_keep_clear"];
        Assert.All(never, behaviour => Assert.Empty(FramesOf(seen, "motorway", behaviour)));
        var turned = await ReplayAsync("highway", "highway_cctv_cyclist_bgs_video02.avi", ("turned-round", "edge.yaml", text => text
            .Replace("wrong_way: {area: towards}", "wrong_way: {area: away}", StringComparison.Ordinal)
            .Replace("direction: [0.5, -0.6]", "direction: [-0.5, 0.6]", StringComparison.Ordinal)));
        Assert.InRange(FramesOf(turned, "motorway", "wrong_way").Count, 18, 30);
    }

    [Fact]
    public async Task A_busy_plaza_is_no_crowd_and_nobody_there_drives_or_lies()
    {
        var seen = await ReplayAsync("plaza", "crowd_plaza_overhead_pc_example_02.mp4");

        string[] never = ["crowding", "wrong_way", "vehicle_on_footway", "assistance"];
        Assert.All(never, behaviour => Assert.Empty(FramesOf(seen, "plaza", behaviour)));
        Assert.InRange(FramesOf(seen, "plaza", "passage").Count, 30, 80);
    }

    [Fact]
    public async Task In_an_empty_yard_at_night_nothing_happens_whatever_the_insects_do() =>
        Assert.Empty(await ReplayAsync("night", "night_ir_empty_insects_rfm.mp4", seconds: TestPaths.PlaysWholeClips ? null : 30));

    private static List<long> FramesOf(IEnumerable<string[]> seen, string zone, string behaviour) =>
        [.. seen.Where(line => line[1] == zone && line[2] == behaviour).Select(line => long.Parse(line[0], CultureInfo.InvariantCulture))];

    private static void AssertAt(double framesPerSecond, long[] should, List<long> seen)
    {
        Assert.Equal(should.Length, seen.Count);
        Assert.All(should.Zip(seen), pair => Assert.InRange(pair.Second, pair.First - OffSecondsMax * framesPerSecond, pair.First + OffSecondsMax * framesPerSecond));
    }

    /// <summary>The fields of every event: frame, zone, behaviour, where, direction.</summary>
    private async Task<List<string[]>> ReplayAsync(string name, string clip, (string Name, string File, Func<string, string> Change)? other = null, int? seconds = null)
    {
        var source = TestPaths.SharedData($"clips/{clip}");
        var folder = TestPaths.NewFolder();
        if (seconds is not null)
            source = await BeginningAsync(source, seconds.Value, folder);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(TestPaths.Root, "tests", "Clips", name)))
        {
            var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            var isChanged = other?.File == Path.GetFileName(file);
            await File.WriteAllTextAsync(Path.Combine(folder, Path.GetFileName(file)), isChanged ? other!.Value.Change(text) : text, TestContext.Current.CancellationToken);
        }

        var events = Path.Combine(folder, "events.csv");
        var pictures = Directory.CreateDirectory(Path.Combine(TestPaths.Root, "artifacts", "pictures")).FullName;
        var picture = Path.Combine(pictures, other is null ? $"{name}.svg" : $"{name}-{other.Value.Name}.svg");
        var (exitCode, printed) = await EdgeProgram.RunAsync(
            "replay", source, "--config", Path.Combine(folder, "edge.yaml"), "--models", Path.Combine(TestPaths.Root, "models"), "--events-out", events, "--picture", picture);
        Assert.True(exitCode == 0, printed);
        output.WriteLine(printed);
        return [.. (await File.ReadAllLinesAsync(events, TestContext.Current.CancellationToken)).Select(line => line.Split(','))];
    }

    private static async Task<string> BeginningAsync(string clip, int seconds, string folder)
    {
        var beginning = Path.Combine(folder, Path.GetFileName(clip));
        using var cut = Process.Start("ffmpeg", ["-v", "error", "-nostdin", "-t", $"{seconds}", "-i", clip, "-c", "copy", beginning]);
        await cut.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, cut.ExitCode);
        return beginning;
    }
}
