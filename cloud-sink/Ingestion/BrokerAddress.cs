namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>Where the broker is and how the sink says who it is.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">TCP.</param>
/// <param name="ClientId">The session's name.</param>
/// <param name="Username">Null without authentication.</param>
/// <param name="Password">Asked at every connection, so that a changed secret is taken.</param>
internal sealed record BrokerAddress(string Host, int Port, string ClientId, string? Username, Func<string> Password);
