using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Enrolment;

/// <summary>
/// What an operator says of devices: invite, approve, revoke. Every answer is a sentence for whoever typed it; approvals and revocations
/// stand in the audit log.
/// </summary>
/// <param name="options">The register, and which names are the sink's own.</param>
/// <param name="records">The _store.</param>
/// <param name="time">Says when.</param>
/// <param name="by">Who says it: a role or the id of a key, never a name.</param>
internal sealed class DeviceOffice(SinkOptions options, IEventStore records, TimeProvider time, string by = "operator")
{
    private readonly DeviceTables _store = records.Enrolled;
    private readonly AuditTables _audit = new(records.Database);

    /// <summary>Opens the door for one device, once.</summary>
    /// <param name="device">Its name.</param>
    /// <param name="zones">What it is to measure; none leaves that to the approval.</param>
    /// <param name="site">The only site that it may be of, or null.</param>
    /// <param name="claim">The claim: its secret, and how long it is good.</param>
    /// <returns>Null, or why not.</returns>
    public string? Invite(string device, IReadOnlyList<string> zones, string? site, (string Secret, TimeSpan GoodFor) claim)
    {
        if (!DeviceRights.MayConnect(device) || device == options.Broker.ClientId || device == options.HomeAssistant?.User)
            return $"'{device}' is no name for a device: [a-z0-9-], 3 to 32 characters, and none that the sink keeps for itself.";
        if (site is not null && !Names.IsValid(site))
            return $"'{site}' is no name for a site: [a-z0-9-], 3 to 32 characters.";
        if (FaultOf(device, zones) is { } fault)
            return fault;
        var found = _store.Find(device);
        if (found is { State: DeviceState.Approved })
            return $"{device} is approved already, under the key {found.KeyId}. If it was lost or its disk replaced: sink device revoke {device}, then invite it again.";
        var now = time.GetUtcNow();
        return Keep(
            new EnrolledDevice
            {
                Device = device,
                Version = found?.Version ?? 0,
                State = DeviceState.Invited,
                Since = now,
                Site = site,
                Zones = zones,
                ClaimHash = EnrolmentDesk.HashOf(claim.Secret),
                ClaimUntil = now + claim.GoodFor,
            },
            "invited");
    }

    /// <summary>Lets what a device signs count, for these zones.</summary>
    /// <param name="device">One that waits; or one that is approved, to give it other zones.</param>
    /// <param name="zones">None takes those of the invitation.</param>
    /// <param name="keyId">The key that is expected; null approves the one that came.</param>
    /// <returns>The device as approved, or why not.</returns>
    public (EnrolledDevice? Device, string Fault) Approve(string device, IReadOnlyList<string> zones, string? keyId)
    {
        if (_store.Find(device) is not { } found)
            return (null, $"No device {device} is known. Begin with: sink device invite {device}");
        if (found.State is DeviceState.Invited or DeviceState.Revoked)
        {
            return (null, found.State == DeviceState.Revoked
                ? $"{device} was revoked. To begin anew: sink device invite {device}"
                : $"{device} has not come yet. Run edge enrol on it with its claim code, then approve it.");
        }

        var granted = zones.Count > 0 ? zones : found.Zones;
        if (granted.Count == 0)
            return (null, $"Name the zones: sink device approve {device} --zone ... Its configuration names: {string.Join(", ", found.AskedZones)}.");
        if (FaultOf(device, granted) is { } fault)
            return (null, fault);
        if (keyId is not null && keyId != found.KeyId)
            return (null, $"{device} came with the key {found.KeyId}, not with {keyId}. Whoever used the claim code is not the device that you mean: revoke it and invite it again.");
        if (keyId is null && _store.History(device).Any(change => change.State == DeviceState.Revoked && change.KeyId == found.KeyId))
            return (null, $"The key {found.KeyId} was revoked before. If it never left the device, say so: sink device approve {device} --key-id {found.KeyId}");
        var isNew = found.State != DeviceState.Approved;
        var approved = found with
        {
            State = DeviceState.Approved,
            Since = isNew ? time.GetUtcNow() : found.Since,
            Zones = granted,
            Site = found.Site ?? found.AskedSite,
        };
        if (Keep(approved, isNew ? "approved" : "other zones") is { } late)
            return (null, late);
        _audit.Append(new(AuditKind.DeviceApproved, device, by, time.GetUtcNow()) { Detail = [("key", approved.KeyId ?? "none"), ("zones", ZonesOf(granted))] });
        return (approved, "");
    }

    /// <summary>From now on nothing of a device counts, and its certificates hold no longer.</summary>
    /// <returns>Null, or why not.</returns>
    public string? Revoke(string device)
    {
        if (_store.Find(device) is not { } found)
            return $"No device {device} is known: sink device list names those that are.";
        if (found.State == DeviceState.Revoked)
            return $"{device} is revoked already, since {found.Since:yyyy-MM-dd HH:mm} UTC.";
        if (Keep(found with { State = DeviceState.Revoked, Since = time.GetUtcNow(), ClaimHash = null }, "revoked") is { } late)
            return late;
        _audit.Append(new(AuditKind.DeviceRevoked, device, by, time.GetUtcNow()) { Detail = [("key", found.KeyId ?? "none")] });
        return null;
    }

    private string? Keep(EnrolledDevice device, string change) =>
        _store.Keep(device, change, time.GetUtcNow()) ? null : $"{device.Device} was changed by somebody else at the same moment. Look at sink device list, and say it again.";

    // All of them stand in the device's history; a line of the log is short.
    private static string ZonesOf(IReadOnlyList<string> zones) => zones.Count <= 5 ? string.Join(',', zones) : $"{string.Join(',', zones.Take(5))} and {zones.Count - 5} more";

    private string? FaultOf(string device, IReadOnlyList<string> zones)
    {
        foreach (var zone in zones)
        {
            if (!Names.IsValid(zone))
                return $"'{zone}' is no name for a zone: [a-z0-9-], 3 to 32 characters.";
            if (ForbiddenPlaces.KindOf(zone) is { } kind)
                return $"'{zone}' reads as {kind}, and no such place is ever scored.";
            if (options.Zones.Count > 0 && (!options.Zones.TryGetValue(zone, out var entry) || entry.Device != device))
                return $"The register in sink.yaml does not give the zone {zone} to {device}. Write zones.{zone}: {{device: {device}}} there first.";
            if (_store.All().FirstOrDefault(other => other.State == DeviceState.Approved && other.Device != device && other.Zones.Contains(zone)) is { } owner)
                return $"The zone {zone} is measured by {owner.Device}; a zone belongs to one device. Approve that one without it, or revoke it.";
        }

        return null;
    }
}
