using System.ComponentModel.DataAnnotations;

namespace SocialCredit.Edge.Sink.Enrolment;

/// <summary>Where devices are enrolled and renew their certificates, over HTTPS; without it this sink opens no port for that.</summary>
public sealed record EnrolmentOptions
{
    [MinLength(1)]
    public string Address { get; init; } = "0.0.0.0";

    /// <summary>0 takes any free port.</summary>
    [Range(0, 65535)]
    public int Port { get; init; } = 8443;

    /// <summary>The DNS names and IP addresses under which devices reach it; the first is what a technician is told.</summary>
    [MinLength(1)]
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>How long a device's certificate holds; the device renews it by itself.</summary>
    [Range(1, 90)]
    public int CertificateDays { get; init; } = CertificateDaysDefault;

    internal const int CertificateDaysDefault = 7;

    internal bool IsSameAs(EnrolmentOptions? other) =>
        other is not null && Names.SequenceEqual(other.Names, StringComparer.Ordinal) && this with { Names = other.Names } == other;
}

/// <summary>Whose records count.</summary>
public sealed record DevicesOptions
{
    /// <summary>
    /// <c>enrolled</c>: of devices that an operator has approved. <c>first_use</c>: of any, under the first key that it shows. Without
    /// the key it is <c>enrolled</c>, but for a sink in demo or with the embedded broker on loopback alone.
    /// </summary>
    public DeviceTrust? Trust { get; init; }
}

public enum DeviceTrust : byte
{
    Enrolled,
    FirstUse,
}
