using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Forwarding;

/// <summary>
/// What a device says of what it can send, signed, the one in force last. Only <see cref="ManifestShelf"/> makes it, and only of
/// manifests: no other bytes can be handed to the forwarder by this door.
/// </summary>
public sealed class SignedManifests
{
    internal SignedManifests(IReadOnlyList<SignedManifest> all) => All = all;

    /// <summary>A device that says nothing; a sink counts nothing of it.</summary>
    public static SignedManifests None { get; } = new([]);

    public IReadOnlyList<SignedManifest> All { get; }
}
