using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>The key by which a device signs.</summary>
internal static class DeviceKeys
{
    /// <summary>SubjectPublicKeyInfo of an approved device; where none are enrolled, of the manifest that is in force. Null where nothing of it counts.</summary>
    public static byte[]? Of(string device, IEventStore store, DeviceTrust trust) => store.Enrolled.Find(device) switch
    {
        { State: DeviceState.Revoked } => null,
        { State: DeviceState.Approved } approved => approved.Key.ToArray(),
        _ when trust == DeviceTrust.Enrolled => null,
        _ => store.Manifests(device) is [var inForce, ..] && PrivacyManifestJson.TryDecode(inForce.Signed.Payload.Span, out var manifest, out _)
            ? Convert.FromBase64String(manifest!.Key)
            : null,
    };
}
