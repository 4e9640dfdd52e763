using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>A record as it was committed.</summary>
/// <param name="Device">Who sent it.</param>
/// <param name="Record">What its payload says.</param>
/// <param name="Payload">The exact bytes that arrived.</param>
/// <param name="ReceivedAt">When the sink took it.</param>
public sealed record StoredRecord(string Device, EventRecord Record, ReadOnlyMemory<byte> Payload, DateTimeOffset ReceivedAt);
