using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SocialCredit.Edge.Contract;

/// <summary>
/// The bytes of a manifest: the one form that is signed, sent, stored and served, and the only one that is read (<see cref="OneForm{T}"/>).
/// </summary>
public static class PrivacyManifestJson
{
    /// <summary>The widest manifest fits; a longer payload is refused unread.</summary>
    public const int BytesMax = 60 * 1024;

    // Relaxed: it is never put into a page unescaped, and a key in base64 stays readable.
    private static readonly ManifestJson Form =
        new(new JsonSerializerOptions(ManifestJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static readonly OneForm<PrivacyManifest> Reader = new("manifest", BytesMax, Form.PrivacyManifest, PrivacyManifestRules.Fault, Write);

    /// <summary>The manifest as UTF-8 JSON on one line, keys in the order of the contract. The same manifest always gives the same bytes.</summary>
    /// <exception cref="ArgumentException">It breaks a rule of the contract.</exception>
    public static byte[] Encode(PrivacyManifest manifest)
    {
        if (PrivacyManifestRules.Fault(manifest) is { } fault)
            throw new ArgumentException($"This manifest must not leave the device: {fault}", nameof(manifest));
        return Write(manifest);
    }

    /// <summary>Reads a payload that may be hostile; false, with the reason, for anything outside the schema or in another form.</summary>
    /// <param name="payload">Any bytes.</param>
    /// <param name="manifest">The manifest, or null.</param>
    /// <param name="reason">What is wrong, without any text of the payload; empty if nothing is.</param>
    public static bool TryDecode(ReadOnlySpan<byte> payload, out PrivacyManifest? manifest, out string reason) => Reader.TryRead(payload, out manifest, out reason);

    private static byte[] Write(PrivacyManifest manifest) => JsonSerializer.SerializeToUtf8Bytes(manifest, Form.PrivacyManifest);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    MaxDepth = 5,
    Converters = [typeof(PrivacyProfileWords), typeof(MessageDirectionWords)])]
[JsonSerializable(typeof(PrivacyManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;

internal sealed class PrivacyProfileWords() : JsonStringEnumConverter<PrivacyProfile>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

internal sealed class MessageDirectionWords() : JsonStringEnumConverter<MessageDirection>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);
