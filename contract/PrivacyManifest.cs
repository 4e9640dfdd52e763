using System.Text.Json.Serialization;

namespace SocialCredit.Edge.Contract;

/// <summary>
/// What one device can send, under one configuration: every topic, every field of a record and its precision, every zone with its
/// window and its terms, every model. Public, signed by the device, and nothing that is not in it is counted by a sink.
/// </summary>
public sealed record PrivacyManifest
{
    /// <summary>The version of this form.</summary>
    public const int Version = 1;

    /// <summary>More would not fit into <see cref="PrivacyManifestJson.BytesMax"/>.</summary>
    public const int ZonesMax = 64;

    /// <summary>A camera has one model and at least one zone.</summary>
    public const int ModelsMax = ZonesMax;

    /// <summary>The version of this form, 1.</summary>
    [JsonRequired]
    public int V { get; init; } = Version;

    /// <summary><c>[a-z0-9-]{3,32}</c>, as in the public register.</summary>
    public required string Site { get; init; }

    /// <summary><c>[a-z0-9-]{3,32}</c>.</summary>
    public required string Device { get; init; }

    public required PrivacyProfile Profile { get; init; }

    /// <summary>Version of the agent and the revision that it was built from: <c>[a-z0-9.+-]{1,64}</c>.</summary>
    public required string Software { get; init; }

    /// <summary>Since when it is in force by the device's clock, UTC. No finer time.</summary>
    public required DateOnly Issued { get; init; }

    /// <summary>Every topic that the device uses, worded as in <see cref="ManifestWords"/>.</summary>
    public required IReadOnlyList<ManifestTopic> Topics { get; init; }

    /// <summary>Every field of an event record, in its order, worded as in <see cref="ManifestWords"/>.</summary>
    public required IReadOnlyList<ManifestField> Fields { get; init; }

    /// <summary>Length of every event record, bytes.</summary>
    public required int RecordBytes { get; init; }

    /// <summary>A record is published no sooner after its window's end.</summary>
    public required int PublishSecondsMin { get; init; }

    /// <summary>And by chance alone up to so long after it, if the device is connected.</summary>
    public required int PublishSecondsMax { get; init; }

    /// <summary>Each zone once.</summary>
    public required IReadOnlyList<ManifestZone> Zones { get; init; }

    /// <summary>What looks at the frames, by name.</summary>
    public required IReadOnlyList<ManifestModel> Models { get; init; }

    /// <summary><see cref="ManifestWords.Never"/>.</summary>
    public required string Never { get; init; }

    /// <summary>The device's public key, ECDSA P-256: SubjectPublicKeyInfo in base64.</summary>
    public required string Key { get; init; }

    /// <summary>Null if this manifest covers a record of its device, else the first field of the record that is not as it says.</summary>
    /// <param name="record">One that keeps the contract's rules.</param>
    /// <param name="payloadBytes">The length of its payload.</param>
    public string? Uncovered(EventRecord record, int payloadBytes)
    {
        if (record.Site != Site)
            return "site";
        if (Zones.FirstOrDefault(zone => zone.Zone == record.Zone) is not { } zone)
            return "zone";
        if (record.Seconds != zone.WindowSeconds)
            return "seconds";
        if (!record.Counts.Select(count => count.Behaviour).SequenceEqual(zone.Behaviours, StringComparer.Ordinal))
            return "counts";
        if (record.Profile != Profile)
            return "profile";
        if (record.Policy != zone.Policy)
            return "policy";
        if (record.Calibration != zone.Calibration)
            return "calibration";
        return payloadBytes == RecordBytes ? null : "pad";
    }
}

/// <summary>One topic of the device.</summary>
public sealed record ManifestTopic
{
    public required string Topic { get; init; }

    public required MessageDirection Direction { get; init; }

    /// <summary>Quality of service of MQTT.</summary>
    public required int Qos { get; init; }

    public required bool Retained { get; init; }

    /// <summary>The longest payload.</summary>
    public required int BytesMax { get; init; }

    public required string What { get; init; }

    public required string When { get; init; }
}

/// <summary>Which way a message goes, seen from the device.</summary>
public enum MessageDirection : byte
{
    Send,
    Receive,
}

/// <summary>One field of an event record and how exact it is.</summary>
public sealed record ManifestField
{
    public required string Field { get; init; }

    public required string Type { get; init; }

    public required string Precision { get; init; }
}

/// <summary>One zone and the terms under which it is measured.</summary>
public sealed record ManifestZone
{
    public required string Zone { get; init; }

    /// <summary>Length of its windows.</summary>
    public required int WindowSeconds { get; init; }

    /// <summary>What is counted in it, in the policy's order; the passages are counted in every zone.</summary>
    public required IReadOnlyList<string> Behaviours { get; init; }

    /// <summary>Those of them whose unit is an episode: who takes part in j of them has an epsilon of up to passages + counts (1 + j).</summary>
    public required IReadOnlyList<string> Episodes { get; init; }

    public required string Policy { get; init; }

    public required string Calibration { get; init; }

    /// <summary>F, measured when the camera was set up, at least 1.5.</summary>
    public required decimal TracksPerPerson { get; init; }

    /// <summary>k: a window with fewer true passages is never released.</summary>
    public required long PassagesMin { get; init; }

    /// <summary>T: a window with fewer noised passages is not released either.</summary>
    public required long NoisedPassagesMin { get; init; }

    /// <summary>Of the discrete Laplace noise on the passages; null where there is no noise, which is in demo only.</summary>
    public required decimal? EpsilonPassages { get; init; }

    /// <summary>Of the discrete Laplace noise on each count; null where there is no noise, which is in demo only.</summary>
    public required decimal? EpsilonCounts { get; init; }
}

/// <summary>A model that looks at the frames; its outputs stay on the device.</summary>
public sealed record ManifestModel
{
    public required string Model { get; init; }

    /// <summary>Of its weights, 64 hexadecimal digits; the agent loads no others.</summary>
    public required string Sha256 { get; init; }
}
