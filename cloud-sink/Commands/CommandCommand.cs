using System.CommandLine;
using System.Security.Cryptography;
using System.Data.Common;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary><c>sink command</c>: tells a device one of four things. It is written down here; the running sink signs and sends it.</summary>
internal static class CommandCommand
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    public static Command Create() => new("command", "Tells a device to do one of four things, and shows its signed answer. The sink must be running.")
    {
        Verb("self-test", CommandWord.SelfTest, "Asks the device whether its parts work."),
        Verb("restart", CommandWord.Restart, "Ends the agent, so that it is started again."),
        Verb("rotate-key", CommandWord.RotateKey, "Has the device make a new key and enrol it in place of the old one."),
        Verb("set-policy", CommandWord.SetPolicy, "Gives the device the policy that this sink scores by. It is on probation there, and taken back if the device does not work as before."),
        Log(),
    };

    private static Command Verb(string name, CommandWord word, string what)
    {
        var device = Device();
        var config = ConfigurationArgument.Create();
        var wait = new Option<int>("--wait") { Description = "Seconds to wait for the answer, 0 to 86400; the command is valid for as long, and for a minute at least.", DefaultValueFactory = _ => 60 };
        wait.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 86400)
                result.AddError("--wait must be from 0 to 86400.");
        });
        var command = new Command(name, $"""
            {what}
            Exit code 0 if the device says that it is done, 1 if it refuses, fails or does not answer in time.
            Example: sink command {name} edge-01 --config sink.yaml --wait 60
            """) { device, config, wait };
        command.SetAction((parsed, cancellation) =>
            ConfigurationArgument.Read(parsed, config) is { } configuration
                ? AskAsync(configuration, (parsed.GetRequiredValue(device), word), TimeSpan.FromSeconds(parsed.GetValue(wait)), (parsed.InvocationConfiguration, cancellation))
                : Task.FromResult(1));
        return command;
    }

    private static Command Log()
    {
        var device = Device();
        var config = ConfigurationArgument.Create();
        var command = new Command("log", """
            Lists every command that was given to a device: who gave it, when, and what the device said.
            Example: sink command log edge-01 --config sink.yaml
            """) { device, config };
        command.SetAction(parsed => OpenedStore.Use(parsed, config, (_, store) =>
        {
            foreach (var given in new DeviceDesk(store.Database).Commands(parsed.GetRequiredValue(device), 1000))
            {
                var sent = given.SentAt is { } at ? $"sent {at:u}" : "not sent yet";
                parsed.InvocationConfiguration.Output.WriteLine(
                    $"{given.AskedAt:u} {Words(given.Command.Command)} {given.Command.Id} by {given.AskedBy}, {sent}: {Sentence(given.Answer)}");
            }

            return 0;
        }, mustBeThere: true));
        return command;
    }

    private static Argument<string> Device()
    {
        var device = new Argument<string>("device") { Description = "The device's name." };
        device.Validators.Add(result =>
        {
            if (!Names.IsValid(result.GetValueOrDefault<string>() ?? ""))
                result.AddError("A device's name is 3 to 32 of a-z, 0-9 and '-'.");
        });
        return device;
    }

    private static async Task<int> AskAsync(
        SinkConfiguration configuration, (string Device, CommandWord Word) asked, TimeSpan wait, (InvocationConfiguration Streams, CancellationToken Token) run)
    {
        if (!OpenedStore.IsThere(configuration, run.Streams))
            return 1;
        try
        {
            using var store = EventStores.Open(configuration.Options, configuration.Path);
            var desk = new DeviceDesk(store.Database);
            var now = TimeProvider.System.GetUtcNow();
            var command = desk.Ask(id => Make(PolicyInForce.Of(configuration, store, TimeProvider.System).File, asked, id, now, wait), asked.Device, Environment.UserName, now);
            await run.Streams.Output.WriteLineAsync($"{Words(asked.Word)} {command.Id} for {asked.Device} is written down; the running sink sends it.");
            var from = TimeProvider.System.GetTimestamp();
            CommandOutcome? said = null;
            while (TimeProvider.System.GetElapsedTime(from) < wait && !run.Token.IsCancellationRequested)
            {
                var answer = desk.Commands(asked.Device, 1000).First(one => one.Command.Id == command.Id).Answer;
                if (answer is not null && answer.Outcome != said)
                    await SayAsync(run.Streams.Output, answer);
                said = answer?.Outcome ?? said;
                if (answer is { Outcome: not CommandOutcome.Begun })
                    return answer.Outcome == CommandOutcome.Done ? 0 : 1;
                await Task.Delay(Step, TimeProvider.System, run.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await run.Streams.Error.WriteLineAsync(
                $"{(said is null ? "No answer" : "No final answer")} within {wait.TotalSeconds:0} s. Is the sink running, and the device connected? sink command log {asked.Device} shows what comes later.");
            return 1;
        }
        catch (Exception failure) when (failure is DbException or StoreException)
        {
            await run.Streams.Error.WriteLineAsync($"{EventStores.NameOf(configuration.Options, configuration.Path)}: {failure.Message}");
            return 1;
        }
    }

    private static Contract.DeviceCommand Make(
        PolicyFile inForce, (string Device, CommandWord Word) asked, long id, DateTimeOffset now, TimeSpan wait)
    {
        var issued = new DateTimeOffset(now.UtcTicks - now.UtcTicks % TimeSpan.TicksPerSecond, TimeSpan.Zero);
        var valid = TimeSpan.FromSeconds(Math.Max(60, wait.TotalSeconds));
        var policy = asked.Word == CommandWord.SetPolicy ? inForce : null;
        return new Contract.DeviceCommand
        {
            Device = asked.Device,
            Id = id,
            Issued = issued,
            Expires = issued + valid,
            Command = asked.Word,
            Policy = policy?.Policy.Id,
            Sha256 = policy is null ? null : Convert.ToHexStringLower(SHA256.HashData(policy.Bytes.Span)),
        };
    }

    private static async Task SayAsync(TextWriter output, CommandAnswer answer)
    {
        await output.WriteLineAsync(Sentence(answer));
        foreach (var check in answer.Checks)
            await output.WriteLineAsync($"  {check.Check.ToString().ToLowerInvariant()}: {(check.Ok ? "ok" : "not ok")}");
    }

    private static string Words(CommandWord word) => word switch
    {
        CommandWord.SetPolicy => "set-policy",
        CommandWord.RotateKey => "rotate-key",
        CommandWord.Restart => "restart",
        _ => "self-test",
    };

    private static string Sentence(CommandAnswer? answer) => answer?.Outcome switch
    {
        null => "no answer yet.",
        CommandOutcome.Begun => "begun.",
        CommandOutcome.Done => "done.",
        CommandOutcome.Failed => $"failed: {Why(answer.Reason)}",
        _ => $"refused: {Why(answer.Reason)}",
    };

    private static string Why(CommandReason reason) => reason switch
    {
        CommandReason.Signature => "it is not signed by the command key that the device was enrolled with. Enrol it again if this sink has a new one.",
        CommandReason.Retained => "the broker keeps commands; clear the retained message on the device's cmd topic.",
        CommandReason.OtherDevice => "it is for another device.",
        CommandReason.Replayed => "the device took it, or a later one, before.",
        CommandReason.Expired => "it came too late by the device's clock; look at both clocks if it did not.",
        CommandReason.NotYet => "it comes from the future by the device's clock: the device's clock is behind, or this one is ahead.",
        CommandReason.NotKept => "the device's disk does not take its number, so it could be played again. Look at the disk.",
        CommandReason.Busy => "the device is still at one before.",
        CommandReason.PolicyMissing => "no policy came to the device; look at the broker's access list.",
        CommandReason.PolicyOther => "another policy than this one is on the topic; is this the configuration of the running sink?",
        CommandReason.PolicyFaulty => "the policy does not fit the device's zones; its log says why.",
        CommandReason.RejectedBefore => "the device tried this policy and took it back; change it first.",
        CommandReason.RolledBack => "the device did not work as before under it and took it back; its log says why.",
        CommandReason.NotEnrolled => "the device is not enrolled.",
        CommandReason.NotTaken => "the sink did not take the new key; the old one stays.",
        _ => "the device does not understand it; is its software older than this sink's?",
    };
}
