namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>What the broker did with a publication.</summary>
internal enum PublishOutcome : byte
{
    Sent,

    /// <summary>It is said again at the next connection.</summary>
    NotConnected,

    /// <summary>The broker is there and does not want it; it is tried again after a while.</summary>
    Refused,
}
