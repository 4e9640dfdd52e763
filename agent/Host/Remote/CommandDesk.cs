using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;

namespace SocialCredit.Edge.Host.Remote;

/// <summary>
/// Where commands arrive and are looked at one after the other. It judges and refuses by itself; what a command means is done by whoever
/// takes it from here.
/// </summary>
internal sealed partial class CommandDesk
{
    /// <summary>More than a person sends; what comes on top is dropped.</summary>
    private const int WaitingMax = 16;

    private readonly Channel<IncomingCommand> _waiting = Channel.CreateBounded<IncomingCommand>(
        new BoundedChannelOptions(WaitingMax) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly CommandGate _gate;
    private readonly string _device;
    private readonly ILogger _log;
    private ReadOnlyMemory<byte>? _policy;

    public CommandDesk(string device, byte[] key, string stateFolder, (TimeProvider Time, ILogger Log) services)
    {
        (_device, _log) = (device, services.Log);
        _gate = new CommandGate(device, key, stateFolder, services);
    }

    /// <summary>The bytes that came last on the policy's topic, by whoever wrote them; null before.</summary>
    public ReadOnlyMemory<byte>? Policy
    {
        get
        {
            lock (_waiting)
                return _policy;
        }
    }

    /// <summary>A command came; any thread.</summary>
    public void Offer(IncomingCommand command) => _waiting.Writer.TryWrite(command);

    /// <summary>A policy came; any thread.</summary>
    public void OfferPolicy(ReadOnlyMemory<byte> bytes)
    {
        lock (_waiting)
            _policy = bytes;
    }

    /// <summary>The next command that is to be done, and the answers to those that are not.</summary>
    /// <param name="refusals">Filled with the answers.</param>
    public DeviceCommand? Take(List<CommandAnswer> refusals)
    {
        while (_waiting.Reader.TryRead(out var incoming))
        {
            var (command, refused, id) = _gate.Judge(incoming);
            if (command is not null)
            {
                LogTook(command.Id, command.Command);
                return command;
            }

            LogRefused(id, refused);
            refusals.Add(Answer(id, CommandOutcome.Refused, refused));
        }

        return null;
    }

    public CommandAnswer Answer(long id, CommandOutcome outcome, CommandReason reason = CommandReason.None, IReadOnlyList<SelfTestResult>? checks = null) =>
        new() { Device = _device, Id = id, Outcome = outcome, Reason = reason, Checks = checks ?? [] };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Took command {Id}: {Command}")]
    private partial void LogTook(long id, CommandWord command);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused command {Id} (0: not by the enrolled key): {Reason}")]
    private partial void LogRefused(long id, CommandReason reason);
}
