namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>Where the broker is and how the sink says who it is.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">TCP.</param>
/// <param name="ClientId">The session's name.</param>
/// <param name="Username">Null without authentication by password.</param>
/// <param name="Password">Asked at every connection, so that a changed secret is taken.</param>
internal sealed record BrokerAddress(string Host, int Port, string ClientId, string? Username, Func<string> Password)
{
    /// <summary>Null is plain text.</summary>
    public BrokerTrust? Trust { get; init; }

    /// <summary>Reads as one of a group of sinks, where the broker has groups.</summary>
    public bool IsShared { get; init; } = true;

    /// <summary>There are others in the group, says the configuration.</summary>
    public bool HasOthers { get; init; }
}
