using System.Text.Json.Serialization;

namespace SocialCredit.Edge.Contract;

/// <summary>
/// How a device is: the payload of <c>sce/v1/{device}/health</c>. About the machine only; nothing in it counts what was seen. Made every
/// hour at a minute that follows from the device's name, so that when it comes says nothing, and always of one length.
/// </summary>
public sealed record HealthReport
{
    /// <summary>The type under which a report is signed, and its content type.</summary>
    public const string PayloadType = "application/vnd.socialcredit-edge.health+json";

    /// <summary>The version of this form.</summary>
    public const int Version = 1;

    /// <summary>A camera has at least one zone, and a manifest holds so many.</summary>
    public const int CamerasMax = PrivacyManifest.ZonesMax;

    /// <summary>The version of this form, 1.</summary>
    [JsonRequired]
    public int V { get; init; } = Version;

    /// <summary><c>[a-z0-9-]{3,32}</c>, as in the public register.</summary>
    public required string Site { get; init; }

    /// <summary><c>[a-z0-9-]{3,32}</c>.</summary>
    public required string Device { get; init; }

    /// <summary>The hour in which it was made, UTC by the device's clock. No finer time.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Version of the agent and the revision that it was built from: <c>[a-z0-9.+-]{1,64}</c>.</summary>
    public required string Software { get; init; }

    /// <summary>Whole hours since the agent was started, 0 to 99999.</summary>
    public required int UptimeHours { get; init; }

    /// <summary>The policy in force.</summary>
    public required string Policy { get; init; }

    /// <summary>Every camera of the configuration, in its order.</summary>
    public required IReadOnlyList<HealthCamera> Cameras { get; init; }

    public required HealthOutbox Outbox { get; init; }

    /// <summary>How often the clock was set by 30 s or more since the agent was started, 0 to 9999.</summary>
    public required int ClockSteps { get; init; }

    /// <summary>Sensors that are unknown now, 0 to 99.</summary>
    public required int SensorsUnknown { get; init; }

    /// <summary>Whole days until the device's certificate ends, 0 to 9999; null where it has none.</summary>
    public required int? CertificateDays { get; init; }

    /// <summary>In the order of <see cref="Contract.Attention"/>, each at most once.</summary>
    public required IReadOnlyList<Attention> Attention { get; init; }

    /// <summary>As many zeros as make every report of a configuration equally long.</summary>
    public string Pad { get; init; } = "";
}

/// <summary>One camera's state; nothing of its picture.</summary>
public sealed record HealthCamera
{
    /// <summary>Its name in the configuration, <c>[a-z0-9-]{3,32}</c>.</summary>
    public required string Camera { get; init; }

    public required HealthTrouble Trouble { get; init; }

    /// <summary>Tenths of the time since the last report in which it really watched, 0 to 10.</summary>
    public required int Coverage { get; init; }

    /// <summary>SHA-256 of the model's weights, 64 hexadecimal digits.</summary>
    public required string Model { get; init; }

    public required string Calibration { get; init; }
}

/// <summary>How records wait. Each number up to 999,999,999.</summary>
public sealed record HealthOutbox
{
    public required long Depth { get; init; }

    /// <summary>Whole hours since the oldest record was made, 0 to 9999.</summary>
    public required int OldestHours { get; init; }

    public required long Parked { get; init; }

    /// <summary>The disk takes nothing now.</summary>
    public required bool Refusing { get; init; }

    /// <summary>Given up because a bound was reached, in the life of the device.</summary>
    public required long Dropped { get; init; }

    /// <summary>Taken by damage, in the life of the device.</summary>
    public required long Lost { get; init; }

    /// <summary>Windows that the disk never took, in the life of the device.</summary>
    public required long GivenUp { get; init; }
}
