using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>Where records are kept for good. Every call may be made from any thread; writes of several sinks may meet.</summary>
public interface IEventStore : IDisposable
{
    /// <summary>
    /// Commits a batch in one transaction and says what became of each record, in order. Idempotent on device, zone and
    /// window: the same bytes again change nothing. When it returns, the batch survives a loss of power.
    /// </summary>
    IReadOnlyList<IngestOutcome> Ingest(IReadOnlyList<IncomingRecord> batch);

    /// <summary>The days of one zone, or of all, from a table that is kept up to date at ingest; by zone, then by date.</summary>
    /// <param name="zone">Null for all zones.</param>
    /// <param name="from">The first day, UTC.</param>
    /// <param name="to">The last day, UTC, included.</param>
    IReadOnlyList<ZoneDay> ZoneDays(string? zone, DateOnly from, DateOnly to);

    /// <summary>The stored records of a zone whose windows start on these days (UTC, both included), oldest first.</summary>
    IReadOnlyList<StoredRecord> Records(string zone, DateOnly from, DateOnly to);

    /// <summary>
    /// Forgets the records of all whole months before this day; their days stay. A record of such a month that came again would be new, so
    /// the day must lie further back than what is accepted.
    /// </summary>
    /// <returns>True if there were any.</returns>
    bool ForgetRecords(DateOnly before);

    /// <summary>Every zone that ever had a record, by name.</summary>
    IReadOnlyList<ZoneSummary> Zones();

    /// <summary>What is set aside: conflicts and refusals, newest first, at most <paramref name="limit"/>.</summary>
    IReadOnlyList<QuarantinedRecord> Quarantine(int limit);

    /// <summary>Every device of which something was committed, by name.</summary>
    IReadOnlyList<string> Devices();

    /// <summary>
    /// What is committed of each of these devices, as it is told to them; some hundreds at most. Counted from sequence 1 on: a record that was lost before
    /// the sink saw the device for the first time is a gap as well, otherwise the device would drop it.
    /// </summary>
    IReadOnlyList<Received> ReceivedOf(IReadOnlyList<string> devices);

    /// <inheritdoc cref="ReceivedOf(IReadOnlyList{string})"/>
    Received ReceivedOf(string device);

    /// <summary>
    /// Closes the gaps of all devices that are known since <paramref name="knownSince"/> or longer: from now on they count as
    /// received, since nothing in them could be accepted any more. Without that, what is told of a device would grow with every
    /// record that it ever dropped.
    /// </summary>
    /// <returns>What was missing. Not the gap before a device's first record, in which nothing need have been.</returns>
    IReadOnlyList<ClosedGap> CloseGaps(DateTimeOffset knownSince);

    /// <summary>
    /// Keeps a device's manifest, which the caller has found to be signed by the key inside it. The first key that a device shows is
    /// its key from then on. Idempotent; the one that came last is the one in force. When it returns, it survives a loss of power.
    /// </summary>
    ManifestOutcome KeepManifest(string device, SignedManifest manifest, DateTimeOffset receivedAt);

    /// <summary>All manifests of a device, the one in force first.</summary>
    IReadOnlyList<StoredManifest> Manifests(string device);

    /// <summary>Who is who.</summary>
    DeviceTables Enrolled { get; }

    /// <summary>The same database, for what is seldom written and in the same SQL for every engine.</summary>
    Database Database { get; }

    /// <summary>Forgets the key of a device, so that the next one that it shows is taken. What it sent before stays.</summary>
    /// <returns>False where none was known.</returns>
    bool ForgetKey(string device);
}
