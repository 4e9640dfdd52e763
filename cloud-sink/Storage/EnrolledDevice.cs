using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>What an operator has said of a device.</summary>
public enum DeviceState : byte
{
    /// <summary>A claim code was made for it and it has not come yet.</summary>
    Invited,

    /// <summary>It came with its claim code and its key; nobody has approved it yet.</summary>
    Waiting,

    /// <summary>What it signs with its key counts, for its zones.</summary>
    Approved,

    /// <summary>Nothing of it counts any more; only another invitation begins anew.</summary>
    Revoked,
}

/// <summary>One device as it stands in the store.</summary>
public sealed record EnrolledDevice
{
    public required string Device { get; init; }

    /// <summary>Rises by one with each change; 0 before it is stored.</summary>
    public long Version { get; init; }

    public required DeviceState State { get; init; }

    /// <summary>Since when it is in this state.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The only site that it may report; null while any will do.</summary>
    public string? Site { get; init; }

    /// <summary>The zones that it was invited for; once approved, those that it may report.</summary>
    public IReadOnlyList<string> Zones { get; init; } = [];

    /// <summary>The site that its configuration names.</summary>
    public string? AskedSite { get; init; }

    /// <summary>The zones that its configuration named when it came.</summary>
    public IReadOnlyList<string> AskedZones { get; init; } = [];

    /// <summary>SHA-256 of the claim's secret, hexadecimal; null where no claim can be used.</summary>
    public string? ClaimHash { get; init; }

    public DateTimeOffset ClaimUntil { get; init; }

    /// <summary>How often a wrong secret was told for it.</summary>
    public int WrongClaims { get; init; }

    /// <summary>Its key, SubjectPublicKeyInfo; empty before it came.</summary>
    public ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>See <see cref="Dsse.KeyId"/>; null before it came.</summary>
    public string? KeyId => Key.IsEmpty ? null : Dsse.KeyId(Key.Span);
}

/// <summary>One change of a device, kept for whoever asks later.</summary>
/// <param name="At">When.</param>
/// <param name="State">Its state from then on.</param>
/// <param name="Change">What happened, in words of ours.</param>
/// <param name="KeyId">Its key then, or null.</param>
/// <param name="Zones">Its zones then.</param>
public sealed record DeviceChange(DateTimeOffset At, DeviceState State, string Change, string? KeyId, IReadOnlyList<string> Zones);

/// <summary>A certificate that a device was given.</summary>
/// <param name="SerialNumber">Hexadecimal.</param>
/// <param name="Device">Whose it is.</param>
/// <param name="KeyId">Of the key in it.</param>
/// <param name="Der">The certificate itself.</param>
/// <param name="IssuedAt">When.</param>
/// <param name="NotAfter">Until when it holds.</param>
/// <param name="RevokedAt">Since when it holds no longer, or null.</param>
public sealed record IssuedCertificate(
    string SerialNumber, string Device, string KeyId, ReadOnlyMemory<byte> Der, DateTimeOffset IssuedAt, DateTimeOffset NotAfter, DateTimeOffset? RevokedAt = null);
