namespace SocialCredit.Edge.Contract;

/// <summary>The anonymised counts of one zone and one window: the only thing that is forwarded.</summary>
public sealed record EventRecord
{
    /// <summary>The version of this form.</summary>
    public const int Version = 1;

    /// <summary>The type under which a record's payload is signed, see <see cref="Dsse"/>. Its content type stays that of JSON.</summary>
    public const string SignedType = "application/vnd.socialcredit-edge.window+json";

    /// <summary>No window is longer than a day.</summary>
    public const int SecondsMax = 86400;

    /// <summary>
    /// No number in a record is further from 0. More would be 11,000 passages a second for a day; the noise alone reaches it
    /// with odds below e^-(10^8).
    /// </summary>
    public const long CountMax = 999_999_999;

    /// <summary><c>[a-z0-9-]{3,32}</c>, as in the public register.</summary>
    public required string Site { get; init; }

    /// <summary><c>[a-z0-9-]{3,32}</c>, as in the public register.</summary>
    public required string Zone { get; init; }

    /// <summary>Start of the window, UTC, a whole multiple of <see cref="Seconds"/> since 1970.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>Length of the window: 900, 3600, 21600 or 86400; any in <see cref="PrivacyProfile.Demo"/>.</summary>
    public required int Seconds { get; init; }

    public required RecordStatus Status { get; init; }

    /// <summary>Tenths of the window in which the camera really watched, 0..10.</summary>
    public required int Coverage { get; init; }

    /// <summary>Noised; 0 unless <see cref="RecordStatus.Ok"/>.</summary>
    public required long Passages { get; init; }

    /// <summary>Exactly the behaviours that the policy lists for the zone, in its order; noised, may be negative.</summary>
    public required IReadOnlyList<BehaviourCount> Counts { get; init; }

    public required PrivacyProfile Profile { get; init; }

    /// <summary>Version of the policy under which it was counted.</summary>
    public required string Policy { get; init; }

    /// <summary>Version of the camera's calibration.</summary>
    public required string Calibration { get; init; }

    /// <summary>Rises by one per device and record; the outbox gives it.</summary>
    public uint Sequence { get; init; }

    /// <summary>Which window since 1970 this is: <c>floor(unix / seconds)</c>.</summary>
    public long WindowIndex => Start.ToUnixTimeSeconds() / Seconds;

    /// <summary>CloudEvents <c>id</c>: with the source it is the key that makes every delivery idempotent.</summary>
    public string Id => $"{Zone}:{WindowIndex}";

    /// <summary>Equal in every field, counts in the same order.</summary>
    public bool Equals(EventRecord? other) =>
        other is not null
        && (Site, Zone, Start, Seconds) == (other.Site, other.Zone, other.Start, other.Seconds)
        && (Status, Coverage, Passages) == (other.Status, other.Coverage, other.Passages)
        && (Profile, Policy, Calibration, Sequence) == (other.Profile, other.Policy, other.Calibration, other.Sequence)
        && Counts.SequenceEqual(other.Counts);

    public override int GetHashCode() => HashCode.Combine(Site, Zone, Start, Seconds, Sequence);
}

/// <summary>A noised count; may be negative.</summary>
public readonly record struct BehaviourCount(string Behaviour, long Count);

public enum RecordStatus : byte
{
    /// <summary>Released.</summary>
    Ok,

    /// <summary>Too few passages.</summary>
    Low,

    /// <summary>The window's state was lost.</summary>
    Lost,

    /// <summary>Not watching.</summary>
    Off,
}

public enum PrivacyProfile : byte
{
    Standard,
    Strict,

    /// <summary>No noise, no threshold: shows the chain on a test clip, on loopback only.</summary>
    Demo,
}
