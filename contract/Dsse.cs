using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SocialCredit.Edge.Contract;

/// <summary>
/// Signatures as DSSE defines them: ECDSA P-256 with SHA-256 over the pre-authentication encoding, which binds what is signed to its
/// type, so that a signature over one kind of message is none over another.
/// Source: https://github.com/secure-systems-lab/dsse, protocol.md 1.0.0.
/// </summary>
public static class Dsse
{
    /// <summary>MQTT user property of a signed message: the signature in base64.</summary>
    public const string SignatureProperty = "sig";

    /// <summary>MQTT user property of a signed message: <see cref="KeyId"/>. A hint; nothing is decided by it.</summary>
    public const string KeyIdProperty = "kid";

    /// <summary>Of a SubjectPublicKeyInfo of P-256 (RFC 5480) with an uncompressed point.</summary>
    internal const int KeyBytes = 91;

    internal const int KeyBase64Length = 124;

    /// <summary>r and s side by side (IEEE P1363), as in the test vector of protocol.md.</summary>
    private const int SignatureBytes = 64;

    // All of it but the point. Whatever else a key may be is never given to the platform, which throws as it likes.
    private static ReadOnlySpan<byte> KeyHead =>
    [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01,
        0x07, 0x03, 0x42, 0x00, 0x04,
    ];

    /// <summary>What is signed: <c>"DSSEv1" SP LEN(type) SP type SP LEN(body) SP body</c>, lengths in bytes.</summary>
    public static byte[] PreAuthenticationEncoding(string payloadType, ReadOnlySpan<byte> body)
    {
        var typeBytes = Encoding.UTF8.GetByteCount(payloadType);
        var head = string.Create(CultureInfo.InvariantCulture, $"DSSEv1 {typeBytes} {payloadType} {body.Length} ");
        return [.. Encoding.UTF8.GetBytes(head), .. body];
    }

    /// <summary>The name of a key: SHA-256 of its SubjectPublicKeyInfo in base64url without padding, 43 characters. All of it: it is what is pinned.</summary>
    public static string KeyId(ReadOnlySpan<byte> subjectPublicKeyInfo) =>
        System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(subjectPublicKeyInfo));

    /// <summary>The signature in base64 over a body as this type, by an ECDSA P-256 key.</summary>
    public static string Sign(ECDsa key, string payloadType, ReadOnlySpan<byte> body) =>
        Convert.ToBase64String(key.SignData(PreAuthenticationEncoding(payloadType, body), HashAlgorithmName.SHA256));

    /// <summary>True if the signature over this body as this type is by this key. Takes anything, and either alphabet of base64.</summary>
    public static bool Verify(ReadOnlySpan<byte> subjectPublicKeyInfo, string payloadType, ReadOnlySpan<byte> body, string signature)
    {
        Span<byte> bytes = stackalloc byte[SignatureBytes];
        var standard = signature.Length <= 2 * SignatureBytes ? signature.Replace('-', '+').Replace('_', '/') : "";

        // One way to write it only: the last letter has bits to spare.
        if (!Convert.TryFromBase64String(standard, bytes, out var length) || length != SignatureBytes || Convert.ToBase64String(bytes) != standard)
            return false;
        if (!IsKey(subjectPublicKeyInfo))
            return false;
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out _);
            return key.VerifyData(PreAuthenticationEncoding(payloadType, body), bytes, HashAlgorithmName.SHA256);
        }
        catch (CryptographicException)
        {
            // No point of the curve.
            return false;
        }
    }

    internal static bool IsKey(ReadOnlySpan<byte> subjectPublicKeyInfo) =>
        subjectPublicKeyInfo.Length == KeyBytes && subjectPublicKeyInfo.StartsWith(KeyHead);
}
