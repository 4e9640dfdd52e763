using System.Net.Http.Json;
using System.Text.Json;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.EndToEnd.Tests.Journey;

/// <summary>The two programs as a technician starts them, on a real clip, with our own model.</summary>
public sealed class JourneyTests
{
    [Fact]
    public async Task A_frame_becomes_a_zone_score()
    {
        var models = Path.Combine(TestPaths.Root, "models");
        var folder = WriteConfigurations(TestPaths.VtestClip(), FreePort.Take());
        await using var sink = new ChildProcess("SocialCredit.Edge.Sink", "sink", "run", "--config", Path.Combine(folder, "sink.yaml"));
        sink.Start();
        var dashboard = await AddressAsync(sink);

        await using var edge = new ChildProcess(
            "SocialCredit.Edge.Host", "edge", "run", "--config", Path.Combine(folder, "edge.yaml"), "--models", models);
        edge.Start();

        Assert.True(await edge.EndAsync() == 0, string.Join('\n', edge.Lines));
        using var client = new HttpClient { BaseAddress = dashboard };
        var score = await client.GetFromJsonAsync<JsonElement>("/api/zones/campus-road/score", TestContext.Current.CancellationToken);
        Assert.InRange(score.GetProperty("score").GetDouble(), 0, 100);
        Assert.Equal("U", score.GetProperty("grade").GetString());
        var rows = await client.GetStringAsync("/api/zones/campus-road/rows.csv", TestContext.Current.CancellationToken);
        var (windows, passages) = Sum(rows);
        // 79.5 s of clip in windows of 10 s: eight whole or nine that are cut, and 19 people as its ground truth has them.
        Assert.InRange(windows, 8, 9);
        Assert.InRange(passages, 17, 25);
        var manifest = await client.GetStringAsync("/api/devices/edge-demo/manifest", TestContext.Current.CancellationToken);
        Assert.Contains("\"zone\":\"campus-road\",\"windowSeconds\":10", manifest, StringComparison.Ordinal);
        // The script moves the flap four times, once with nobody near, and presses the button three times, once without the second press.
        Assert.Equal((3, 1), (SumOf(rows, "bin_used"), SumOf(rows, "steward_fix")));
    }

    [Fact]
    public async Task An_agent_whose_broker_is_away_keeps_its_records_and_says_so()
    {
        var models = Path.Combine(TestPaths.Root, "models");
        var folder = WriteConfigurations(TestPaths.VtestClip(), FreePort.Take());
        await using var edge = new ChildProcess(
            "SocialCredit.Edge.Host", "edge", "run", "--config", Path.Combine(folder, "edge.yaml"), "--models", models, "--wait-seconds", "3");
        edge.Start();

        Assert.Equal(1, await edge.EndAsync());
        Assert.Matches("[89] records wait in the outbox for the sink; they go out at the next start", string.Join('\n', edge.Lines));
    }

    internal static string WriteConfigurations(string clip, int port)
    {
        var folder = TestPaths.NewFolder();
        var demo = Path.Combine(TestPaths.Root, "deploy", "demo");
        foreach (var name in (string[])["edge.yaml", "sink.yaml", "policy.yaml", "sensors.yaml"])
        {
            var text = File.ReadAllText(Path.Combine(demo, name))
                .Replace("@CLIP@", clip, StringComparison.Ordinal)
                .Replace("@MQTT_PORT@", $"{port}", StringComparison.Ordinal)
                .Replace("@HTTP_PORT@", "0", StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(folder, name), text);
        }

        return folder;
    }

    internal static async Task<Uri> AddressAsync(ChildProcess sink)
    {
        const string before = "Dashboard: ";
        string? Line() => Array.Find(sink.Lines, line => line.StartsWith(before, StringComparison.Ordinal));
        await Eventually.TrueAsync(() => sink.HasExited || Line() is not null, "the sink serves");
        Assert.False(sink.HasExited, string.Join('\n', sink.Errors));
        return new Uri(Line()![before.Length..]);
    }

    private static (int Windows, int Passages) Sum(string rows)
    {
        var cells = rows.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(',')).ToList();
        return (cells.Sum(row => int.Parse(row[2])), cells.Sum(row => int.Parse(row[4])));
    }

    private static int SumOf(string rows, string behaviour)
    {
        var lines = rows.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var column = Array.IndexOf(lines[0].Split(','), behaviour);
        return lines.Skip(1).Sum(line => int.Parse(line.Split(',')[column]));
    }
}
