using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>
/// Whether a message is by the device whose topic it came on. What is not signed by the device's key is refused without a trace in the store:
/// if it covered a sequence, whoever gets at the broker could make a device drop its records.
/// </summary>
internal sealed class DeviceCredentials(DeviceBook devices, ManifestBook manifests, ILogger<DeviceCredentials> log)
{
    // Hostile names must not fill the memory: a key takes some 2 KB, so these are 200 MB at most.
    private const int ReadyMax = 100_000;

    private readonly SaidOnce _said = new();
    private readonly Dictionary<string, VerifyingKey> _ready = new(StringComparer.Ordinal);

    public ManifestBook Manifests => manifests;

    /// <summary>Takes over what was said of devices since it was asked last.</summary>
    /// <exception cref="System.Data.Common.DbException">The store does not say.</exception>
    public void Refresh()
    {
        devices.Refresh();
        manifests.Refresh();
    }

    /// <summary>The key by which a device must sign, or null and why nothing of it counts now. Asked by the one loop of the ingestion.</summary>
    /// <exception cref="System.Data.Common.DbException">The store does not say.</exception>
    public (VerifyingKey? Key, RefusalReason Missing) KeyOf(string device, DeviceTrust trust)
    {
        var (key, missing) = DeviceKeys.Of(devices.Find(device), trust, () => manifests.KeyOf(device));
        return (key is null ? null : Ready(device, key), missing);
    }

    /// <summary>True unless an operator has named the zones of the device and this is none of them.</summary>
    public bool Allows(string device, EventRecord record) =>
        devices.Find(device) is not { State: DeviceState.Approved } approved
        || (approved.Zones.Contains(record.Zone) && (approved.Site ?? record.Site) == record.Site);

    /// <summary>Takes a manifest, if it is by the key that the device is known by.</summary>
    /// <exception cref="System.Data.Common.DbException">The store did not take it.</exception>
    public RefusalReason TakeManifest(string device, IncomingMessage message, (DeviceTrust Trust, DateTimeOffset Now) at)
    {
        if (DeviceKeys.Standing(devices.Find(device), at.Trust) is not RefusalReason.None and var standing)
            return Say(device, standing, null);
        var refused = manifests.Take(device, message, at.Now);
        if (refused == RefusalReason.None)
            _said.Forget(device);
        return refused;
    }

    /// <summary>Logs a refusal, once for each device and reason, until a manifest of the device is taken or an operator changes it.</summary>
    /// <returns>The reason.</returns>
    public RefusalReason Say(string device, RefusalReason reason, EventRecord? record)
    {
        if (reason == RefusalReason.WrongKey)
            manifests.Doubt(device);
        var change = devices.Find(device)?.Version ?? 0;
        if (!_said.IsNews(device, $"{reason} {change} {(reason == RefusalReason.ZoneNotEnrolled ? record?.Zone : "")}"))
            return reason;
        var what = record is null ? "A manifest" : $"Record {record.Sequence} for {record.Id}";
        IngestLog.NotByDevice(log, what, device, Words(reason, device, record));
        return reason;
    }

    private VerifyingKey Ready(string device, byte[] info)
    {
        if (_ready.TryGetValue(device, out var ready) && ready.Is(info))
            return ready;

        // Where it is full it begins anew: those who send now are what matters, and nobody else's name stays in their way.
        if (_ready.Count >= ReadyMax)
            _ready.Clear();
        return _ready[device] = new VerifyingKey(info);
    }

    private static string Words(RefusalReason reason, string device, EventRecord? record) => reason switch
    {
        RefusalReason.Unsigned => "it is not signed",
        RefusalReason.WrongKey => "its signature is not by the device's key over these bytes",
        RefusalReason.Revoked => "the device was revoked",
        RefusalReason.Future => $"its window ends at {EndOf(record):u}, which is still to come; it waits in the device's outbox until then. "
            + $"If that is wrong, compare the clocks of {device} and of this machine (timedatectl)",
        RefusalReason.NotEnrolled => $"the device is not approved; its records wait in its outbox. To let it in: sink device invite {device}, then sink device approve {device}",
        _ => $"the device is not approved for the zone {record?.Zone} of the site {record?.Site}; such records wait in its outbox. To let them in: "
            + $"sink device approve {device} with every zone that it measures",
    };

    private static DateTimeOffset? EndOf(EventRecord? record) => record?.Start.AddSeconds(record.Seconds);
}
