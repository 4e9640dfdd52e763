using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>A manifest as it was kept.</summary>
/// <param name="Device">Who sent it.</param>
/// <param name="Signed">Its exact bytes and its signature.</param>
/// <param name="FirstAt">When it first came.</param>
public sealed record StoredManifest(string Device, SignedManifest Signed, DateTimeOffset FirstAt);

/// <summary>What became of a manifest that was offered to the store.</summary>
public enum ManifestOutcome : byte
{
    Stored,

    /// <summary>The same bytes were there already; now they are the newest.</summary>
    Known,

    /// <summary>Signed by another key than the first that this device showed; not kept.</summary>
    OtherKey,
}
