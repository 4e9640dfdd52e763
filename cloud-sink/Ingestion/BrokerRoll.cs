using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>Which devices may use the broker, as the register of devices has it at one moment.</summary>
internal sealed record BrokerRoll
{
    /// <summary>Devices that are not enrolled may come over loopback without a certificate.</summary>
    public bool IsPlainOpen { get; init; }

    /// <summary>The approved devices, each with the id of the one key that it may show.</summary>
    public IReadOnlyDictionary<string, string> KeyIds { get; init; } = new Dictionary<string, string>();

    /// <summary>Devices that were revoked: they may not come without a certificate either.</summary>
    public IReadOnlyList<string> Revoked { get; init; } = [];

    /// <summary>Certificates that hold no longer though they have not ended, by serial number in hexadecimal.</summary>
    public IReadOnlyList<RevokedCertificate> RevokedCertificates { get; init; } = [];

    /// <summary>Who reads for Home Assistant, and under which prefix the sink tells it; null where nobody does.</summary>
    public DiscoveryReader? Discovery { get; init; }

    /// <param name="device">Who it says it is.</param>
    /// <param name="keyId">Of the certificate that it showed; null without one.</param>
    public bool Permits(string device, string? keyId) => keyId is null
        ? IsPlainOpen && !KeyIds.ContainsKey(device) && !Revoked.Contains(device)
        : Discovery?.User == device || (KeyIds.TryGetValue(device, out var enrolled) && enrolled == keyId);

    public bool IsSameAs(BrokerRoll other) =>
        ReferenceEquals(this, other) || (IsPlainOpen == other.IsPlainOpen && Discovery == other.Discovery
        && KeyIds.OrderBy(pair => pair.Key, StringComparer.Ordinal).SequenceEqual(other.KeyIds.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        && Revoked.SequenceEqual(other.Revoked) && RevokedCertificates.SequenceEqual(other.RevokedCertificates));
}

/// <param name="Prefix">Under it is everything that Home Assistant is told.</param>
/// <param name="User">User name and client id; null where its rights are kept elsewhere.</param>
internal sealed record DiscoveryReader(string Prefix, string? User)
{
    /// <summary>What it may read, beside public scores.</summary>
    public IReadOnlyList<string> Reads { get; } = [$"{Prefix}/#", Topics.AllHealth, Topics.State("+")];
}

/// <param name="SerialNumber">Hexadecimal, as <c>X509Certificate2.SerialNumber</c> has it.</param>
/// <param name="Since">When it was revoked.</param>
internal sealed record RevokedCertificate(string SerialNumber, DateTimeOffset Since);
