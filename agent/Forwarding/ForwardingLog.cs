using Microsoft.Extensions.Logging;

namespace SocialCredit.Edge.Forwarding;

/// <summary>What this project says to the technician. Never a payload, never a credential.</summary>
internal static partial class ForwardingLog
{
    [LoggerMessage(Level = LogLevel.Critical, Message = "The outbox {Path} was damaged ({Fault}) and has been set aside as {Aside}: {Saved} records were "
        + "carried over whole, at most {Lost} were lost and counted. It goes on after sequence {Sequence}; check the disk")]
    public static partial void OutboxRebuilt(ILogger logger, string path, string fault, string aside, int saved, int lost, uint sequence);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} windows waited in the memory of an agent that has ended, because its disk took none; they are counted as given up")]
    public static partial void HeldWindowsGone(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "The outbox {Path} takes no records: {Reason}. Free some space or check the disk; the "
        + "agent keeps trying and delivers what is stored")]
    public static partial void OutboxRefused(ILogger logger, string path, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The outbox {Path} takes records again")]
    public static partial void OutboxTakesAgain(ILogger logger, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox dropped its {Count} oldest records, up to sequence {UpTo}, because it is over its {Bound}; {Total} in its life")]
    public static partial void RecordsDropped(ILogger logger, int count, uint upTo, string bound, long total);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The clock was set by {Step}; the times of the {Count} records that wait were moved with it")]
    public static partial void ClockStepped(ILogger logger, TimeSpan step, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "The sink says it has sequence {Highest} of this device, but this outbox has only given up to {Given}: "
        + "an older outbox was restored, or the clock was wrong when this one was made. Records stay until they are too old")]
    public static partial void ReceivedIsForeign(ILogger logger, uint highest, uint given);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker {Host} is another machine and is spoken to in plain text, as configured: for a laboratory only")]
    public static partial void PlainText(ILogger logger, string host);

    [LoggerMessage(Level = LogLevel.Information, Message = "Connected to the broker {Host}:{Port} as {Device}, {Depth} records to deliver")]
    public static partial void Connected(ILogger logger, string host, int port, string device, int depth);

    [LoggerMessage(Message = "Not connected to the broker {Host}:{Port}: {Reason}. Records are kept; the agent keeps trying")]
    public static partial void LinkLost(ILogger logger, LogLevel level, string host, int port, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The broker {Host}:{Port} refuses this device: {Reason}. Records are kept; the agent keeps trying")]
    public static partial void Refused(ILogger logger, string host, int port, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The broker refused record {Sequence} with reason code 0x{Code:X2} ({Name}); it is parked and tried again in an hour")]
    public static partial void RecordParked(ILogger logger, uint sequence, int code, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker asks for patience with reason code 0x{Code:X2} ({Name}); sending again in {Delay}")]
    public static partial void BrokerBusy(ILogger logger, int code, string name, TimeSpan delay);

    [LoggerMessage(Level = LogLevel.Error, Message = "The broker does not let this device read {Topic} (reason code 0x{Code:X2}): records stay in the "
        + "outbox and are sent again and again. Allow the topic in the broker's access list")]
    public static partial void ReceivedNotReadable(ILogger logger, string topic, int code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message on {Topic} was not understood and was ignored")]
    public static partial void ReceivedNotUnderstood(ILogger logger, string topic);

    [LoggerMessage(Level = LogLevel.Error, Message = "The outbox could not be read or written: {Reason}. The agent keeps trying")]
    public static partial void OutboxFailed(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An earlier manifest in {Path} was left out: {Reason} Records that were made under it wait at the sink's door")]
    public static partial void ManifestNotRead(ILogger logger, string path, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The manifest cannot be kept in {Path}: {Reason} It is sent all the same")]
    public static partial void ManifestNotKept(ILogger logger, string path, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The broker does not take this device's manifest on {Topic} (reason code 0x{Code:X2}, {Name}): without "
        + "it a sink counts no record. Allow the topic in the broker's access list")]
    public static partial void ManifestRefused(ILogger logger, string topic, int code, string name);

    [LoggerMessage(LogLevel.Warning, "The broker refused a message on {Topic} (0x{Code:X2} {Name}). Allow the topic in the broker's access list")]
    public static partial void MailRefused(ILogger logger, string topic, int code, string name);
}
