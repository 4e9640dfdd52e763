using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Enrolment;

/// <summary>A device's request for a certificate (PKCS #10, RFC 2986) that was found good. Nothing of it is taken over but the key.</summary>
/// <param name="Device">Whose it is.</param>
/// <param name="Key">The key that is to be certified, and that signed the request.</param>
internal sealed record SigningRequest(string Device, PublicKey Key)
{
    /// <summary>The type under which the key enrolled until now signs a request for another one, see <see cref="EnrolmentRequest.OldKeySignature"/>.</summary>
    public const string SignedType = "application/pkcs10";

    private const string EllipticCurveKey = "1.2.840.10045.2.1";

    // The named curve P-256, RFC 5480.
    private static ReadOnlySpan<byte> P256 => [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];

    /// <summary>SubjectPublicKeyInfo, DER.</summary>
    public byte[] PublicKeyInfo { get; } = Key.ExportSubjectPublicKeyInfo();

    /// <summary>See <see cref="Dsse.KeyId"/>.</summary>
    public string KeyId => Dsse.KeyId(PublicKeyInfo);

    /// <summary>The subject of a device's request and of its certificate.</summary>
    public static X500DistinguishedName SubjectOf(string device) => new($"CN={device}");

    /// <summary>Takes anything.</summary>
    /// <param name="request">DER.</param>
    /// <param name="device">The device that it must be for.</param>
    /// <param name="read">The request, if it is good.</param>
    /// <param name="fault">What is wrong, for whoever wrote it; empty if nothing is.</param>
    public static bool TryRead(ReadOnlySpan<byte> request, string device, [NotNullWhen(true)] out SigningRequest? read, out string fault)
    {
        read = null;
        try
        {
            // The kind of key before its signature: only P-256 is given to the platform, so that nobody chooses what it computes.
            var claimed = Load(request, CertificateRequestLoadOptions.SkipSignatureValidation);
            var key = claimed.PublicKey;
            var isP256 = key.Oid.Value == EllipticCurveKey && key.EncodedParameters?.RawData.AsSpan().SequenceEqual(P256) == true
                && key.EncodedKeyValue.RawData is { Length: 65 } point && point[0] == 4;
            fault = !isP256 ? "the key is not one of ECDSA P-256."
                : !claimed.SubjectName.RawData.AsSpan().SequenceEqual(SubjectOf(device).RawData) ? $"its subject is not CN={device}."
                : "";
            if (fault.Length > 0)
                return false;
            Load(request, CertificateRequestLoadOptions.Default);
            read = new SigningRequest(device, key);
            return true;
        }
        catch (Exception bad) when (bad is CryptographicException or ArgumentException or NotSupportedException)
        {
            fault = "it is no PKCS #10 request that is signed by its own key.";
            return false;
        }
    }

    private static CertificateRequest Load(ReadOnlySpan<byte> request, CertificateRequestLoadOptions options)
    {
        var loaded = CertificateRequest.LoadSigningRequest(request, HashAlgorithmName.SHA256, out var consumed, options);
        return consumed == request.Length ? loaded : throw new CryptographicException("Something follows the request.");
    }
}
