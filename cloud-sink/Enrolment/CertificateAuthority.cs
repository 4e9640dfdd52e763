using System.Net;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Enrolment;

/// <summary>
/// The sink's own authority: it certifies devices, the broker and the sink itself, and nobody else trusts it. ECDSA P-256, ten years, one
/// level (path length 0). Its key never leaves its folder. On Linux .NET never sends a root in a handshake: whoever has only its pin asks
/// for the certificate first (<c>/api/authority</c>), holds it against the pin and then the connection against it.
/// </summary>
internal sealed class CertificateAuthority : IDisposable
{
    public const string KeyFileName = "authority-key.pem";

    public const string CertificateFileName = "authority.pem";

    /// <summary>Of certificates of servers and of the sink.</summary>
    public static readonly TimeSpan ServerLifetime = TimeSpan.FromDays(365);

    private const int Years = 10;
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1", ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    // Whoever checks may have a clock that is behind ours.
    private static readonly TimeSpan BackdatedMax = TimeSpan.FromDays(1);

    private readonly ECDsa _key;
    private readonly TimeProvider _time;
    private readonly Lock _signing = new();

    private CertificateAuthority(X509Certificate2 certificate, ECDsa key, TimeProvider time) => (Certificate, _key, _time) = (certificate, key, time);

    /// <summary>Its own certificate, without the key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>What a claim code pins, see <see cref="ClaimCode.PinOf"/>.</summary>
    public string Pin => ClaimCode.PinOf(Certificate.PublicKey.ExportSubjectPublicKeyInfo());

    /// <summary>The authority in this folder; a new one where there is none yet.</summary>
    /// <exception cref="AuthorityException">It cannot be read or made, or key and certificate do not belong together; the message says what to do.</exception>
    public static CertificateAuthority OpenOrMake(string folder, TimeProvider time)
    {
        var path = Path.Combine(folder, CertificateFileName);
        var isNew = !File.Exists(Path.Combine(folder, KeyFileName));
        if (isNew && File.Exists(path))
            throw new AuthorityException($"{path} is there, but its key {KeyFileName} is not. Put the key back from a backup; or delete both, and every device has to be enrolled again.");
        var key = KeyFile.OpenOrMake(Path.Combine(folder, KeyFileName));
        try
        {
            // Also after a loss of power between the two: a certificate made again over the same key is as good.
            if (!File.Exists(path))
                KeyFile.WriteOnce(path, SelfSign(key, time).ExportCertificatePem() + "\n", WholeFile.ForAll);
            return new CertificateAuthority(Read(path, key), key, time);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Certifies the key of a device's request, for authentication as a client.</summary>
    /// <param name="signingRequest">PKCS #10, DER; see <see cref="SigningRequest.TryRead"/>.</param>
    /// <param name="device">Its name: the subject's CN.</param>
    /// <param name="lifetime">How long from now on; it begins up to a day ago, a tenth of this at most.</param>
    /// <exception cref="ArgumentException">The request is not good.</exception>
    public X509Certificate2 IssueDevice(ReadOnlySpan<byte> signingRequest, string device, TimeSpan lifetime)
    {
        if (!SigningRequest.TryRead(signingRequest, device, out var read, out var fault))
            throw new ArgumentException($"The signing request is not good: {fault}", nameof(signingRequest));
        return IssueDevice(read, lifetime);
    }

    /// <inheritdoc cref="IssueDevice(ReadOnlySpan{byte}, string, TimeSpan)"/>
    public X509Certificate2 IssueDevice(SigningRequest read, TimeSpan lifetime) =>
        Sign(new CertificateRequest(SigningRequest.SubjectOf(read.Device), read.Key, HashAlgorithmName.SHA256), ClientAuthentication, lifetime);

    /// <summary>A key and its certificate for a server that is reached under these DNS names and IP addresses.</summary>
    /// <exception cref="ArgumentException">There is none, or one is neither.</exception>
    public X509Certificate2 IssueServer(IReadOnlyList<string> names, TimeSpan lifetime)
    {
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
                alternatives.AddIpAddress(address);
            else if (IsServerName(name))
                alternatives.AddDnsName(name);
            else
                throw new ArgumentException($"'{name}' is neither a DNS name nor an IP address.", nameof(names));
        }

        if (names.Count == 0)
            throw new ArgumentException("A server has a name.", nameof(names));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(SubjectOfServer(names[0]), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(alternatives.Build());
        return Sign(request, ServerAuthentication, lifetime).CopyWithPrivateKey(key);
    }

    /// <summary>A key and its certificate for a client of the broker that is no device: the sink.</summary>
    /// <exception cref="ArgumentException">It is not a name.</exception>
    public X509Certificate2 IssueClient(string name, TimeSpan lifetime)
    {
        if (!Names.IsValid(name))
            throw new ArgumentException($"'{name}' is not a name.", nameof(name));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Sign(new CertificateRequest(SigningRequest.SubjectOf(name), key, HashAlgorithmName.SHA256), ClientAuthentication, lifetime).CopyWithPrivateKey(key);
    }

    /// <summary>The certificates that hold no longer, as a CRL (RFC 5280), DER.</summary>
    /// <param name="revoked">Serial number and since when.</param>
    /// <param name="lifetime">Whoever reads it refuses everybody once it is older: it must be fetched or written again before.</param>
    public byte[] RevocationList(IEnumerable<(byte[] SerialNumber, DateTimeOffset Since)> revoked, TimeSpan lifetime)
    {
        var list = new CertificateRevocationListBuilder();
        foreach (var (serialNumber, since) in revoked)
            list.AddEntry(serialNumber, since, X509RevocationReason.PrivilegeWithdrawn);
        var now = _time.GetUtcNow();
        lock (_signing)
        {
            return list.Build(
                Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), new BigInteger(now.ToUnixTimeMilliseconds()), now + lifetime,
                HashAlgorithmName.SHA256, X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false), now - BackdatedMax);
        }
    }

    /// <summary>True for a DNS name as a certificate may hold it: labels of <c>[a-z0-9-]</c>, none empty, 253 characters at most.</summary>
    public static bool IsServerName(string name) =>
        name.Length is > 0 and <= 253
        && name.Split('.').All(label => label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'));

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }

    // A common name has 64 characters at most (RFC 5280, appendix A); nobody looks at it, the name is among the alternatives.
    private static X500DistinguishedName SubjectOfServer(string name) => new($"CN={(name.Length <= 64 ? name.Replace(':', '-') : "server")}");

    private static X509Certificate2 SelfSign(ECDsa key, TimeProvider time)
    {
        var info = key.ExportSubjectPublicKeyInfo();
        var request = new CertificateRequest($"CN=SocialCredit.Edge authority {ClaimCode.PinOf(info)[..8]}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var now = time.GetUtcNow();
        return request.CreateSelfSigned(now - BackdatedMax, now.AddYears(Years));
    }

    private static X509Certificate2 Read(string path, ECDsa key)
    {
        X509Certificate2? certificate = null;
        try
        {
            certificate = X509Certificate2.CreateFromPem(File.ReadAllText(path));
            if (certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()))
                return certificate;
        }
        catch (Exception unusable) when (unusable is CryptographicException or UnauthorizedAccessException)
        {
            throw new AuthorityException($"{path} cannot be read: {unusable.Message} Put it back from a backup, or delete it: it is made again from its key.", unusable);
        }

        certificate.Dispose();
        throw new AuthorityException($"{path} is not of the key {KeyFileName} beside it. Put both back from one backup.");
    }

    private X509Certificate2 Sign(CertificateRequest request, string purpose, TimeSpan lifetime)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false));
        var now = _time.GetUtcNow();
        var back = lifetime / 10 < BackdatedMax ? lifetime / 10 : BackdatedMax;
        var (from, to) = (Later(now - back, new DateTimeOffset(Certificate.NotBefore)), Sooner(now + lifetime, new DateTimeOffset(Certificate.NotAfter)));
        if (to <= now)
            throw new InvalidOperationException($"The sink's authority is valid until {Certificate.NotAfter:yyyy-MM-dd} and can certify nothing any more.");
        lock (_signing)
            return request.Create(Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), from, to, SerialNumber());
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static DateTimeOffset Sooner(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    // 127 bits of the system's randomness, positive (RFC 5280, 4.1.2.2).
    private static byte[] SerialNumber()
    {
        var number = RandomNumberGenerator.GetBytes(16);
        number[0] = (byte)((number[0] & 0x7F) | 0x40);
        return number;
    }
}
