using System.Text.RegularExpressions;
using System.Xml.Linq;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>The offline verbs, as a technician runs them: the real executable on real frames.</summary>
public sealed class ReplayTests
{
    [Fact]
    public async Task A_replay_gives_the_same_bytes_with_one_worker_and_with_two()
    {
        var models = Path.Combine(TestPaths.Root, "models");
        var folder = TestPaths.NewFolder();
        var pictures = ClipPictures.Write(Path.Combine(folder, "pictures"), 60);

        var files = new List<(string Tracks, string Detections, string Events)>();
        foreach (var workers in (int[])[1, 2])
        {
            var config = TestConfigurations.Write(TestConfigurations.Agent.Replace("aspect: 4:3", $"aspect: 4:3\n    workers: {workers}", StringComparison.Ordinal)
                .Replace("passage: {}", "passage: {}\n          object_cleared: {}", StringComparison.Ordinal));
            var (tracks, detections) = (Path.Combine(folder, $"t{workers}.txt"), Path.Combine(folder, $"d{workers}.txt"));
            var events = Path.Combine(folder, $"e{workers}.csv");
            var (exitCode, printed) = await EdgeProgram.RunAsync(
                "replay", pictures, "--config", config, "--models", models, "--tracks-out", tracks, "--detections-out", detections, "--events-out", events);
            Assert.True(exitCode == 0, printed);
            files.Add((await File.ReadAllTextAsync(tracks), await File.ReadAllTextAsync(detections), await File.ReadAllTextAsync(events)));
        }

        Assert.True(files[0].Tracks.Split('\n').Length > 100);
        Assert.Contains(",test-zone,passage,,\n", files[0].Events);
        Assert.Equal(files[0], files[1]);
    }

    [Fact]
    public async Task Events_are_drawn_over_edges_that_last_and_over_no_pixel()
    {
        var models = Path.Combine(TestPaths.Root, "models");
        var folder = TestPaths.NewFolder();
        var picture = Path.Combine(folder, "events.svg");

        var (exitCode, printed) = await EdgeProgram.RunAsync(
            "replay", ClipPictures.Write(Path.Combine(folder, "pictures"), 40), "--config", TestConfigurations.Write(), "--models", models, "--picture", picture);

        Assert.True(exitCode == 0, printed);
        var svg = await File.ReadAllTextAsync(picture);
        XDocument.Parse(svg);
        Assert.Contains(">test-zone<", svg);
        Assert.Matches(">passage: [1-9]", svg);
        Assert.Contains("class=\"path\"", svg);
        Assert.True(Regex.Match(svg, "class=\"edge\"[^>]*").Length > 10_000);
        Assert.DoesNotContain("<image", svg);
        Assert.DoesNotContain("base64", svg);
    }

    [Fact]
    public async Task A_picture_of_another_form_is_refused_with_what_to_do()
    {
        var models = Path.Combine(TestPaths.Root, "models");
        var folder = TestPaths.NewFolder();
        var config = TestConfigurations.Write(TestConfigurations.Agent.Replace("aspect: 4:3", "aspect: 16:9", StringComparison.Ordinal));

        var (exitCode, printed) = await EdgeProgram.RunAsync("replay", ClipPictures.Write(Path.Combine(folder, "pictures"), 3), "--config", config, "--models", models);

        Assert.Equal(1, exitCode);
        Assert.Contains("the picture is 768x576, the zones were drawn at 1.778: draw them again, or set the camera back", printed);
    }

    [Fact]
    public async Task A_missing_clip_is_named()
    {
        var models = Path.Combine(TestPaths.Root, "models");

        var (exitCode, printed) = await EdgeProgram.RunAsync("replay", "/nowhere/clip.avi", "--config", TestConfigurations.Write(), "--models", models);

        Assert.Equal(1, exitCode);
        Assert.Contains("/nowhere/clip.avi", printed);
    }
}
