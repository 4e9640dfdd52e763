using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Configuration;

namespace SocialCredit.Edge.Sink;

/// <summary>The MQTT broker: our own inside this process, or another.</summary>
public sealed record BrokerOptions
{
    /// <summary>Runs a broker inside this process, on loopback.</summary>
    public bool Embedded { get; init; } = true;

    [MinLength(1)]
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>0 takes any free port, for the embedded broker only.</summary>
    [Range(0, 65535)]
    public int Port { get; init; } = 1883;

    /// <summary>One of its own for each sink: the broker keeps the session, and so the messages, under this name.</summary>
    [MinLength(1)]
    public string ClientId { get; init; } = "sink";

    public string? Username { get; init; }

    /// <summary>By reference only: <c>env:NAME</c> or <c>file:/path</c>.</summary>
    public Secret? Password { get; init; }
}
