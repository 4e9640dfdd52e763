using Npgsql;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>
/// One batch in one transaction, its rows as arrays (<c>unnest</c>): at 500 rows faster than COPY into a staging table, and without a
/// table to be made. Everybody writes the tables in one order and their rows in the order of their keys, so two sinks with the same zones
/// and devices wait for each other and never cross.
/// </summary>
internal sealed class PostgresIngest(NpgsqlDataSource source)
{
    private const string InsertSql =
        "INSERT INTO record (zone, window_index, device, start, sequence, received_at, payload) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7) "
        + "ON CONFLICT DO NOTHING RETURNING zone, window_index, device, start";

    private const string FindSql =
        "SELECT zone, window_index, device, start, sequence, received_at, disputed, payload FROM record "
        + "JOIN unnest($1, $2, $3, $4) AS asked (zone, window_index, device, start) USING (zone, window_index, device, start)";

    // That it was not disputed is asked again here: another sink may have come before.
    private const string DisputeSql = "UPDATE record SET disputed = 1 WHERE zone = $1 AND window_index = $2 AND device = $3 AND start = $4 AND disputed = 0";

    public PostgresMonths Months { get; } = new(source);

    public IngestOutcome[] Run(IReadOnlyList<IncomingRecord> batch)
    {
        if (batch.Count == 0)
            return [];
        Months.Provide(batch.Where(incoming => incoming.Refused == RefusalReason.None).Select(incoming => incoming.Record.Start));
        var outcomes = new IngestOutcome[batch.Count];
        var write = new PostgresBatch();
        using var connection = source.OpenConnection();
        using var transaction = connection.BeginTransaction();
        var rows = FirstOfEachKey(batch);
        var isNew = Insert(connection, rows);
        var known = Find(connection, rows.Values.Where(row => !isNew.Contains(row.Key)));
        var disputes = new SortedDictionary<RecordKey, Row>(RecordKey.Order);
        for (var i = 0; i < batch.Count; i++)
        {
            write.Sequences.Add(batch[i].Device, batch[i].Record.Sequence);
            outcomes[i] = Take(batch[i], write, known, isNew, disputes);
        }

        Dispute(connection, disputes, write);
        write.Run(connection, batch.Max(incoming => incoming.ReceivedAt), LiveTables.KeysOf(batch, outcomes));
        transaction.Commit();
        return outcomes;
    }

    private static SortedDictionary<RecordKey, Row> FirstOfEachKey(IReadOnlyList<IncomingRecord> batch)
    {
        var rows = new SortedDictionary<RecordKey, Row>(RecordKey.Order);
        foreach (var incoming in batch)
        {
            if (incoming.Refused == RefusalReason.None && RecordKey.Of(incoming) is var key && !rows.ContainsKey(key))
                rows.Add(key, new Row(key, incoming.Record.Sequence, incoming.ReceivedAt, IsDisputed: false, incoming.Payload.ToArray()));
        }

        return rows;
    }

    private static IngestOutcome Take(
        IncomingRecord incoming, PostgresBatch write, Dictionary<RecordKey, Row> known, HashSet<RecordKey> isNew, SortedDictionary<RecordKey, Row> disputes)
    {
        if (incoming.Refused != RefusalReason.None)
        {
            write.SetAside(incoming, incoming.Refused, []);
            return IngestOutcome.Refused;
        }

        var key = RecordKey.Of(incoming);
        if (!known.TryGetValue(key, out var stored) && isNew.Contains(key))
        {
            known.Add(key, new Row(key, incoming.Record.Sequence, incoming.ReceivedAt, IsDisputed: false, incoming.Payload.ToArray()));
            write.Store(incoming);
            return IngestOutcome.Stored;
        }

        if (stored is null)
            throw new StoreException($"The record {key.Zone}:{key.Window} of {key.Device} is neither new nor there; was it deleted meanwhile?");
        if (incoming.Payload.Span.SequenceEqual(stored.Payload))
            return IngestOutcome.Duplicate;
        if (!stored.IsDisputed)
            disputes.TryAdd(key, stored);
        write.SetAside(incoming, RefusalReason.Conflict, incoming.Payload.ToArray());
        return IngestOutcome.Conflict;
    }

    private static HashSet<RecordKey> Insert(NpgsqlConnection connection, SortedDictionary<RecordKey, Row> rows)
    {
        if (rows.Count == 0)
            return [];
        using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(PostgresSequences.Command(
            InsertSql, [.. KeysOf(rows.Values), rows.Values.Select(row => (long)row.Sequence).ToArray(),
            rows.Values.Select(row => row.ReceivedAt.ToUnixTimeMilliseconds()).ToArray(), rows.Values.Select(row => row.Payload).ToArray()]));
        batch.Prepare();
        var isNew = new HashSet<RecordKey>(rows.Count);
        using var reader = batch.ExecuteReader();
        while (reader.Read())
            isNew.Add(KeyOf(reader));
        return isNew;
    }

    private static Dictionary<RecordKey, Row> Find(NpgsqlConnection connection, IEnumerable<Row> asked)
    {
        var found = new Dictionary<RecordKey, Row>();
        var rows = asked.ToList();
        if (rows.Count == 0)
            return found;
        using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(PostgresSequences.Command(FindSql, [.. KeysOf(rows)]));
        using var reader = batch.ExecuteReader();
        while (reader.Read())
        {
            var key = KeyOf(reader);
            found.Add(key, new Row(
                key, (uint)reader.GetInt64(4), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(5)), reader.GetInt64(6) != 0, reader.GetFieldValue<byte[]>(7)));
        }

        return found;
    }

    /// <summary>Takes what was stored for these keys out of the days again. Rare, so one by one.</summary>
    private static void Dispute(NpgsqlConnection connection, SortedDictionary<RecordKey, Row> disputes, PostgresBatch write)
    {
        foreach (var (key, row) in disputes)
        {
            using var command = new NpgsqlCommand(DisputeSql, connection);
            foreach (var value in new object[] { key.Zone, key.Window, key.Device, key.Start })
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            if (command.ExecuteNonQuery() == 0)
                continue;
            var stored = StoredPayload.Decode(row.Payload);
            write.Withdraw(new IncomingRecord(key.Device, stored with { Sequence = row.Sequence }, row.Payload, row.ReceivedAt));
        }
    }

    private static Array[] KeysOf(ICollection<Row> rows) =>
    [
        rows.Select(row => row.Key.Zone).ToArray(), rows.Select(row => row.Key.Window).ToArray(),
        rows.Select(row => row.Key.Device).ToArray(), rows.Select(row => row.Key.Start).ToArray(),
    ];

    private static RecordKey KeyOf(NpgsqlDataReader row) => new(row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetInt64(3));

    /// <summary>A record as it stands in the table.</summary>
    private sealed record Row(RecordKey Key, uint Sequence, DateTimeOffset ReceivedAt, bool IsDisputed, byte[] Payload);

    /// <summary>The start follows from the rest; it stands here because no key of a table in parts may lack what parts it.</summary>
    private readonly record struct RecordKey(string Zone, long Window, string Device, long Start)
    {
        /// <summary>As the primary key sorts.</summary>
        public static readonly Comparer<RecordKey> Order = Comparer<RecordKey>.Create((one, other) => string.CompareOrdinal(one.Zone, other.Zone) switch
        {
            0 when one.Window != other.Window => one.Window.CompareTo(other.Window),
            0 when one.Device != other.Device => string.CompareOrdinal(one.Device, other.Device),
            0 => one.Start.CompareTo(other.Start),
            var byZone => byZone,
        });

        public static RecordKey Of(IncomingRecord incoming) =>
            new(incoming.Record.Zone, incoming.Record.WindowIndex, incoming.Device, incoming.Record.Start.ToUnixTimeSeconds());
    }
}
