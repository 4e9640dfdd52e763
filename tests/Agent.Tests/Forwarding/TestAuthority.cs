using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Agent.Tests.Forwarding;

/// <summary>A private authority that a test makes for itself, with a certificate for a server on loopback.</summary>
internal sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset Long = new(2019, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly X509Certificate2 _certificate;
    private readonly List<string> _revoked = [];

    public TestAuthority(string name = "right")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _certificate = request.CreateSelfSigned(Long, Long.AddYears(40));
    }

    public string Pem => _certificate.ExportCertificatePem() + "\n";

    public string Pin => ClaimCode.PinOf(_certificate.PublicKey.ExportSubjectPublicKeyInfo());

    /// <summary>A certificate with its key for a server at this address.</summary>
    public X509Certificate2 Server(string address = "127.0.0.1", DateTimeOffset? until = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(address));
        var request = new CertificateRequest("CN=broker", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(_certificate, Long.AddYears(1), until ?? Long.AddYears(39), RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }

    /// <summary>A device's certificate, PEM, for the key of its request.</summary>
    public string Device(byte[] signingRequest, DateTimeOffset from, DateTimeOffset until, string? name = null)
    {
        var asked = CertificateRequest.LoadSigningRequest(signingRequest, HashAlgorithmName.SHA256);
        var subject = name is null ? asked.SubjectName : new X500DistinguishedName($"CN={name}");
        var request = new CertificateRequest(subject, asked.PublicKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        using var certificate = request.Create(
            _certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_certificate.GetECDsaPrivateKey()!), from, until, RandomNumberGenerator.GetBytes(8));
        return certificate.ExportCertificatePem() + "\n";
    }

    /// <summary>A list on which this certificate stands as revoked, PEM.</summary>
    public string RevocationList(string certificatePem)
    {
        _revoked.Add(certificatePem);
        var list = new CertificateRevocationListBuilder();
        foreach (var pem in _revoked)
        {
            using var revoked = X509Certificate2.CreateFromPem(pem);
            list.AddEntry(revoked);
        }

        var der = list.Build(_certificate, 1, Long.AddYears(39), HashAlgorithmName.SHA256, null, Long.AddYears(1));
        return PemEncoding.WriteString("X509 CRL", der) + "\n";
    }

    public void Dispose() => _certificate.Dispose();
}
