using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>A record that came from a device and was decoded.</summary>
/// <param name="Device">The device, from the topic.</param>
/// <param name="Record">What the payload says.</param>
/// <param name="Payload">The exact bytes.</param>
/// <param name="ReceivedAt">When it came.</param>
/// <param name="Refused">
/// Anything but <see cref="RefusalReason.None"/> commits only its sequence and the reason, so that the device stops sending it.
/// </param>
public sealed record IncomingRecord(
    string Device,
    EventRecord Record,
    ReadOnlyMemory<byte> Payload,
    DateTimeOffset ReceivedAt,
    RefusalReason Refused = RefusalReason.None);
