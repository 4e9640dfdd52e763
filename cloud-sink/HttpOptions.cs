using System.ComponentModel.DataAnnotations;

namespace SocialCredit.Edge.Sink;

/// <summary>Where the API and the pages are served, and how much.</summary>
public sealed record HttpOptions
{
    [MinLength(1)]
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>0 takes any free port.</summary>
    [Range(0, 65535)]
    public int Port { get; init; } = 8080;

    /// <summary>The same over TLS 1.3 on a port of its own, on the same address; without it only in plain text.</summary>
    public HttpTlsOptions? Tls { get; init; }

    /// <summary>
    /// The address of a reverse proxy. Only from there <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed; without it all who come
    /// through a proxy share one allowance.
    /// </summary>
    [MinLength(1)]
    public string? Proxy { get; init; }

    /// <summary>Requests a second for one address (of IPv6: one /64); twenty times as many at once.</summary>
    [Range(1, 100_000)]
    public int ReadsPerSecond { get; init; } = 50;

    /// <summary>How many may hear <c>/api/live</c> at once; 0 serves it to nobody. One address has a tenth of them, at least one.</summary>
    [Range(0, 10_000)]
    public int LiveClients { get; init; } = 100;

    /// <summary>How many zones <c>/metrics</c> shows to Prometheus, those with the lowest scores first; 0 serves none.</summary>
    [Range(0, 5000)]
    public int MetricsZones { get; init; }

    /// <summary>Lets operators write; without it the API only reads.</summary>
    public OperatorOptions? Operators { get; init; }
}

/// <summary>A certificate for the API: of the sink's own authority for a name, or of another from files.</summary>
public sealed record HttpTlsOptions
{
    /// <summary>0 takes any free port.</summary>
    [Range(0, 65535)]
    public int Port { get; init; } = 443;

    /// <summary>DNS name or IP address for which the sink's own authority makes the certificate.</summary>
    [MinLength(1)]
    public string? Name { get; init; }

    /// <summary>PEM file of a certificate and its chain, from the folder of the configuration; taken at the start.</summary>
    [MinLength(1)]
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of its key, for its owner alone.</summary>
    [MinLength(1)]
    public string? KeyFile { get; init; }
}

/// <summary>
/// Who may write over the API: whoever has a key or a certificate of <c>sink key add</c>, and, with an authority, whoever that gives a token
/// (OpenID Connect). Over TLS or on loopback only.
/// </summary>
public sealed record OperatorOptions
{
    /// <summary>The issuer's address, https unless it is on loopback: <c>/.well-known/openid-configuration</c> is read from it.</summary>
    [MinLength(1)]
    public string? Authority { get; init; }

    /// <summary>For whom a token must be.</summary>
    [MinLength(1)]
    public string? Audience { get; init; }

    /// <summary>The claim that holds the roles.</summary>
    [MinLength(1)]
    public string RoleClaim { get; init; } = "roles";

    /// <summary>The role that a token must have.</summary>
    [MinLength(1)]
    public string Role { get; init; } = "sink-operator";
}

/// <summary>MQTT discovery of Home Assistant (https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery).</summary>
public sealed record HomeAssistantOptions
{
    /// <summary>The discovery prefix that Home Assistant has.</summary>
    [Required, RegularExpression("^[a-zA-Z0-9_-]{1,64}$")]
    public required string Prefix { get; init; }

    /// <summary>
    /// The user and client id as which Home Assistant comes to the broker; it may then read what is told, scores, and how devices are. Over TLS with
    /// a certificate of <c>sink authority certificate --client</c>. Left out where the broker's rights are kept by somebody else.
    /// </summary>
    [RegularExpression("^[a-z0-9-]{3,32}$")]
    public string? User { get; init; }

    /// <summary>How many zones, and how many devices, are told of at most, by name.</summary>
    [Range(1, 10_000)]
    public int Zones { get; init; } = 500;
}
