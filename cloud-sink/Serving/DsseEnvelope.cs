using System.Text.Json;
using System.Text.Json.Serialization;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>
/// A signed manifest in one file that outlives a download, in the form that tools for DSSE know.
/// Source: https://github.com/secure-systems-lab/dsse, envelope.md 1.0.0.
/// </summary>
internal sealed record DsseEnvelope(
    [property: JsonRequired] string Payload,
    [property: JsonRequired] string PayloadType,
    [property: JsonRequired] IReadOnlyList<DsseEnvelope.Signature> Signatures)
{
    public const string ContentType = "application/vnd.dsse.envelope.v1+json";

    public static DsseEnvelope Of(SignedManifest manifest) => new(
        Convert.ToBase64String(manifest.Payload.Span), SignedManifest.PayloadType, [new Signature(manifest.KeyId, manifest.Signature)]);

    /// <summary>The manifest of an envelope of ours; null for any other bytes.</summary>
    public static SignedManifest? TryRead(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var envelope = JsonSerializer.Deserialize<DsseEnvelope>(bytes, JsonSerializerOptions.Web);
            return envelope is { PayloadType: SignedManifest.PayloadType, Payload: not null, Signatures: [{ Keyid: not null, Sig: not null } one] }
                ? new SignedManifest(Convert.FromBase64String(envelope.Payload), one.Sig, one.Keyid)
                : null;
        }
        catch (Exception other) when (other is JsonException or FormatException)
        {
            return null;
        }
    }

    internal sealed record Signature([property: JsonRequired] string Keyid, [property: JsonRequired] string Sig);
}
