using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>
/// Decides what a message is. A message that can be read becomes a record, perhaps a refused one: the store commits a refused
/// record's sequence and the reason, so that <c>received</c> covers it and no device sends it for ever. A message that cannot be
/// read or contradicts its own envelope names no sequence to trust; it is counted and forgotten, and the age limit of the
/// device's outbox ends it. So is whatever is not signed by the device's key, since it may be by anybody; and a record that would be
/// taken, but that no manifest of its device covers, or in a zone for which it is not approved, or whose window has not ended by this
/// clock: it comes again.
/// </summary>
/// <param name="rules">What is in force at first.</param>
/// <param name="time">Against which a record's age is held.</param>
/// <param name="credentials">Who is who; null for the simulated city, behind which there is no device.</param>
internal sealed class RecordGate(GateRules rules, TimeProvider time, DeviceCredentials? credentials)
{
    /// <summary>Contract, section 4: later windows are history and may not be changed by a record.</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromDays(8);

    // A device's clock may be a little ahead of ours.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    // To share out less than that costs more than it brings.
    private const int AtOnce = 16;

    private volatile GateRules _rules = rules;

    /// <summary>A demonstration, whose records people watch as they come; a city's would drown everything else.</summary>
    public bool IsDemo => _rules.Profile == PrivacyProfile.Demo;

    /// <summary>Takes a new register while messages come in.</summary>
    public void Replace(GateRules rules) => _rules = rules;

    /// <summary>Before a batch: takes over what was said of devices since the last.</summary>
    /// <exception cref="System.Data.Common.DbException">The store does not say.</exception>
    public bool Refresh()
    {
        credentials?.Refresh();
        return true;
    }

    /// <summary>
    /// Judges messages in their order. They are read and their signatures are checked side by side: that is most of the work, and needs nothing of
    /// one another.
    /// </summary>
    /// <exception cref="System.Data.Common.DbException">The store does not say what a device may send.</exception>
    /// <returns>For each the record, or null and why the message could not be read or is not by the device.</returns>
    public (IncomingRecord? Record, RefusalReason Unread)[] Judge(IReadOnlyList<IncomingMessage> messages)
    {
        var opened = new (OpenedMessage? Opened, RefusalReason Unread)[messages.Count];
        Each(messages.Count, i => opened[i] = Open(messages[i]));
        var doubts = new RefusalReason[messages.Count];
        if (credentials is not null)
        {
            var keys = KeysOf(opened);
            Each(messages.Count, i =>
            {
                if (opened[i].Opened is { } one)
                    doubts[i] = DoubtOf(one.Message, keys[one.Device]);
            });
        }

        var judged = new (IncomingRecord? Record, RefusalReason Unread)[messages.Count];
        for (var i = 0; i < judged.Length; i++)
            judged[i] = opened[i] is ({ } one, _) ? Judge(one, doubts[i]) : (null, opened[i].Unread);
        return judged;
    }

    /// <summary>Side by side, some at a time.</summary>
    private static void Each(int count, Action<int> work)
    {
        if (count < 2 * AtOnce)
        {
            for (var i = 0; i < count; i++)
                work(i);
            return;
        }

        Parallel.For(0, (count + AtOnce - 1) / AtOnce, some =>
        {
            for (var i = some * AtOnce; i < Math.Min(count, (some + 1) * AtOnce); i++)
                work(i);
        });
    }

    private Dictionary<string, (VerifyingKey? Key, RefusalReason Missing)> KeysOf((OpenedMessage? Opened, RefusalReason Unread)[] opened)
    {
        var keys = new Dictionary<string, (VerifyingKey? Key, RefusalReason Missing)>(StringComparer.Ordinal);
        foreach (var (one, _) in opened)
        {
            if (one is not null && !keys.ContainsKey(one.Device))
                keys.Add(one.Device, credentials!.KeyOf(one.Device, _rules.Trust));
        }

        return keys;
    }

    /// <summary>What a message says of itself, before anything is known of its device.</summary>
    private static (OpenedMessage? Opened, RefusalReason Unread) Open(IncomingMessage message)
    {
        if (Topics.DeviceOfEvents(message.Topic) is not { } device)
            return (null, RefusalReason.Topic);
        if (message.Payload.Length > EventRecordJson.BytesMax)
            return (null, RefusalReason.Oversized);
        if (!EventRecordJson.TryDecode(message.Payload.Span, out var record, out _) || record is null)
            return (null, RefusalReason.Unreadable);
        if (message.Source != CloudEventAttributes.SourceOf(record.Site, device))
            return (null, RefusalReason.Source);
        return message.Id == record.Id ? (new OpenedMessage(device, record, message), RefusalReason.None) : (null, RefusalReason.Id);
    }

    private (IncomingRecord? Record, RefusalReason Unread) Judge(OpenedMessage opened, RefusalReason doubt)
    {
        var (device, record, message) = opened;
        var now = time.GetUtcNow();
        if (credentials is null)
            return (new IncomingRecord(device, record, message.Payload, now, Refuse(record, device, now)), RefusalReason.None);
        if (doubt is not (RefusalReason.None or RefusalReason.Uncovered))
            return (null, credentials.Say(device, doubt, record));
        if (doubt == RefusalReason.None && Refuse(record, device, now) is not RefusalReason.None and var refused)
        {
            return refused == RefusalReason.Future
                ? (null, credentials.Say(device, refused, record))
                : (new IncomingRecord(device, record, message.Payload, now, refused), RefusalReason.None);
        }

        if (!credentials.Allows(device, record))
            return (null, credentials.Say(device, RefusalReason.ZoneNotEnrolled, record));

        // Asked in any case: it says what is missing.
        var isCovered = credentials.Manifests.Covers(device, record, message.Payload.Length);
        return isCovered && doubt == RefusalReason.None
            ? (new IncomingRecord(device, record, message.Payload, now), RefusalReason.None)
            : (null, RefusalReason.Uncovered);
    }

    private static RefusalReason DoubtOf(IncomingMessage message, (VerifyingKey? Key, RefusalReason Missing) known)
    {
        if (string.IsNullOrEmpty(message.Signature))
            return RefusalReason.Unsigned;
        if (known.Key is null)
            return known.Missing;
        return known.Key.Verify(EventRecord.SignedType, message.Payload.Span, message.Signature) ? RefusalReason.None : RefusalReason.WrongKey;
    }

    /// <summary>Takes a manifest into the store and lets what it covers pass from now on.</summary>
    /// <exception cref="System.Data.Common.DbException">The store did not take it.</exception>
    public RefusalReason TakeManifest(string device, IncomingMessage message) =>
        credentials?.TakeManifest(device, message, (_rules.Trust, time.GetUtcNow())) ?? RefusalReason.None;

    private RefusalReason Refuse(EventRecord record, string device, DateTimeOffset now)
    {
        var inForce = _rules;
        var isOther = SimulatedNames.Includes(device) != inForce.IsSimulation || SimulatedNames.Includes(record.Site) != inForce.IsSimulation
            || SimulatedNames.Includes(record.Zone) != inForce.IsSimulation;
        if (isOther)
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

/// <summary>A message that can be read and does not contradict itself.</summary>
internal sealed record OpenedMessage(string Device, EventRecord Record, IncomingMessage Message);
