using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Operation;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Governance;

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

    /// <summary>Who signs policies; without it the operator's file alone decides.</summary>
    public GovernanceOptions? Governance { get; init; }

    public PoliciesOptions Policies { get; init; } = new();

    public HttpOptions Http { get; init; } = new();

    public WebOptions Web { get; init; } = new();

    /// <summary>The folder of the sink's own authority and of its keys, from the folder of the configuration; made at first use.</summary>
    [MinLength(1)]
    public string Authority { get; init; } = "authority";

    /// <summary>Where devices are enrolled; without it only over <c>http</c>, and only if that is on loopback.</summary>
    public EnrolmentOptions? Enrolment { get; init; }

    public DevicesOptions Devices { get; init; } = new();

    /// <summary>Tells Home Assistant over MQTT of the zones' scores and of the devices; without it nothing is told.</summary>
    public HomeAssistantOptions? HomeAssistant { get; init; }

    /// <summary>Metrics and health for this machine; without it no port is open for them.</summary>
    public ObserveSection? Observe { get; init; }

    /// <summary>Where the log goes beside the console; taken at the start.</summary>
    public LogSection Log { get; init; } = new();

    /// <summary>The register: which device measures which zone. Empty: any device may report any zone.</summary>
    public IReadOnlyDictionary<string, ZoneEntry> Zones { get; init; } = new Dictionary<string, ZoneEntry>();

    /// <summary>Whose records count, whether said or not.</summary>
    internal DeviceTrust Trust => Devices.Trust ?? (Profile == PrivacyProfile.Demo || Broker is { Embedded: true, Tls: null } ? DeviceTrust.FirstUse : DeviceTrust.Enrolled);

    /// <summary>Where devices find the broker; null where the sink reaches it on loopback, where they do not.</summary>
    internal (string? Host, int? Port)? BrokerForDevices => Broker switch
    {
        { Embedded: true, Tls: { Names: [var name, ..] } tls } => (name, tls.Port ?? BrokerTls.UsualPort),
        { Embedded: true } or { IsLoopback: true } => null,
        _ => (Broker.Host, Broker.Port),
    };
}

/// <summary>A file or a server, not both.</summary>
public sealed record StoreOptions
{
    /// <summary>The database's file, from the folder of the configuration; <c>sink.db</c> where no server is named.</summary>
    [MinLength(1)]
    public string? Sqlite { get; init; }

    /// <summary>A PostgreSQL that several sinks may share: <c>Host=db.example;Database=scedge;Username=sink</c>. The database must be there, sorted by bytes (LC_COLLATE 'C').</summary>
    [MinLength(1)]
    public string? Postgres { get; init; }

    /// <summary>
    /// For how many days records are kept; they go in whole months, and the days that they made stay. Left out, all are kept. Never fewer than
    /// the 31 in which a restatement may be asked for.
    /// </summary>
    [Range(31, 36500)]
    public int? KeepDays { get; init; }

    /// <summary>The server's password, by reference only: <c>env:NAME</c> or <c>file:/path</c>.</summary>
    public Secret? Password { get; init; }
}

/// <summary>Policies beside the one in force.</summary>
public sealed record PoliciesOptions
{
    /// <summary>
    /// Files of policies, from the folder of the configuration, that are computed beside the one in force for 28 days: what each zone would be. Never
    /// published as the score.
    /// </summary>
    [MaxLength(4)]
    public IReadOnlyList<string> Shadow { get; init; } = [];
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

    /// <summary>Where it is on a map: degrees north, WGS 84; together with the longitude.</summary>
    [Range(-85.0, 85.0)]
    public double? Latitude { get; init; }

    /// <summary>Degrees east, WGS 84.</summary>
    [Range(-180.0, 180.0)]
    public double? Longitude { get; init; }
}
