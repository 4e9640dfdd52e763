using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Operation;

namespace SocialCredit.Edge.Sink;

/// <summary>What stands in <c>sink.yaml</c>.</summary>
public sealed record SinkOptions
{
    /// <summary><c>standard</c>, <c>strict</c>, or <c>demo</c>, which alone takes records without noise.</summary>
    public PrivacyProfile Profile { get; init; } = PrivacyProfile.Standard;

    public BrokerOptions Broker { get; init; } = new();

    public StoreOptions Store { get; init; } = new();

    /// <summary>The policy's file, from the folder of the configuration.</summary>
    [Required]
    public required string Policy { get; init; }

    /// <summary>
    /// The cameras' factors, from the folder of the configuration: <c>zone: {behaviour: precision / recall}</c>. 1 where nothing is
    /// given.
    /// </summary>
    [MinLength(1)]
    public string? Calibration { get; init; }

    public HttpOptions Http { get; init; } = new();

    /// <summary>Metrics and health for this machine; without it no port is open for them.</summary>
    public ObserveSection? Observe { get; init; }

    /// <summary>Where the log goes beside the console; taken at the start.</summary>
    public LogSection Log { get; init; } = new();

    /// <summary>The register: which device measures which zone. Empty: any device may report any zone.</summary>
    public IReadOnlyDictionary<string, ZoneEntry> Zones { get; init; } = new Dictionary<string, ZoneEntry>();
}

public sealed record StoreOptions
{
    /// <summary>The database's file, from the folder of the configuration.</summary>
    [MinLength(1)]
    public string Sqlite { get; init; } = "sink.db";
}

public sealed record HttpOptions
{
    [MinLength(1)]
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>0 takes any free port.</summary>
    [Range(0, 65535)]
    public int Port { get; init; } = 8080;
}

/// <summary>A zone in the public register.</summary>
public sealed record ZoneEntry
{
    /// <summary>As people call it.</summary>
    public string? Title { get; init; }

    /// <summary>The only device whose records count for it.</summary>
    [Required]
    public required string Device { get; init; }

    /// <summary>If given, the only site.</summary>
    public string? Site { get; init; }

    /// <summary>Where it is, in words.</summary>
    public string? Place { get; init; }
}
