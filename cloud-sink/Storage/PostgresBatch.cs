using Npgsql;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>What a batch changes beside its records, gathered first and then written in one order: zones, days, what is set aside, sequences.</summary>
internal sealed class PostgresBatch
{
    // A hostile device fills its own thousand places and no more; its sequences are covered all the same.
    private const int QuarantinePerDeviceMax = 1000;

    private const string ZoneSql =
        "INSERT INTO zone AS known (zone, site, device, seconds, first_start, last_start) SELECT * FROM unnest($1, $2, $3, $4, $5, $6) "
        + "ON CONFLICT (zone) DO UPDATE SET "
        + "site = CASE WHEN excluded.last_start >= known.last_start THEN excluded.site ELSE known.site END, "
        + "device = CASE WHEN excluded.last_start >= known.last_start THEN excluded.device ELSE known.device END, "
        + "seconds = CASE WHEN excluded.last_start >= known.last_start THEN excluded.seconds ELSE known.seconds END, "
        + "first_start = least(known.first_start, excluded.first_start), last_start = greatest(known.last_start, excluded.last_start)";

    private const string DaySql =
        "INSERT INTO zone_day AS known (zone, day, windows, released, seconds, coverage, passages) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7) "
        + "ON CONFLICT (zone, day) DO UPDATE SET "
        + "windows = known.windows + excluded.windows, released = known.released + excluded.released, seconds = known.seconds + excluded.seconds, "
        + "coverage = known.coverage + excluded.coverage, passages = known.passages + excluded.passages";

    private const string CountSql =
        "INSERT INTO zone_day_count AS known (zone, day, behaviour, count) SELECT * FROM unnest($1, $2, $3, $4) "
        + "ON CONFLICT (zone, day, behaviour) DO UPDATE SET count = known.count + excluded.count";

    private const string AsideSql =
        "INSERT INTO quarantine (device, zone, window_index, reason, payload, sequence, received_at) "
        + "SELECT $1, $2, $3, $4, $5, $6, $7 WHERE (SELECT COUNT(*) FROM quarantine WHERE device = $1) < $8 ON CONFLICT DO NOTHING";

    private readonly SortedDictionary<string, ZoneSummary> _zones = new(StringComparer.Ordinal);
    private readonly ZoneDayDeltas _days = new();
    private readonly List<(IncomingRecord Incoming, RefusalReason Reason, byte[] Payload)> _aside = [];

    public PostgresSequences Sequences { get; } = new();

    /// <summary>A new record.</summary>
    public void Store(IncomingRecord incoming)
    {
        _days.Add(incoming.Record, +1);
        Touch(incoming);
    }

    /// <summary>A record that was stored and counts no more.</summary>
    public void Withdraw(IncomingRecord stored)
    {
        _days.Add(stored.Record, -1);
        Touch(stored);
        SetAside(stored, RefusalReason.Conflict, stored.Payload.ToArray());
    }

    public void SetAside(IncomingRecord incoming, RefusalReason reason, byte[] payload) => _aside.Add((incoming, reason, payload));

    // Whoever changes a day holds its zone's row: a restatement, which holds it too, sees the records of the day and the day in one state.
    private void Touch(IncomingRecord incoming)
    {
        var record = incoming.Record;
        var (first, last) = _zones.TryGetValue(record.Zone, out var known) ? (known.First, known.Last) : (record.Start, record.Start);
        var newest = known is null || record.Start >= last ? new ZoneSummary(record.Zone, record.Site, incoming.Device, record.Seconds, first, record.Start) : known;
        _zones[record.Zone] = newest with { First = record.Start < first ? record.Start : first };
    }

    /// <summary>Writes all of it in two messages; the second needs what the first reads.</summary>
    /// <param name="connection">With the transaction of the records.</param>
    /// <param name="now">When the gaps that these sequences leave become known.</param>
    /// <param name="committed">The line of what is new, or null where nothing is.</param>
    public void Run(NpgsqlConnection connection, DateTimeOffset now, string? committed)
    {
        using var first = new NpgsqlBatch(connection);
        if (_zones.Count > 0)
            first.BatchCommands.Add(Zones());
        if (_days.Days.Count > 0)
            AddDays(first);
        AddAside(first);
        first.BatchCommands.Add(PostgresSequences.Command(PostgresSequences.LockSql, Sequences.Devices));
        first.BatchCommands.Add(Sequences.Read());
        if (_aside.Count == 0)
            first.Prepare();
        Dictionary<string, List<PostgresSequences.Range>> before;
        using (var rows = first.ExecuteReader())
        {
            // The lock's own row comes before.
            rows.NextResult();
            before = PostgresSequences.RangesOf(rows);
        }

        using var second = new NpgsqlBatch(connection);
        Sequences.AddWrites(second, before, now);
        if (committed is not null)
        {
            var note = new NpgsqlBatchCommand(LiveTables.NoteSql);
            note.Parameters.Add(new NpgsqlParameter { Value = now.ToUnixTimeMilliseconds() });
            note.Parameters.Add(new NpgsqlParameter { Value = committed });
            second.BatchCommands.Add(note);
        }

        if (second.BatchCommands.Count == 0)
            return;
        second.Prepare();
        second.ExecuteNonQuery();
    }

    private NpgsqlBatchCommand Zones()
    {
        var zones = _zones.Values;
        return PostgresSequences.Command(
            ZoneSql, zones.Select(zone => zone.Zone).ToArray(), zones.Select(zone => zone.Site).ToArray(), zones.Select(zone => zone.Device).ToArray(),
            zones.Select(zone => (long)zone.Seconds).ToArray(), zones.Select(zone => zone.First.ToUnixTimeSeconds()).ToArray(),
            zones.Select(zone => zone.Last.ToUnixTimeSeconds()).ToArray());
    }

    private void AddDays(NpgsqlBatch batch)
    {
        var days = _days.Days.OrderBy(day => day.Key.Zone, StringComparer.Ordinal).ThenBy(day => day.Key.Day).ToList();
        var counts = days.SelectMany(day => day.Value.Counts.OrderBy(count => count.Key, StringComparer.Ordinal), (day, count) => (day.Key, count)).ToList();
        batch.BatchCommands.Add(PostgresSequences.Command(
            DaySql, days.Select(day => day.Key.Zone).ToArray(), days.Select(day => (long)day.Key.Day).ToArray(), days.Select(day => (long)day.Value.Windows).ToArray(),
            days.Select(day => (long)day.Value.Released).ToArray(), days.Select(day => day.Value.Seconds).ToArray(),
            days.Select(day => (long)day.Value.Coverage).ToArray(), days.Select(day => day.Value.Passages).ToArray()));
        batch.BatchCommands.Add(PostgresSequences.Command(
            CountSql, counts.Select(one => one.Key.Zone).ToArray(), counts.Select(one => (long)one.Key.Day).ToArray(),
            counts.Select(one => one.count.Key).ToArray(), counts.Select(one => one.count.Value).ToArray()));
    }

    /// <summary>One by one, in the order of the key, since each counts how many its device has already.</summary>
    private void AddAside(NpgsqlBatch batch)
    {
        foreach (var (incoming, reason, payload) in _aside.OrderBy(one => one.Incoming.Record.Zone, StringComparer.Ordinal)
            .ThenBy(one => one.Incoming.Device, StringComparer.Ordinal).ThenBy(one => one.Incoming.Record.WindowIndex))
        {
            var command = new NpgsqlBatchCommand(AsideSql);
            object[] values =
            [
                incoming.Device, incoming.Record.Zone, incoming.Record.WindowIndex, (long)reason, payload, (long)incoming.Record.Sequence,
                incoming.ReceivedAt.ToUnixTimeMilliseconds(), (long)QuarantinePerDeviceMax,
            ];
            foreach (var value in values)
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            batch.BatchCommands.Add(command);
        }
    }
}
