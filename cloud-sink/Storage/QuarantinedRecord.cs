namespace SocialCredit.Edge.Sink.Storage;

/// <summary>A record that is not counted, and why.</summary>
/// <param name="Device">Who sent it.</param>
/// <param name="Zone">The zone it speaks of.</param>
/// <param name="Window">Which window since 1970.</param>
/// <param name="Sequence">The device's number for it.</param>
/// <param name="Reason">One of <see cref="RefusalReason"/>.</param>
/// <param name="ReceivedAt">When it was set aside.</param>
/// <param name="Payload">Its exact bytes; empty unless two payloads stand against each other.</param>
public sealed record QuarantinedRecord(
    string Device,
    string Zone,
    long Window,
    uint Sequence,
    RefusalReason Reason,
    DateTimeOffset ReceivedAt,
    ReadOnlyMemory<byte> Payload);
