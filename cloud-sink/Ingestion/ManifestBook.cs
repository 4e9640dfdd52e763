using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>
/// What each device said that it can send. Any manifest that it ever sent covers a record, because an outbox may hold records from
/// before its newest. Another sink may have taken one, so whoever is found wanting is looked up once more. Used by the one loop of the ingestion.
/// </summary>
internal sealed class ManifestBook(IEventStore store, ILogger<ManifestBook> log)
{
    // Hostile names must not fill the memory: the manifest of a device takes some KB.
    private const int KnownMax = 100_000;

    private readonly Dictionary<string, List<PrivacyManifest>> _known = new(StringComparer.Ordinal);
    private readonly SaidOnce _said = new();
    private readonly HashSet<string> _lookedUp = new(StringComparer.Ordinal);
    private readonly HashSet<string> _doubted = new(StringComparer.Ordinal);

    /// <summary>Before a batch: whoever was doubted in the last one is read anew, and anybody may be looked up once more.</summary>
    public void Refresh()
    {
        foreach (var device in _doubted)
            _known.Remove(device);
        _doubted.Clear();
        _lookedUp.Clear();
    }

    /// <summary>Its signature is not by the key that is known here; perhaps it has another by now.</summary>
    public void Doubt(string device) => _doubted.Add(device);

    /// <summary>Checks a manifest and keeps it.</summary>
    /// <returns><see cref="RefusalReason.None"/> if it is in force now, else why it was refused.</returns>
    /// <exception cref="System.Data.Common.DbException">The store did not take it.</exception>
    public RefusalReason Take(string device, IncomingMessage message, DateTimeOffset receivedAt)
    {
        var signed = new SignedManifest(message.Payload, message.Signature ?? "", message.KeyId ?? "");
        if (Open(device, signed, out var problem) is not { } manifest)
        {
            IngestLog.RefusedManifest(log, device, problem);
            return RefusalReason.Manifest;
        }

        var outcome = store.KeepManifest(device, signed, receivedAt);
        if (outcome == ManifestOutcome.OtherKey)
        {
            IngestLog.OtherKey(log, device, signed.KeyId);
            return RefusalReason.OtherKey;
        }

        if (outcome == ManifestOutcome.Stored)
            IngestLog.TookManifest(log, device, manifest.Zones.Count, manifest.Profile, signed.KeyId);

        // From the store, in its order; what is refused from now on is news again.
        _known.Remove(device);
        _said.Forget(device);
        return RefusalReason.None;
    }

    /// <summary>True where a manifest of the device covers the record; if not, says so once for each device and cause.</summary>
    public bool Covers(string device, EventRecord record, int payloadBytes)
    {
        var manifests = KnownOf(device);
        if (manifests.Exists(manifest => manifest.Uncovered(record, payloadBytes) is null))
            return true;
        if (IsFirstLook(device))
            return Covers(device, record, payloadBytes);
        var problem = manifests.Count == 0
            ? "no manifest of the device has come yet"
            : $"its {manifests[0].Uncovered(record, payloadBytes)} is in none of the device's manifests";
        if (_said.IsNews(device, problem))
            IngestLog.Uncovered(log, record.Sequence, device, record.Id, problem);
        return false;
    }

    /// <summary>The key of the manifest that is in force, or null where none has come.</summary>
    public byte[]? KeyOf(string device)
    {
        if (KnownOf(device) is [var inForce, ..])
            return Convert.FromBase64String(inForce.Key);
        return IsFirstLook(device) ? KeyOf(device) : null;
    }

    /// <summary>True once in a batch, and then the device is read from the store at the next question.</summary>
    private bool IsFirstLook(string device) => _lookedUp.Add(device) && _known.Remove(device);

    private List<PrivacyManifest> KnownOf(string device)
    {
        if (_known.TryGetValue(device, out var manifests))
            return manifests;
        manifests = [];
        foreach (var stored in store.Manifests(device))
        {
            if (PrivacyManifestJson.TryDecode(stored.Signed.Payload.Span, out var manifest, out var problem))
                manifests.Add(manifest!);
            else
                IngestLog.ManifestNotReadable(log, device, problem);
        }

        // Where it is full it begins anew: those who send now are what matters, and nobody else's name stays in their way.
        if (_known.Count >= KnownMax)
            _known.Clear();
        _known.Add(device, manifests);
        return manifests;
    }

    private static PrivacyManifest? Open(string device, SignedManifest signed, out string problem)
    {
        if (!signed.TryOpen(out var manifest, out problem))
            return null;
        if (SimulatedNames.Includes(device))
            problem = "the name belongs to the simulated city.";
        else if (manifest!.Device != device)
            problem = "it is of another device than its topic.";
        return problem.Length == 0 ? manifest : null;
    }
}
