using System.Security.Cryptography;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Tests.Ingestion;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Commands;

/// <summary><c>sink command</c>, as an operator types it beside a running sink, with a device at the other end of a real broker.</summary>
public sealed class CommandCommandTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_command_is_sent_by_the_running_sink_and_its_answer_shown()
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync();
        await device.SubscribeAsync(Topics.Command("camera-1"));
        var run = new CommandRun();

        var asked = Task.Run(() => run.Invoke("command", "self-test", "camera-1", "--config", Path.Combine(sink.Folder, "sink.yaml"), "--wait", "30"));
        var command = DeviceCommand.TryDecode(await device.HearAsync(Topics.Command("camera-1"), payload => DeviceCommand.TryDecode(payload) is not null))!;
        await AnswerAsync(device, command.Id, CommandOutcome.Done, CommandReason.None, [new() { Check = SelfTestCheck.Cameras, Ok = true }, new() { Check = SelfTestCheck.Clock, Ok = false }]);

        Assert.True(await asked == 0, run.Errors);
        Assert.Equal((CommandWord.SelfTest, "camera-1", TimeSpan.FromMinutes(1)), (command.Command, command.Device, command.Expires - command.Issued));
        Assert.Contains("done.\n  cameras: ok\n  clock: not ok\n", run.Output, StringComparison.Ordinal);
        var log = new CommandRun();
        log.Invoke("command", "log", "camera-1", "--config", Path.Combine(sink.Folder, "sink.yaml"));
        Assert.Contains($"self-test {command.Id} by {Environment.UserName}, sent", log.Output, StringComparison.Ordinal);
        output.WriteLine(run.Output + log.Output);
    }

    [Fact]
    public async Task Set_policy_names_the_exact_bytes_that_this_sink_scores_by()
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync();
        await device.SubscribeAsync(Topics.Command("camera-1"));
        await device.SubscribeAsync(Topics.ActivePolicy);
        var run = new CommandRun();

        var asked = Task.Run(() => run.Invoke("command", "set-policy", "camera-1", "--config", Path.Combine(sink.Folder, "sink.yaml"), "--wait", "30"));
        var command = DeviceCommand.TryDecode(await device.HearAsync(Topics.Command("camera-1"), payload => DeviceCommand.TryDecode(payload) is not null))!;
        var policy = await device.HearAsync(Topics.ActivePolicy, _ => true);
        await AnswerAsync(device, command.Id, CommandOutcome.Begun, CommandReason.None, []);
        await AnswerAsync(device, command.Id, CommandOutcome.Failed, CommandReason.RolledBack, []);

        Assert.Equal(1, await asked);
        Assert.Equal(("p-2026.3", Convert.ToHexStringLower(SHA256.HashData(policy))), (command.Policy, command.Sha256));
        Assert.Contains("failed: the device did not work as before under it and took it back", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_answers_for_a_device_and_numbers_rise()
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync();
        await using var mallory = await sink.DeviceAsync("camera-2");
        await device.SubscribeAsync(Topics.Command("camera-1"));
        var desk = new DeviceDesk(sink.Store.Database);
        var (first, second) = (Ask(desk), Ask(desk));
        Assert.True(second.Id > first.Id);
        await device.HearAsync(Topics.Command("camera-1"), payload => DeviceCommand.TryDecode(payload)?.Id == second.Id);
        var forged = new CommandAnswer { Device = "camera-1", Id = first.Id, Outcome = CommandOutcome.Done, Reason = CommandReason.None, Checks = [] }.Encode();

        await device.SaySignedAsync(Topics.Answer("camera-1"), CommandAnswer.PayloadType, forged, "mallory");
        await mallory.SaySignedAsync(Topics.Answer("camera-2"), CommandAnswer.PayloadType, forged);
        await AnswerAsync(device, 4711, CommandOutcome.Done, CommandReason.None, []);
        await AnswerAsync(device, second.Id, CommandOutcome.Refused, CommandReason.Busy, []);
        await Eventually.TrueAsync(() => desk.Commands("camera-1", 10)[0].Answer is not null, "the true answer is kept");

        Assert.Empty(desk.Commands("camera-1", 10)[1].Answers);
        Assert.Equal(2, sink.Refused(RefusalReason.Report));
    }

    [Fact]
    public void A_device_name_that_is_none_is_not_understood_and_a_sink_that_never_ran_is_said()
    {
        var run = new CommandRun();
        run.With("policy.yaml", CommandRun.PolicyText).With("sink.yaml", "policy: policy.yaml\n");

        Assert.Equal(1, run.Invoke("command", "restart", "../edge", "--config", "sink.yaml"));
        Assert.Contains("3 to 32 of a-z, 0-9 and '-'", run.Errors, StringComparison.Ordinal);
        Assert.Equal(1, run.Invoke("command", "restart", "edge-01", "--config", "sink.yaml"));
        Assert.Contains("this sink has never run", run.Errors, StringComparison.Ordinal);
    }

    private static DeviceCommand Ask(DeviceDesk desk)
    {
        var now = TimeProvider.System.GetUtcNow();
        var issued = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        return desk.Ask(
            id => new DeviceCommand { Device = "camera-1", Id = id, Issued = issued, Expires = issued.AddMinutes(5), Command = CommandWord.Restart, Policy = null, Sha256 = null },
            "camera-1", "tester", now);
    }

    private static async Task AnswerAsync(TestDevice device, long id, CommandOutcome outcome, CommandReason reason, IReadOnlyList<SelfTestResult> checks) =>
        await device.SaySignedAsync(
            Topics.Answer(device.Name), CommandAnswer.PayloadType,
            new CommandAnswer { Device = device.Name, Id = id, Outcome = outcome, Reason = reason, Checks = checks }.Encode());
}
