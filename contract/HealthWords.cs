using System.Text.Json;
using System.Text.Json.Serialization;

namespace SocialCredit.Edge.Contract;

/// <summary>What is wrong with a camera: all that a health report can say of it.</summary>
public enum HealthTrouble : byte
{
    None,
    Opening,
    NoFrames,
    Slow,
    Frozen,
    Black,
    Dark,
    Blurred,
    Covered,
    Moved,
    Ended,
    Disabled,
    Broken,
}

/// <summary>What somebody should look at: all that a health report can ask for, in this order, each at most once.</summary>
public enum Attention : byte
{
    /// <summary>A camera that is switched on does not see.</summary>
    CameraBlind,

    /// <summary>A sensor is unknown: its wire is cut or its controller is silent.</summary>
    SensorUnknown,

    /// <summary>The broker refused records for good; they are kept.</summary>
    OutboxParked,

    /// <summary>The disk takes no records.</summary>
    OutboxRefusing,

    /// <summary>The outbox was damaged, set aside and begun anew.</summary>
    OutboxDamaged,

    /// <summary>Records or windows were given up since the last report.</summary>
    RecordsLost,

    /// <summary>The clock was set since the last report.</summary>
    ClockStepped,

    /// <summary>The certificate ends within two days, or has ended.</summary>
    CertificateEnding,

    /// <summary>The configuration's file has faults; the one before goes on.</summary>
    ConfigurationFaulty,

    /// <summary>A new configuration, policy or model did not prove itself and was taken back.</summary>
    ConfigurationRolledBack,

    /// <summary>A command was refused since the last report: somebody writes to the device who should not, or its clock is wrong.</summary>
    CommandRefused,
}

internal sealed class HealthTroubleWords() : JsonStringEnumConverter<HealthTrouble>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

internal sealed class AttentionWords() : JsonStringEnumConverter<Attention>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);
