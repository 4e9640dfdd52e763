using Npgsql;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>
/// Notes what a batch adds to <see cref="SequenceTable"/>, of all its devices at once. Another sink that has the same device waits from
/// <see cref="LockSql"/> until this batch is committed.
/// </summary>
internal sealed class PostgresSequences
{
    /// <summary>Takes the devices of <c>$1</c>, in an order that is the same for everybody.</summary>
    public static readonly string LockSql =
        $"SELECT pg_advisory_xact_lock_shared({PostgresEventStore.GapsLock}), (SELECT count(pg_advisory_xact_lock(key)) FROM "
        + "(SELECT DISTINCT hashtextextended(device, 0) AS key FROM unnest($1) AS device ORDER BY 1) AS keys)";

    private const string ReadSql =
        "SELECT device, first, last, since FROM sequence_range JOIN unnest($1, $2, $3) AS added (device, low, high) USING (device) "
        + "WHERE first <= high + 1 AND last >= low - 1 ORDER BY device, first";

    private const string RemoveSql = "DELETE FROM sequence_range USING unnest($1, $2) AS gone (device, first) "
        + "WHERE sequence_range.device = gone.device AND sequence_range.first = gone.first";

    private const string WriteSql = "INSERT INTO sequence_range (device, first, last, since) SELECT * FROM unnest($1, $2, $3, $4) "
        + "ON CONFLICT (device, first) DO UPDATE SET last = excluded.last, since = excluded.since";

    private readonly SortedDictionary<string, SortedSet<long>> _added = new(StringComparer.Ordinal);

    public string[] Devices => [.. _added.Keys];

    public void Add(string device, uint sequence)
    {
        if (!_added.TryGetValue(device, out var sequences))
            _added.Add(device, sequences = []);
        sequences.Add(sequence);
    }

    /// <summary>Reads what the new sequences touch; after the devices are locked.</summary>
    public NpgsqlBatchCommand Read() => Command(
        ReadSql, Devices, _added.Values.Select(sequences => sequences.Min).ToArray(), _added.Values.Select(sequences => sequences.Max).ToArray());

    /// <summary>The answer to <see cref="Read"/>, by device.</summary>
    public static Dictionary<string, List<Range>> RangesOf(NpgsqlDataReader row)
    {
        var ranges = new Dictionary<string, List<Range>>(StringComparer.Ordinal);
        while (row.Read())
        {
            var device = row.GetString(0);
            if (!ranges.TryGetValue(device, out var ofDevice))
                ranges.Add(device, ofDevice = []);
            ofDevice.Add(new Range(row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)));
        }

        return ranges;
    }

    /// <summary>What has to be written; in the transaction of <see cref="Read"/>.</summary>
    /// <param name="batch">Gets at most two commands.</param>
    /// <param name="stored">What was read.</param>
    /// <param name="now">When the gaps that these sequences leave become known.</param>
    public void AddWrites(NpgsqlBatch batch, Dictionary<string, List<Range>> stored, DateTimeOffset now)
    {
        List<(string Device, long First)> gone = [];
        List<(string Device, Range Range)> written = [];
        foreach (var (device, sequences) in _added)
        {
            var before = stored.GetValueOrDefault(device) ?? [];
            var after = Merge(before, sequences, now.ToUnixTimeMilliseconds());
            gone.AddRange(before.Where(range => after.All(kept => kept.First != range.First)).Select(range => (device, range.First)));
            written.AddRange(after.Except(before).Select(range => (device, range)));
        }

        if (gone.Count > 0)
        {
            batch.BatchCommands.Add(Command(RemoveSql, gone.Select(one => one.Device).ToArray(), gone.Select(one => one.First).ToArray()));
        }

        if (written.Count > 0)
        {
            batch.BatchCommands.Add(Command(
                WriteSql, written.Select(one => one.Device).ToArray(), written.Select(one => one.Range.First).ToArray(),
                written.Select(one => one.Range.Last).ToArray(), written.Select(one => one.Range.Since).ToArray()));
        }
    }

    /// <summary>A command whose parameters are arrays, in order.</summary>
    public static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<Array> values)
    {
#pragma warning disable CA2100 // Every text is a constant of this folder; values are bound.
        var command = new NpgsqlBatchCommand(sql);
#pragma warning restore CA2100
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    /// <summary>Ranges that never touch, in order: those that were there and the new sequences, of which each is known since now.</summary>
    private static List<Range> Merge(List<Range> before, SortedSet<long> added, long now)
    {
        var all = before.Concat(added.Select(sequence => new Range(sequence, sequence, now))).OrderBy(range => range.First);
        var merged = new List<Range>();
        foreach (var range in all)
        {
            if (merged.Count > 0 && range.First <= merged[^1].Last + 1)
                merged[^1] = merged[^1] with { Last = Math.Max(merged[^1].Last, range.Last), Since = Math.Min(merged[^1].Since, range.Since) };
            else
                merged.Add(range);
        }

        return merged;
    }

    public readonly record struct Range(long First, long Last, long Since);
}
