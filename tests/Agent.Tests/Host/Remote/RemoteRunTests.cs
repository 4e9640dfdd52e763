using System.Text;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host.Remote;

/// <summary>The running agent at a real mosquitto: it says how it is, takes commands, and takes back what does not work.</summary>
[Collection(WholeChain.Name)]
public sealed class RemoteRunTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_report_is_signed_retained_and_said_again_unchanged_to_a_broker_that_forgot()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var agent = new LoopingAgent(broker.Port);
        var heard = await Operator.ConnectAsync(broker.Port);
        agent.Start();

        await Eventually.TrueAsync(() => heard.Health is not null, "it says how it is");
        var first = heard.Health!;
        await heard.DisposeAsync();
        Assert.True(HealthReportJson.TryDecode(first.Payload.Span, out var report, out var reason), reason);
        using var key = DeviceKey.Find(agent.State)!;
        Assert.True(first.Holds(HealthReport.PayloadType, Convert.FromBase64String(key.PublicKey)));
        Assert.Equal((HealthTrouble.None, "p-1"), (Assert.Single(report!.Cameras).Trouble, report.Policy));
        Assert.InRange(report.Cameras[0].Coverage, 1, 10);
        Assert.Empty(report.Attention);

        await broker.KillAsync();
        await broker.StartAgainAsync();
        await using var late = await Operator.ConnectAsync(broker.Port);
        await Eventually.TrueAsync(() => late.Health is not null, "it is said again");
        Assert.Equal(first.Payload.ToArray(), late.Health!.Payload.ToArray());
        output.WriteLine($"{first.Payload.Length} bytes, said again after the broker forgot");
    }

    [Fact]
    public async Task A_policy_set_by_command_proves_itself_and_a_forged_one_is_never_taken()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var agent = new LoopingAgent(broker.Port);
        await using var sink = await Operator.ConnectAsync(broker.Port);
        var (good, forged) = (Bytes("p-2"), Bytes("p-evil"));
        await sink.SayPolicyAsync(forged);
        agent.Start();
        await agent.SaysAsync("has proven itself");

        // Somebody else wrote the topic; then whoever may.
        await sink.SendAsync(sink.Make(CommandWord.SetPolicy, "p-2", good));
        await sink.SayPolicyAsync(good);

        Assert.Equal(CommandOutcome.Begun, (await sink.NextAsync(0)).Outcome);
        Assert.Equal((CommandOutcome.Done, CommandReason.None), Of(await sink.NextAsync(1)));
        Assert.Contains(sink.Heard, one => one.Topic == Topics.Manifest(Operator.Device) && Encoding.UTF8.GetString(one.Message.Payload.Span).Contains("\"policy\":\"p-2\"", StringComparison.Ordinal));
        Assert.DoesNotContain(sink.Heard, one => Encoding.UTF8.GetString(one.Message.Payload.Span).Contains("p-evil", StringComparison.Ordinal));

        // It holds over a restart, whose answer comes before the end.
        await sink.SendAsync(sink.Make(CommandWord.Restart));
        Assert.Equal((CommandOutcome.Done, CommandReason.None), Of(await sink.NextAsync(2)));
        await agent.Running;
        Assert.True(agent.IsRestartAsked);
        agent.Start();
        await sink.SendAsync(sink.Make(CommandWord.SetPolicy, "p-2", good));
        Assert.Equal((CommandOutcome.Done, CommandReason.None), Of(await sink.NextAsync(3)));
    }

    [Fact]
    public async Task Attacks_at_the_running_agent_are_answered_and_change_nothing()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var agent = new LoopingAgent(broker.Port);
        await using var sink = await Operator.ConnectAsync(broker.Port);
        agent.Start();
        await agent.SaysAsync("Connected");
        var test = sink.Make(CommandWord.SelfTest);

        await sink.SendAsync(new Signed(test.Encode(), "", ""));
        Assert.Equal((CommandOutcome.Refused, CommandReason.Signature), Of(await sink.NextAsync(0)));
        await sink.SendAsync(Operator.Sign(test.Encode()), retain: true);
        Assert.Equal((CommandOutcome.Refused, CommandReason.Retained), Of(await sink.NextAsync(1)));
        await sink.SendAsync(test);
        var done = await sink.NextAsync(2);
        await sink.SendAsync(test);
        Assert.Equal((CommandOutcome.Refused, CommandReason.Replayed), Of(await sink.NextAsync(3)));
        await sink.SendAsync(sink.Make(CommandWord.RotateKey));

        Assert.Equal((CommandOutcome.Done, test.Id), (done.Outcome, done.Id));
        Assert.Equal(Enum.GetValues<SelfTestCheck>(), done.Checks.Select(check => check.Check));
        Assert.NotEqual(CommandOutcome.Done, (await sink.NextAsync(4)).Outcome);
        Assert.False(agent.Running.IsCompleted);
        output.WriteLine(string.Join('\n', sink.Answers.Select(answer => Encoding.UTF8.GetString(answer.Encode()))));
    }

    [Fact]
    public async Task A_device_that_is_not_enrolled_does_not_even_listen()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var agent = new LoopingAgent(broker.Port);
        File.Delete(Path.Combine(agent.State, "enrolment.json"));
        await using var sink = await Operator.ConnectAsync(broker.Port);
        agent.Start();
        await agent.SaysAsync("Connected");

        await sink.SendAsync(sink.Make(CommandWord.Restart));
        await Eventually.TrueAsync(() => sink.Health is not null, "it goes on for as long as a report takes");

        Assert.Empty(sink.Answers);
        Assert.False(agent.Running.IsCompleted);
    }

    [Fact]
    public async Task A_configuration_that_breaks_a_camera_is_taken_back_without_a_record_lost_or_drawn_twice()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var agent = new LoopingAgent(broker.Port);
        await using var sink = await Operator.ConnectAsync(broker.Port);
        agent.Start();
        await agent.SaysAsync("has proven itself");

        agent.Change("source: " + TestPaths.VtestClip(), $"source: rtsp://127.0.0.1:{FreePort.Take()}/gone");
        await agent.SaysAsync("is taken back and not tried again until it changes: no frames any more from camera-1");
        await agent.SaysAsync("Closed zone-1", agent.Log.Count("Closed zone-1") + 1);
        await sink.SendAsync(sink.Make(CommandWord.SelfTest));
        var checks = (await sink.NextAsync(0)).Checks.ToDictionary(check => check.Check, check => check.Ok);

        Assert.Equal((true, false), (checks[SelfTestCheck.Cameras], checks[SelfTestCheck.Configuration]));
        var closed = agent.Log.Lines.Where(line => line.Contains("Closed zone-1:", StringComparison.Ordinal)).Select(line => long.Parse(line.Split("zone-1:")[1].Split(':')[0])).ToList();
        Assert.Equal(closed.Distinct().Count(), closed.Count);
        output.WriteLine($"windows closed: {string.Join(", ", closed)}");
    }

    [Fact]
    public async Task One_that_kills_the_process_is_taken_back_at_the_next_start()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var agent = new LoopingAgent(broker.Port);
        agent.Start();
        await agent.SaysAsync("has proven itself");
        agent.Change("windowSeconds: 5", "windowSeconds: 7");
        agent.Change("probationSeconds: 3", "probationSeconds: 600");
        await agent.SaysAsync("Took over");

        // As kill -9 would leave it: what stands on the disk is what the next process finds.
        var left = TestPaths.NewFolder();
        CopyAll(agent.State, left);
        await agent.StopAsync();
        Directory.Delete(agent.State, recursive: true);
        CopyAll(left, agent.State);
        agent.Start();

        await agent.SaysAsync("the agent ended while it was on probation");
        await agent.SaysAsync("Connected", 2);
        var running = agent.Log.Lines.Last(line => line.Contains("taken back", StringComparison.Ordinal));
        output.WriteLine(running);
    }

    private static (CommandOutcome, CommandReason) Of(CommandAnswer answer) => (answer.Outcome, answer.Reason);

    private static byte[] Bytes(string id) => Encoding.UTF8.GetBytes(LoopingAgent.Policy.Replace("p-1", id, StringComparison.Ordinal));

    private static void CopyAll(string from, string to)
    {
        // The outbox is held by the agent that still runs; what a kill leaves of it has tests of its own.
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Where(file => !Path.GetFileName(file).StartsWith("outbox", StringComparison.Ordinal)))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }
}
