namespace SocialCredit.Edge.Sink.Storage;

/// <summary>Why a record is not counted.</summary>
public enum RefusalReason : byte
{
    /// <summary>Not refused.</summary>
    None,

    /// <summary>The topic is not the events topic of a device with a valid name.</summary>
    Topic,

    /// <summary>Larger than any record can be.</summary>
    Oversized,

    /// <summary>Outside the schema.</summary>
    Unreadable,

    /// <summary>The source names another device than the topic, or another site than the record.</summary>
    Source,

    /// <summary>The id is not the record's zone and window.</summary>
    Id,

    /// <summary>A name kept for the simulated city came from outside, or a real name from the simulation.</summary>
    SimulatedName,

    /// <summary>A record without noise, and this sink is not in demo.</summary>
    DemoProfile,

    /// <summary>The window ended more than eight days ago.</summary>
    TooOld,

    /// <summary>
    /// The window has not ended yet: a clock is wrong, ours or the device's. Like an uncovered record it is not committed and comes again,
    /// until the window has ended.
    /// </summary>
    Future,

    /// <summary>The register of zones does not give this zone to this device and site.</summary>
    ZoneNotRegistered,

    /// <summary>A different payload for the same device, zone and window; both are set aside.</summary>
    Conflict,

    /// <summary>
    /// No manifest of the device covers the record. It is not committed and so not covered by <c>received</c>: the device keeps it and
    /// sends it again, and it passes once its manifest is here.
    /// </summary>
    Uncovered,

    /// <summary>A manifest that cannot be read, is not signed by the key inside it, or is of another device than its topic.</summary>
    Manifest,

    /// <summary>A manifest under another key than the first that the device showed.</summary>
    OtherKey,

    /// <summary>A record without a signature. Like all that follow it is not committed, so that nobody can cover a sequence of a device but the device.</summary>
    Unsigned,

    /// <summary>A record whose signature is not by the device's key over its bytes.</summary>
    WrongKey,

    /// <summary>The device was revoked.</summary>
    Revoked,

    /// <summary>This sink takes enrolled devices only, and the device is not approved. It keeps the record, which passes once it is.</summary>
    NotEnrolled,

    /// <summary>The device is not approved for this zone and site. It keeps the record, which passes once it is.</summary>
    ZoneNotEnrolled,

    /// <summary>A health report or an answer that is not signed by its device, or of another device than its topic.</summary>
    Report,
}
