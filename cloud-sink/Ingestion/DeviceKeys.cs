using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>Whether anything of a device counts, and by which key it must be signed.</summary>
internal static class DeviceKeys
{
    /// <summary>Why nothing of a device counts, whatever it signs; <see cref="RefusalReason.None"/> where something may.</summary>
    /// <param name="found">As the register of devices has it; null where it has not.</param>
    /// <param name="trust">Whose records count.</param>
    public static RefusalReason Standing(EnrolledDevice? found, DeviceTrust trust) => found switch
    {
        { State: DeviceState.Revoked } => RefusalReason.Revoked,
        { State: DeviceState.Approved } => RefusalReason.None,
        _ => trust == DeviceTrust.Enrolled ? RefusalReason.NotEnrolled : RefusalReason.None,
    };

    /// <summary>SubjectPublicKeyInfo of an approved device; where none need be enrolled, of the manifest that is in force. Or null and why.</summary>
    /// <param name="found">As the register of devices has it; null where it has not.</param>
    /// <param name="trust">Whose records count.</param>
    /// <param name="ofManifest">The key of the manifest that is in force, or null.</param>
    public static (byte[]? Key, RefusalReason Missing) Of(EnrolledDevice? found, DeviceTrust trust, Func<byte[]?> ofManifest) => Standing(found, trust) switch
    {
        not RefusalReason.None and var refused => (null, refused),
        _ when found is { State: DeviceState.Approved } => (found.Key.ToArray(), RefusalReason.None),
        _ => ofManifest() is { } key ? (key, RefusalReason.None) : (null, RefusalReason.Uncovered),
    };

    /// <summary>The same, asked of the store.</summary>
    /// <exception cref="System.Data.Common.DbException">The store does not say.</exception>
    public static (byte[]? Key, RefusalReason Missing) Of(string device, IEventStore store, DeviceTrust trust) => Of(
        store.Enrolled.Find(device), trust,
        () => store.Manifests(device) is [var inForce, ..] && PrivacyManifestJson.TryDecode(inForce.Signed.Payload.Span, out var manifest, out _)
            ? Convert.FromBase64String(manifest!.Key)
            : null);
}
