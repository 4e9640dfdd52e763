using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Host.Staging;

namespace SocialCredit.Edge.Host.Remote;

/// <summary>What the running agent is to do after a command.</summary>
internal enum CommandEffect : byte
{
    None,

    /// <summary>End with exit code 75.</summary>
    Restart,
}

/// <summary>
/// Does what commands ask for, beside the running configuration. A policy waits a while for its bytes; a new key is made on a task of
/// its own, since the sink must answer.
/// </summary>
internal sealed class CommandWork(
    CommandDesk desk, DeviceMail mail, ConfigurationStage stage, AgentLife life, Func<Task<CommandReason>>? rotateKey, TimeProvider time)
{
    /// <summary>The policy and the command that names it come on two topics, in any order.</summary>
    private static readonly TimeSpan PolicyPatience = TimeSpan.FromSeconds(30);

    private readonly List<CommandAnswer> _refusals = [];
    private (DeviceCommand Command, long Since)? _policy;
    private (DeviceCommand Command, Task<CommandReason> Task)? _rotation;

    /// <summary>The key is being changed: whoever asked waits for the end of it.</summary>
    public bool IsRotating => _rotation is not null;

    /// <summary>Call often; returns at once.</summary>
    /// <param name="running">The configuration that runs.</param>
    /// <param name="status">How the device is.</param>
    public CommandEffect Tick(AgentConfiguration running, DeviceStatus status)
    {
        _refusals.Clear();
        var command = desk.Take(_refusals);
        life.HasRefusedCommand |= _refusals.Count > 0;
        _refusals.ForEach(mail.Put);
        var effect = command is null ? CommandEffect.None : Do(command, status);
        StagePolicy(running);
        Conclude();
        return effect;
    }

    private CommandEffect Do(DeviceCommand command, DeviceStatus status)
    {
        switch (command.Command)
        {
            case CommandWord.SelfTest:
                mail.Put(desk.Answer(command.Id, CommandOutcome.Done, checks: HealthReporter.SelfTest(status, life)));
                break;
            case CommandWord.Restart:
                mail.Put(desk.Answer(command.Id, CommandOutcome.Done));
                return CommandEffect.Restart;
            case CommandWord.SetPolicy when _policy is null:
                _policy = (command, time.GetTimestamp());
                break;
            case CommandWord.RotateKey when rotateKey is null:
                mail.Put(desk.Answer(command.Id, CommandOutcome.Refused, CommandReason.NotEnrolled));
                break;
            case CommandWord.RotateKey when _rotation is null:
                mail.Put(desk.Answer(command.Id, CommandOutcome.Begun));
                _rotation = (command, Task.Run(rotateKey));
                break;
            default:
                mail.Put(desk.Answer(command.Id, CommandOutcome.Refused, CommandReason.Busy));
                break;
        }

        return CommandEffect.None;
    }

    private void StagePolicy(AgentConfiguration running)
    {
        if (_policy is not { } waiting)
            return;
        var isInForce = running.Policy.Id == waiting.Command.Policy && SetPolicy.Sha256Of(running.Texts.Policy) == waiting.Command.Sha256;
        var reason = isInForce ? CommandReason.None : stage.Stage(running, waiting.Command, desk.Policy);
        var isWaitingForBytes = (reason is CommandReason.PolicyMissing or CommandReason.PolicyOther) && time.GetElapsedTime(waiting.Since) < PolicyPatience;
        if (reason == CommandReason.None)
            Answer(isInForce ? CommandOutcome.Done : CommandOutcome.Begun, reason);
        else if (!isWaitingForBytes)
            Answer(CommandOutcome.Failed, reason);

        void Answer(CommandOutcome outcome, CommandReason why)
        {
            mail.Put(desk.Answer(waiting.Command.Id, outcome, why));
            _policy = null;
        }
    }

    private void Conclude()
    {
        if (_rotation is not { Task.IsCompleted: true } ended)
            return;
        _rotation = null;
        var reason = ended.Task.IsCompletedSuccessfully ? ended.Task.GetAwaiter().GetResult() : CommandReason.NotTaken;
        mail.Put(desk.Answer(ended.Command.Id, reason == CommandReason.None ? CommandOutcome.Done : CommandOutcome.Failed, reason));
    }
}
