using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using SocialCredit.Edge.Agent.Tests.Forwarding;
using SocialCredit.Edge.Host.Watching;
using SocialCredit.Edge.Tests;
using SocialCredit.Edge.Tests.Capture;

namespace SocialCredit.Edge.Agent.Tests.Host.Observing;

/// <summary>The real <c>edge run</c> as its surroundings see it: ports, metrics, health, the service manager, the log.</summary>
[Collection(WholeChain.Name)]
public sealed partial class ObservedAgentTests(ITestOutputHelper output)
{
    private const string Password = "correct-horse-battery", Variable = "SCE_TEST_OBSERVED_PASSWORD";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>As they are read, with the unit and <c>_total</c> that the exporter adds.</summary>
    private static readonly string[] Exported =
    [
        "scedge_build_info", "scedge_camera_frames_total", "scedge_camera_up", "scedge_exposure_seconds_total", "scedge_inference_duration_seconds",
        "scedge_frame_age_seconds", "scedge_mqtt_connected", "scedge_mqtt_sent_total", "scedge_outbox_depth", "scedge_outbox_dropped_total",
        "scedge_outbox_oldest_age_seconds", "scedge_outbox_parked", "scedge_outbox_refusing", "scedge_reconnects_total", "scedge_schema_rejects_total",
    ];

    [Fact]
    public async Task A_watched_agent_shows_how_it_is_on_loopback_only_and_nothing_of_whom_it_sees()
    {
        using var server = new RtspServer();
        await using var broker = await EmbeddedBroker.StartAsync();
        using var manager = new NotifySocket();
        using var agent = new RunningAgent(
            ["env", $"NOTIFY_SOCKET={manager.Path}", "WATCHDOG_USEC=2000000"],
            RunningAgent.Configuration(broker.Port, server.Address).Replace("state: state", "state: state\nobserve: {port: 0}", StringComparison.Ordinal));
        await Eventually.TrueAsync(() => agent.Lines.Any(line => Address().IsMatch(line)), "it says where", Limit);
        using var client = new HttpClient { BaseAddress = new Uri(Address().Match(agent.Lines.First(line => Address().IsMatch(line))).Value) };
        var text = "";
        await Eventually.TrueAsync(async () => (text = await client.GetStringAsync("metrics")).Contains("scedge_frame_age_seconds_count", StringComparison.Ordinal), "a frame was measured", Limit);

        Assert.Equal(Exported.Order(), Types().Matches(text).Select(match => match.Groups["name"].Value).Where(name => name != "target_info").Order());
        Assert.Matches("""scedge_camera_up\{[^}]*camera="camera-0"[^}]*\} [01]\b""", text);
        Assert.Matches("""scedge_exposure_seconds_total\{[^}]*zone="zone-0"[^}]*\} \d""", text);
        Assert.DoesNotMatch("passage|stop_keep_clear|track", text);
        var listening = Listening(agent.Id);
        Assert.Equal([new IPEndPoint(IPAddress.Loopback, client.BaseAddress!.Port)], listening);
        await RefusesStrangersAsync(client);
        await Eventually.TrueAsync(async () => (await HealthAsync(client)).Status == "ok", "all is well", Limit);
        await Eventually.TrueAsync(() => manager.Heard.Count(state => state == "WATCHDOG=1") >= 2, "it is alive", Limit);
        Assert.Equal("READY=1", manager.Heard[0]);

        agent.Terminate();
        await agent.EndAsync(TestContext.Current.CancellationToken);

        Assert.Equal("STOPPING=1", manager.Heard[^1]);
        Assert.Equal(0, agent.ExitCode);
        output.WriteLine($"{Exported.Length} metrics in {text.Length} bytes");
        output.WriteLine(text);
    }

    [Fact]
    public async Task An_agent_that_is_not_to_be_observed_opens_no_port_and_a_camera_that_refuses_leaves_no_password_in_any_log()
    {
        using var server = new RtspServer(user: "viewer", password: "another-password");
        Environment.SetEnvironmentVariable(Variable, Password);
        var configuration = RunningAgent.Configuration(FreePort.Take(), server.Address)
            .Replace("state: state", "state: state\nlog: {file: logs/edge.log}", StringComparison.Ordinal)
            .Replace("framesPerSecond: 5", $"framesPerSecond: 5\n    username: viewer\n    password: env:{Variable}", StringComparison.Ordinal);
        using var agent = new RunningAgent([], configuration);

        await Eventually.TrueAsync(() => agent.Lines.Any(line => line.Contains("401", StringComparison.Ordinal)), "it says why", Limit);
        var listening = Listening(agent.Id);
        agent.Terminate();
        await agent.EndAsync(TestContext.Current.CancellationToken);

        Assert.Empty(listening);
        var log = await File.ReadAllTextAsync(Path.Combine(agent.Folder, "logs", "edge.log"), TestContext.Current.CancellationToken);
        Assert.Contains("401", log);
        Assert.All(agent.Lines.Append(log), text => Assert.DoesNotContain(Password, text));
        Assert.All(agent.Lines.Append(log), text => Assert.DoesNotContain("viewer:", text));
    }

    private static async Task RefusesStrangersAsync(HttpClient client)
    {
        using var foreign = new HttpRequestMessage(HttpMethod.Get, "health") { Headers = { Host = "attacker.example" } };
        using var answer = await client.SendAsync(foreign);
        using var posted = await client.PostAsync("metrics", null);
        using var other = await client.GetAsync("shutdown");
        Assert.Equal(
            [HttpStatusCode.MisdirectedRequest, HttpStatusCode.MethodNotAllowed, HttpStatusCode.NotFound],
            [answer.StatusCode, posted.StatusCode, other.StatusCode]);
    }

    private static async Task<(string Status, string Text)> HealthAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("health");
        var text = await answer.Content.ReadAsStringAsync();
        using var json = JsonDocument.Parse(text);
        var status = json.RootElement.GetProperty("status").GetString()!;
        Assert.Equal(status == "failing" ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK, answer.StatusCode);
        return (status, text);
    }

    /// <summary>Sockets of the process that wait for somebody, of all protocols.</summary>
    private static List<IPEndPoint> Listening(int process)
    {
        var own = Directory.EnumerateFiles($"/proc/{process}/fd").Select(file => new FileInfo(file).LinkTarget).ToHashSet();
        return [.. SocketTable.Read(process).Where(socket => socket.Remote.Port == 0 && own.Contains($"socket:[{socket.Inode}]")).Select(socket => socket.Local)];
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/(?=metrics)", RegexOptions.None, 1000)]
    private static partial Regex Address();

    [GeneratedRegex(@"^# TYPE (?<name>\S+) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Types();
}
