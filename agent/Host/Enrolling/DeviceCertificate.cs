using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;

namespace SocialCredit.Edge.Host.Enrolling;

/// <summary>The device's certificate in its state folder, and what is kept with it.</summary>
/// <param name="From">Valid from, UTC.</param>
/// <param name="Until">Valid until, UTC.</param>
/// <param name="Key">Of which key: SubjectPublicKeyInfo in base64.</param>
internal sealed record DeviceCertificate(DateTimeOffset From, DateTimeOffset Until, string Key)
{
    /// <summary>Null where there is none, or none that can be read: then another is asked for.</summary>
    public static DeviceCertificate? Find(string state)
    {
        var path = Path.Combine(state, BrokerTls.CertificateFileName);
        try
        {
            return File.Exists(path) ? Of(File.ReadAllText(path)) : null;
        }
        catch (Exception unusable) when (unusable is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whole days until the certificate ends, 0 after it or where it cannot be read; null where there is none.</summary>
    public static int? DaysLeft(string state, DateTimeOffset now) =>
        Find(state) is { } there ? Math.Max(0, (int)(there.Until - now).TotalDays)
        : File.Exists(Path.Combine(state, BrokerTls.CertificateFileName)) ? 0
        : null;

    /// <summary>The authority of the sink; null where there is none.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static X509Certificate2? FindAuthority(string state)
    {
        var path = Path.Combine(state, BrokerTls.AuthorityFileName);
        if (!File.Exists(path))
            return null;
        try
        {
            return X509Certificate2.CreateFromPem(File.ReadAllText(path));
        }
        catch (Exception unusable) when (unusable is CryptographicException or UnauthorizedAccessException)
        {
            throw new IOException($"{path} cannot be read: {unusable.Message} Enrol the device again; its key stays.", unusable);
        }
    }

    /// <summary>
    /// Keeps an approval, the note of the sink last: the device is enrolled when that is there. Each file is whole, and a certificate that is
    /// not yet there is asked for again.
    /// </summary>
    /// <param name="state">The folder.</param>
    /// <param name="approved">The sink's answer.</param>
    /// <param name="link">Which sink, and its authority as it was checked.</param>
    /// <param name="key">The device's key, and its name.</param>
    /// <exception cref="SinkException">The certificate is not one for this key by this authority.</exception>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public static EnrolledSink Keep(string state, EnrolmentAnswer approved, (Uri Sink, X509Certificate2 Authority) link, (string PublicKey, string Device) key)
    {
        if (FaultOf(approved, link.Authority, key) is { } fault)
            throw new SinkException(SinkTrouble.NotUnderstood, $"{link.Sink} approved this device, but {fault}");
        StateFile.Write(Path.Combine(state, BrokerTls.AuthorityFileName), Encoding.ASCII.GetBytes(link.Authority.ExportCertificatePem() + "\n"));
        StateFile.Write(Path.Combine(state, BrokerTls.CertificateFileName), Encoding.ASCII.GetBytes(approved.Certificate!));
        var enrolled = new EnrolledSink
        {
            Sink = link.Sink,
            Device = key.Device,
            Zones = approved.Zones,
            CommandKey = approved.CommandKey,
            BrokerHost = approved.BrokerHost,
            BrokerPort = approved.BrokerPort,
        };
        enrolled.Keep(state);
        return enrolled;
    }

    private static string? FaultOf(EnrolmentAnswer approved, X509Certificate2 authority, (string PublicKey, string Device) key)
    {
        try
        {
            if (approved.Authority is { } said)
            {
                using var other = X509Certificate2.CreateFromPem(said);
                if (!other.RawDataMemory.Span.SequenceEqual(authority.RawDataMemory.Span))
                    return "its answer names another authority than it has shown.";
            }

            using var certificate = X509Certificate2.CreateFromPem(approved.Certificate ?? "");
            if (Of(certificate).Key != key.PublicKey)
                return "the certificate is of another key.";
            if (certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) != key.Device)
                return "the certificate is of another device.";
            using var chain = new X509Chain { ChainPolicy = SinkLink.PolicyOf(authority, TimeProvider.System) };
            // Its time is held against the clock where it is used; a clock that is wrong now must not throw it away.
            chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
            return chain.Build(certificate) ? null : "its authority has not signed the certificate.";
        }
        catch (CryptographicException)
        {
            return "the certificate cannot be read.";
        }
    }

    private static DeviceCertificate Of(string pem)
    {
        using var certificate = X509Certificate2.CreateFromPem(pem);
        return Of(certificate);
    }

    private static DeviceCertificate Of(X509Certificate2 certificate) => new(
        new DateTimeOffset(certificate.NotBefore).ToUniversalTime(),
        new DateTimeOffset(certificate.NotAfter).ToUniversalTime(),
        Convert.ToBase64String(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
}
