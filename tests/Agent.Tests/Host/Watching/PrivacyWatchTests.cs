using SocialCredit.Edge.Agent.Tests.Forwarding;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host.Watching;

/// <summary><c>edge privacy watch</c> as a technician runs it.</summary>
[Collection(WholeChain.Name)]
public sealed class PrivacyWatchTests(ITestOutputHelper output)
{
    private static readonly string Models = Path.Combine(TestPaths.Root, "models");

    [Fact]
    public async Task A_clip_is_watched_and_every_byte_explained()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        var config = ShortClip.Write(broker.Port);
        var report = Path.Combine(Path.GetDirectoryName(config)!, "watch.txt");

        var (code, printed) = await CapturedRun.AnswerAsync(broker, EdgeProgram.RunAsync(
            "privacy", "watch", "--config", config, "--models", Models, "--seconds", "50", "--out", report));

        Assert.True(code == 0, printed);
        var text = await File.ReadAllTextAsync(report, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("UNEXPLAINED", text);
        Assert.Contains($"tcp 127.0.0.1:{broker.Port} (edge): the broker", text);
        Assert.Contains("distinct lengths: 1; hosts: 1, partners unknown: 0; 0 bytes unexplained", text);
        Assert.Contains($"{broker.Events.Length} records,", text);
        // Live, a line for each.
        Assert.Equal(broker.Events.Length, printed.Split('\n').Count(line => line.EndsWith("bytes  PUBLISH sce/v1/device-1/events", StringComparison.Ordinal)));
        output.WriteLine(text.TrimEnd().Split('\n')[^1]);
    }

    [Fact]
    public async Task While_the_service_runs_it_says_to_stop_that_first()
    {
        var config = ShortClip.Write(FreePort.Take());
        var state = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(config)!, "edge"));
        await using var held = new FileStream(Path.Combine(state.FullName, "outbox.db.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        var (code, printed) = await EdgeProgram.RunAsync("privacy", "watch", "--config", config, "--models", Models);

        Assert.Equal(1, code);
        Assert.Contains("another agent has it", printed);
        Assert.Contains("Stop the other agent (its service) first", printed);
    }

    [Fact]
    public async Task A_time_that_is_none_is_not_understood()
    {
        var (code, printed) = await EdgeProgram.RunAsync("privacy", "watch", "--seconds", "0");

        Assert.Equal(2, code);
        Assert.Contains("--seconds must be from 1 to 604800", printed);
    }
}
