using System.Globalization;
using SocialCredit.Edge.Agent.Tests.Host;
using SocialCredit.Edge.Tests;
using SocialCredit.Edge.Tests.Capture;

namespace SocialCredit.Edge.Agent.Tests.Operation;

/// <summary>What the real <c>edge run</c> says and does when something in it goes wrong that nobody foresaw.</summary>
[Collection(WholeChain.Name)]
public sealed class LastWordsTests(ITestOutputHelper output)
{
    private const string Silent = "rtsp://127.0.0.1:1/camera";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_fault_on_any_thread_ends_the_agent_with_one_line_and_the_stack_in_the_log()
    {
        using var agent = Start("thread");

        await EndAsync(agent);

        Assert.Equal(70, agent.ExitCode);
        Assert.Single(agent.Lines, line => line == "edge: ended by a fault of its own: InvalidOperationException: planted, with mqtts://***@broker. The log has the rest; please report it.");
        Assert.DoesNotContain(agent.Lines, line => line.StartsWith("   at ", StringComparison.Ordinal));
        var log = await File.ReadAllTextAsync(Path.Combine(agent.Folder, "edge.log"), TestContext.Current.CancellationToken);
        Assert.Contains("   at StartupHook.Break(", log);
        Assert.DoesNotContain("geheim", log + string.Join('\n', agent.Lines));
    }

    [Fact]
    public async Task Out_of_memory_ends_it_too_and_says_what_to_raise()
    {
        using var agent = Start("memory");

        await EndAsync(agent);

        Assert.Equal(70, agent.ExitCode);
        Assert.Contains("edge: out of memory. Raise MemoryMax= of the service, or give it fewer cameras, workers or a smaller model.", agent.Lines);
    }

    [Fact]
    public async Task What_libraries_write_to_the_standard_error_is_in_the_log_without_secrets_and_not_all_of_a_flood()
    {
        using var agent = Start("native");

        await Eventually.TrueAsync(() => agent.Lines.Any(line => line.Contains("A library says: line 3", StringComparison.Ordinal)), "it is heard", Limit);
        agent.Terminate();
        await EndAsync(agent);

        Assert.Contains(agent.Lines, line => line.EndsWith("WRN A library says: [rtsp @ 0x1] rtsp://***@192.0.2.7/ 401", StringComparison.Ordinal));
        Assert.DoesNotContain(agent.Lines, line => line.Contains("Z2VoZWlt", StringComparison.Ordinal) || line.Contains("geheim", StringComparison.Ordinal));
        Assert.InRange(agent.Lines.Count(line => line.Contains("A library says", StringComparison.Ordinal)), 4, 40);
        Assert.Contains(agent.Lines, line => line.Contains(" more lines of libraries were left out", StringComparison.Ordinal));
        Assert.Equal(0, agent.ExitCode);
    }

    [Fact]
    public async Task The_words_of_a_crash_are_not_lost_with_the_process()
    {
        using var agent = Start("crash");

        await EndAsync(agent);
        await Eventually.TrueAsync(() => agent.Lines.Any(line => line.Contains("terminate called: rtsp://***@192.0.2.7/", StringComparison.Ordinal)), "somebody passes them on", Limit);

        Assert.Equal(128 + 6, agent.ExitCode);
        Assert.DoesNotContain(agent.Lines, line => line.Contains("geheim", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("prlimit --nofile=64", "Only 64 files may be open at once and 256 are needed. Raise it: LimitNOFILE= of the service, or ulimit -n of the shell.")]
    [InlineData("env DOTNET_GCHeapHardLimit=0x3000000", "Only 48 MB of memory may be used and 128 are needed. Raise it: MemoryMax= of the service, or DOTNET_GCHeapHardLimit where it is set.")]
    public async Task Too_little_of_what_it_needs_is_said_at_the_start(string starter, string said)
    {
        var config = TestConfigurations.Write();

        var (code, printed) = await EdgeProgram.RunUnderAsync(starter.Split(' '), Path.GetDirectoryName(config)!, "run", "--config", config);

        output.WriteLine(printed);
        Assert.Equal(1, code);
        Assert.Equal(said, printed.Trim());
    }

    private static RunningAgent Start(string fault)
    {
        var go = Path.Combine(TestPaths.NewFolder(), "go");
        var configuration = RunningAgent.Configuration(FreePort.Take(), Silent).Replace("state: state", "state: state\nlog: {file: edge.log}", StringComparison.Ordinal);
        var agent = new RunningAgent(
            // The limit gives a fault of memory something to meet.
            ["env", "DOTNET_GCHeapHardLimit=0x10000000", $"DOTNET_STARTUP_HOOKS={typeof(LastWordsTests).Assembly.Location}", $"SCE_TEST_FAULT={fault}", $"SCE_TEST_GO={go}"], configuration);
        _ = BreakOnceItRunsAsync(agent, go);
        return agent;
    }

    private static async Task BreakOnceItRunsAsync(RunningAgent agent, string go)
    {
        await Eventually.TrueAsync(() => agent.HasExited || agent.Lines.Any(line => line.Contains("Not connected to the broker", StringComparison.Ordinal)), "it runs", Limit);
        await File.WriteAllTextAsync(go, string.Create(CultureInfo.InvariantCulture, $"{agent.Id}"));
    }

    private async Task EndAsync(RunningAgent agent)
    {
        await agent.EndAsync(TestContext.Current.CancellationToken);
        foreach (var line in agent.Lines)
            output.WriteLine(line);
    }
}
