namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>One delivery by the broker: all that ingestion knows of MQTT.</summary>
/// <param name="Topic">Where it was published.</param>
/// <param name="Payload">The exact bytes.</param>
/// <param name="Source">The CloudEvents source, or null.</param>
/// <param name="Id">The CloudEvents id, or null.</param>
/// <param name="AcknowledgeAsync">Tells the broker that it may forget the message; called only after the commit.</param>
internal sealed record IncomingMessage(
    string Topic,
    ReadOnlyMemory<byte> Payload,
    string? Source,
    string? Id,
    Func<CancellationToken, Task> AcknowledgeAsync);
