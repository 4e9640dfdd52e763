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
    Func<CancellationToken, Task> AcknowledgeAsync)
{
    /// <summary>The signature, or null; see <see cref="Contract.Dsse.SignatureProperty"/>.</summary>
    public string? Signature { get; init; }

    /// <summary>The key's id, or null; see <see cref="Contract.Dsse.KeyIdProperty"/>.</summary>
    public string? KeyId { get; init; }
}
