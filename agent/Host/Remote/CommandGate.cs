using System.Text.Json;
using Microsoft.Extensions.Logging;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Host.Staging;

namespace SocialCredit.Edge.Host.Remote;

/// <summary>
/// Whether a command is one: by the enrolled key, for this device, in its time, and never seen before. The number of the last one is on
/// the disk before it is done, so that it is done at most once.
/// </summary>
/// <param name="device">This one's name.</param>
/// <param name="key">The enrolled command key, SubjectPublicKeyInfo.</param>
/// <param name="stateFolder">Where the number is kept.</param>
/// <param name="services">Clock and log.</param>
internal sealed partial class CommandGate(string device, byte[] key, string stateFolder, (TimeProvider Time, ILogger Log) services)
{
    /// <summary>Two clocks that are both kept are not further apart.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    private readonly string _path = Path.Combine(stateFolder, "commands.json");

    /// <summary>The command, taken; or null and why not, with its number where it is by the enrolled key.</summary>
    public (DeviceCommand? Command, CommandReason Refused, long Id) Judge(IncomingCommand incoming)
    {
        var message = incoming.Message;
        if (message.Payload.Length > DeviceCommand.BytesMax)
            return (null, CommandReason.Oversized, 0);
        if (incoming.IsRetained)
            return (null, CommandReason.Retained, 0);
        if (!message.Holds(DeviceCommand.PayloadType, key))
            return (null, CommandReason.Signature, 0);
        if (DeviceCommand.TryDecode(message.Payload.Span) is not { } command)
            return (null, CommandReason.Form, 0);
        var refused = Refuse(command);
        return (refused == CommandReason.None ? command : null, refused, command.Id);
    }

    private CommandReason Refuse(DeviceCommand command)
    {
        if (command.Device != device)
            return CommandReason.OtherDevice;
        if (command.Id <= LastId())
            return CommandReason.Replayed;
        var now = services.Time.GetUtcNow();
        // By differences: a time near the end of the calendar has no room for a tolerance.
        if (now - command.Expires > ClockTolerance)
            return CommandReason.Expired;
        if (command.Issued - now > ClockTolerance)
            return CommandReason.NotYet;
        try
        {
            StateFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(new CommandNote(command.Id), StateJson.Default.CommandNote));
            return CommandReason.None;
        }
        catch (IOException refused)
        {
            LogNotKept(services.Log, command.Id, refused.Message);
            return CommandReason.NotKept;
        }
    }

    private long LastId()
    {
        try
        {
            return File.Exists(_path) ? JsonSerializer.Deserialize(File.ReadAllBytes(_path), StateJson.Default.CommandNote)?.LastId ?? 0 : 0;
        }
        catch (Exception damaged) when (damaged is JsonException or IOException or UnauthorizedAccessException)
        {
            // None is taken until somebody looks: one from before must not be done again.
            LogNotRead(services.Log, _path, damaged.Message);
            return long.MaxValue;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Command {Id} is not taken, since its number cannot be kept: {Reason}")]
    private static partial void LogNotKept(ILogger log, long id, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Path} cannot be read, so no command is taken: {Reason} Delete it once no command from before can still be under way (a day)")]
    private static partial void LogNotRead(ILogger log, string path, string reason);
}

/// <param name="LastId">The number of the last command that was taken.</param>
internal sealed record CommandNote(long LastId);
