using System.Text;
using Microsoft.Extensions.Logging;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Forwarding;

/// <summary>
/// The manifests of this device, a line each, the one in force last. Earlier ones stay for as long as records may wait that were made
/// under them: a device that is not connected when its configuration changes could not say otherwise what those are.
/// </summary>
public sealed class ManifestShelf(string folder, ILogger log)
{
    /// <summary>So many changes of the configuration while records wait; past it the oldest goes.</summary>
    private const int KeptMax = 16;

    private readonly string _path = Path.Combine(folder, "manifests.jsonl");

    /// <summary>The manifest as it is in force: issued when this content was first, not today.</summary>
    public PrivacyManifest AsInForce(PrivacyManifest made) => AsInForce(made, Read(made.Key));

    /// <summary>Puts a configuration's manifest into force and signs all that are kept, the one in force last.</summary>
    /// <param name="made">As of today.</param>
    /// <param name="key">The device's; what was said under an earlier key is said again under this one.</param>
    /// <param name="isNothingWaiting">True where the outbox is empty: then no earlier one is of use.</param>
    public SignedManifests PutInForce(PrivacyManifest made, DeviceKey key, bool isNothingWaiting)
    {
        var kept = Read(key.PublicKey);
        var inForce = AsInForce(made, kept);
        var bytes = PrivacyManifestJson.Encode(inForce);
        var earlier = isNothingWaiting ? [] : kept.Where(one => !PrivacyManifestJson.Encode(one).SequenceEqual(bytes));
        List<PrivacyManifest> all = [.. earlier.TakeLast(KeptMax - 1), inForce];
        Write(all);
        return new SignedManifests(all.ConvertAll(key.Sign), key);
    }

    /// <summary>With the date of the last one, if that makes them the same.</summary>
    private static PrivacyManifest AsInForce(PrivacyManifest made, List<PrivacyManifest> kept)
    {
        if (kept is not [.., var last])
            return made;
        var dated = made with { Issued = last.Issued };
        return PrivacyManifestJson.Encode(dated).SequenceEqual(PrivacyManifestJson.Encode(last)) ? dated : made;
    }

    /// <summary>Under the key that is in use: a sink takes no other, and records that wait are signed by it too.</summary>
    private List<PrivacyManifest> Read(string publicKey)
    {
        var manifests = new List<PrivacyManifest>();
        try
        {
            foreach (var line in File.Exists(_path) ? File.ReadAllLines(_path) : [])
            {
                if (PrivacyManifestJson.TryDecode(Encoding.UTF8.GetBytes(line), out var manifest, out var reason))
                    manifests.Add(manifest! with { Key = publicKey });
                else
                    ForwardingLog.ManifestNotRead(log, _path, reason);
            }
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            ForwardingLog.ManifestNotRead(log, _path, refused.Message);
        }

        return manifests;
    }

    private void Write(List<PrivacyManifest> manifests)
    {
        try
        {
            WholeFile.Write(_path, string.Concat(manifests.Select(manifest => Encoding.UTF8.GetString(PrivacyManifestJson.Encode(manifest)) + "\n")), overwrite: true);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // It is sent all the same; only a restart with another configuration would not know it any more.
            ForwardingLog.ManifestNotKept(log, _path, refused.Message);
        }
    }
}
