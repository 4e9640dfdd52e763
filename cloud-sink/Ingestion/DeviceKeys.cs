using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>The key by which a device signs.</summary>
internal static class DeviceKeys
{
    /// <summary>SubjectPublicKeyInfo; null where none is known.</summary>
    public static byte[]? Of(string device, IEventStore store) =>
        store.Manifests(device) is [var inForce, ..] && PrivacyManifestJson.TryDecode(inForce.Signed.Payload.Span, out var manifest, out _)
            ? Convert.FromBase64String(manifest!.Key)
            : null;
}
