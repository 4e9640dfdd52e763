using System.Security.Cryptography;

namespace SocialCredit.Edge.Contract;

/// <summary>A manifest as it travels: its exact bytes, and the device's signature over them.</summary>
/// <param name="Payload">The bytes of <see cref="PrivacyManifestJson"/>.</param>
/// <param name="Signature">In base64; user property <c>sig</c>.</param>
/// <param name="KeyId">Of the key in the manifest; user property <c>kid</c>.</param>
public sealed record SignedManifest(ReadOnlyMemory<byte> Payload, string Signature, string KeyId)
{
    /// <summary>The type under which a manifest is signed, and its content type.</summary>
    public const string PayloadType = "application/vnd.socialcredit-edge.manifest+json";

    /// <summary>SHA-256 of the payload: the same content is the same digest, however often it was signed.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Payload.Span));

    /// <summary>
    /// Reads the manifest and checks the signature against the key inside it. That shows that it is whole and by whoever has that
    /// key; whose key it is must be known from elsewhere.
    /// </summary>
    /// <param name="manifest">The manifest, or null.</param>
    /// <param name="reason">What is wrong, without any text of the payload; empty if nothing is.</param>
    public bool TryOpen(out PrivacyManifest? manifest, out string reason)
    {
        if (!PrivacyManifestJson.TryDecode(Payload.Span, out manifest, out reason))
            return false;
        var key = Convert.FromBase64String(manifest!.Key);
        if (Dsse.KeyId(key) != KeyId)
            reason = "the key id is not that of the key in the manifest.";
        else if (!Dsse.Verify(key, PayloadType, Payload.Span, Signature))
            reason = "the signature is not one by the key in the manifest over these bytes.";
        if (reason.Length > 0)
            manifest = null;
        return manifest is not null;
    }
}
