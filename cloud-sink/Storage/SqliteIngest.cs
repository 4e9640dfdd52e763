using Microsoft.Data.Sqlite;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>The one writing transaction: records, zone-days and sequences stand or fall together.</summary>
internal sealed class SqliteIngest(SqliteConnection connection) : IDisposable
{
    // A hostile device fills its own thousand places and no more; its sequences are covered all the same.
    private const int QuarantinePerDeviceMax = 1000;

    private readonly SqliteStatement _insert = new(connection,
        "INSERT OR IGNORE INTO record (zone, window_index, device, start, sequence, received_at, payload) "
        + "VALUES ($1, $2, $3, $4, $5, $6, $7)");

    private readonly SqliteStatement _find = new(connection,
        "SELECT payload, disputed, sequence, received_at FROM record WHERE zone = $1 AND window_index = $2 AND device = $3");

    private readonly SqliteStatement _dispute = new(connection,
        "UPDATE record SET disputed = 1 WHERE zone = $1 AND window_index = $2 AND device = $3");

    private readonly SqliteStatement _quarantine = new(connection,
        "INSERT OR IGNORE INTO quarantine (device, zone, window_index, reason, payload, sequence, received_at) "
        + "SELECT $1, $2, $3, $4, $5, $6, $7 WHERE (SELECT COUNT(*) FROM quarantine WHERE device = $1) < $8");

    private readonly SqliteStatement _zone = new(connection,
        "INSERT INTO zone VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT DO UPDATE SET "
        + "site = iif(excluded.last_start >= last_start, excluded.site, site), "
        + "device = iif(excluded.last_start >= last_start, excluded.device, device), "
        + "seconds = iif(excluded.last_start >= last_start, excluded.seconds, seconds), "
        + "first_start = min(first_start, excluded.first_start), last_start = max(last_start, excluded.last_start)");

    private readonly SqliteStatement _day = new(connection,
        "INSERT INTO zone_day VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO UPDATE SET "
        + "windows = windows + excluded.windows, released = released + excluded.released, seconds = seconds + excluded.seconds, "
        + "coverage = coverage + excluded.coverage, passages = passages + excluded.passages");

    private readonly SqliteStatement _count = new(connection,
        "INSERT INTO zone_day_count VALUES ($1, $2, $3, $4) ON CONFLICT DO UPDATE SET count = count + excluded.count");

    private readonly SqliteStatement _note = new(connection, LiveTables.NoteSql);

    private readonly SqliteSequences _sequences = new(connection);

    private readonly ZoneDayDeltas _deltas = new();

    public IngestOutcome[] Run(IReadOnlyList<IncomingRecord> batch)
    {
        _deltas.Clear();
        _sequences.Clear();
        var outcomes = new IngestOutcome[batch.Count];
        using var transaction = connection.BeginTransaction();
        for (var i = 0; i < batch.Count; i++)
        {
            outcomes[i] = Take(transaction, batch[i]);
            _sequences.Add(batch[i].Device, batch[i].Record.Sequence);
        }

        WriteDays();
        var now = batch.Count == 0 ? default : batch.Max(incoming => incoming.ReceivedAt);
        if (LiveTables.KeysOf(batch, outcomes) is { } committed)
            _note.Run(now.ToUnixTimeMilliseconds(), committed);
        _sequences.Write(now);
        transaction.Commit();
        return outcomes;
    }

    public void Dispose()
    {
        foreach (var statement in new[] { _insert, _find, _dispute, _quarantine, _zone, _day, _count, _note })
            statement.Dispose();
        _sequences.Dispose();
    }

    private IngestOutcome Take(SqliteTransaction transaction, IncomingRecord incoming)
    {
        if (incoming.Refused != RefusalReason.None)
        {
            SetAside(incoming, incoming.Refused, []);
            return IngestOutcome.Refused;
        }

        var record = incoming.Record;
        var start = record.Start.ToUnixTimeSeconds();
        var receivedAt = incoming.ReceivedAt.ToUnixTimeMilliseconds();
        var isNew = _insert.Run(
            record.Zone, record.WindowIndex, incoming.Device, start, record.Sequence, receivedAt, incoming.Payload) == 1;
        if (!isNew)
            return TakeAgain(transaction, incoming, incoming.Payload.ToArray());
        _zone.Run(record.Zone, record.Site, incoming.Device, record.Seconds, start);
        _deltas.Add(record, +1);
        return IngestOutcome.Stored;
    }

    private IngestOutcome TakeAgain(SqliteTransaction transaction, IncomingRecord incoming, byte[] payload)
    {
        byte[] first;
        bool disputed;
        uint firstSequence;
        DateTimeOffset firstReceivedAt;
        using (var row = _find.Read(transaction, incoming.Record.Zone, incoming.Record.WindowIndex, incoming.Device))
        {
            row.Read();
            first = row.GetFieldValue<byte[]>(0);
            disputed = row.GetBoolean(1);
            firstSequence = (uint)row.GetInt64(2);
            firstReceivedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3));
        }

        if (first.AsSpan().SequenceEqual(payload))
            return IngestOutcome.Duplicate;
        if (!disputed)
        {
            _dispute.Run(incoming.Record.Zone, incoming.Record.WindowIndex, incoming.Device);
            var stored = StoredPayload.Decode(first);
            _deltas.Add(stored, -1);
            var earlier = new IncomingRecord(incoming.Device, stored with { Sequence = firstSequence }, first, firstReceivedAt);
            SetAside(earlier, RefusalReason.Conflict, first);
        }

        SetAside(incoming, RefusalReason.Conflict, payload);
        return IngestOutcome.Conflict;
    }

    private void SetAside(IncomingRecord incoming, RefusalReason reason, byte[] payload)
    {
        var record = incoming.Record;
        _quarantine.Run(
            incoming.Device, record.Zone, record.WindowIndex, (int)reason, payload, record.Sequence,
            incoming.ReceivedAt.ToUnixTimeMilliseconds(), QuarantinePerDeviceMax);
    }

    private void WriteDays()
    {
        foreach (var ((zone, day), delta) in _deltas.Days)
        {
            _day.Run(zone, day, delta.Windows, delta.Released, delta.Seconds, delta.Coverage, delta.Passages);
            foreach (var (behaviour, count) in delta.Counts)
                _count.Run(zone, day, behaviour, count);
        }
    }
}
