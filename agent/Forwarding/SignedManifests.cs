using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Forwarding;

/// <summary>
/// What a device says of what it can send, signed, the one in force last, and the key by which its records are signed too. Only
/// <see cref="ManifestShelf"/> makes it, and only of manifests: no other bytes can be handed to the forwarder by this door.
/// </summary>
public sealed class SignedManifests
{
    internal SignedManifests(IReadOnlyList<SignedManifest> all, DeviceKey? key) => (All, Key) = (all, key);

    /// <summary>A device that says nothing and signs nothing; a sink counts nothing of it.</summary>
    public static SignedManifests None { get; } = new([], null);

    internal DeviceKey? Key { get; }

    public IReadOnlyList<SignedManifest> All { get; }
}
