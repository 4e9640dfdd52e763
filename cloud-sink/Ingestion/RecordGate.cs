using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>
/// Decides what a message is. A message that can be read becomes a record, perhaps a refused one: the store commits a refused
/// record's sequence and the reason, so that <c>received</c> covers it and no device sends it for ever. A message that cannot be
/// read or contradicts its own envelope names no sequence to trust; it is counted and forgotten, and the age limit of the
/// device's outbox ends it. So is a record that would be taken, but that no manifest of its device covers: it comes again.
/// </summary>
/// <param name="rules">What is in force at first.</param>
/// <param name="time">Against which a record's age is held.</param>
/// <param name="manifests">What devices may send; null for the simulated city, behind which there is no device.</param>
internal sealed class RecordGate(GateRules rules, TimeProvider time, ManifestBook? manifests)
{
    /// <summary>Contract, section 4: later windows are history and may not be changed by a record.</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromDays(8);

    // A device's clock may be a little ahead of ours.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    private volatile GateRules _rules = rules;

    /// <summary>A demonstration, whose records people watch as they come; a city's would drown everything else.</summary>
    public bool IsDemo => _rules.Profile == PrivacyProfile.Demo;

    /// <summary>Takes a new register while messages come in.</summary>
    public void Replace(GateRules rules) => _rules = rules;

    /// <exception cref="System.Data.Common.DbException">The store does not say what the device may send.</exception>
    /// <returns>The record, or null and why the message could not be read.</returns>
    public (IncomingRecord? Record, RefusalReason Unread) Judge(IncomingMessage message)
    {
        if (Topics.DeviceOfEvents(message.Topic) is not { } device)
            return (null, RefusalReason.Topic);
        if (message.Payload.Length > EventRecordJson.BytesMax)
            return (null, RefusalReason.Oversized);
        if (!EventRecordJson.TryDecode(message.Payload.Span, out var record, out _) || record is null)
            return (null, RefusalReason.Unreadable);
        if (message.Source != CloudEventAttributes.SourceOf(record.Site, device))
            return (null, RefusalReason.Source);
        if (message.Id != record.Id)
            return (null, RefusalReason.Id);
        var now = time.GetUtcNow();
        var refused = Refuse(record, device, now);
        return refused == RefusalReason.None && manifests?.Covers(device, record, message.Payload.Length) == false
            ? (null, RefusalReason.Uncovered)
            : (new IncomingRecord(device, record, message.Payload, now, refused), RefusalReason.None);
    }

    /// <summary>Takes a manifest into the store and lets what it covers pass from now on.</summary>
    /// <exception cref="System.Data.Common.DbException">The store did not take it.</exception>
    public RefusalReason TakeManifest(string device, IncomingMessage message) =>
        manifests?.Take(device, message, time.GetUtcNow()) ?? RefusalReason.None;

    private RefusalReason Refuse(EventRecord record, string device, DateTimeOffset now)
    {
        var inForce = _rules;
        if (new[] { device, record.Site, record.Zone }.Any(name => SimulatedNames.Includes(name) != inForce.IsSimulation))
            return RefusalReason.SimulatedName;
        if (record.Profile == PrivacyProfile.Demo && inForce.Profile != PrivacyProfile.Demo)
            return RefusalReason.DemoProfile;
        var end = record.Start.AddSeconds(record.Seconds);
        if (end < now - AgeMax)
            return RefusalReason.TooOld;
        if (end > now + ClockTolerance)
            return RefusalReason.Future;
        return inForce.Register.Allows(record, device) ? RefusalReason.None : RefusalReason.ZoneNotRegistered;
    }
}
