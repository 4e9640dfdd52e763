using Microsoft.Data.Sqlite;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>
/// Which sequences of each device are committed, as ranges that never touch: a few rows, however long a device lives. Each range
/// remembers when it first came. A gap is known since anything above it came, so none is younger than the one above it, and
/// what closes by age is always everything up to some range.
/// </summary>
internal sealed class SqliteSequences(SqliteConnection connection) : IDisposable
{
    // More would make the retained message long.
    private const int GapsMax = 64;

    private readonly SqliteStatement _touching = new(connection,
        "SELECT first, last, since FROM sequence_range WHERE device = $1 AND first <= $2 ORDER BY first DESC");

    // A range from 1 on has nothing below it.
    private readonly SqliteStatement _overdue = new(connection,
        "SELECT device, MAX(first) FROM sequence_range WHERE since <= $1 AND first > 1 GROUP BY device");

    private readonly SqliteStatement _remove = new(connection, "DELETE FROM sequence_range WHERE device = $1 AND first = $2");

    private readonly SqliteStatement _insert = new(connection, "INSERT INTO sequence_range VALUES ($1, $2, $3, $4)");

    private readonly SortedDictionary<string, List<uint>> _pending = new(StringComparer.Ordinal);

    /// <summary>Notes a sequence; it is written by <see cref="Write"/>.</summary>
    public void Add(string device, uint sequence)
    {
        if (!_pending.TryGetValue(device, out var sequences))
            _pending.Add(device, sequences = []);
        sequences.Add(sequence);
    }

    /// <param name="transaction">That of the records.</param>
    /// <param name="now">When the gaps that these sequences leave become known.</param>
    public void Write(SqliteTransaction transaction, DateTimeOffset now)
    {
        foreach (var (device, sequences) in _pending)
        {
            sequences.Sort();
            for (int at = 0, next; at < sequences.Count; at = next)
            {
                next = at + 1;
                while (next < sequences.Count && sequences[next] - sequences[next - 1] <= 1)
                    next++;
                Merge(transaction, device, (sequences[at], sequences[next - 1]), now.ToUnixTimeMilliseconds());
            }
        }
    }

    public void Clear() => _pending.Clear();

    /// <summary>
    /// The ranges of a device in the contract's form, on any connection. Where there are too many gaps the oldest become one
    /// until they close by age. That claims less than is true: at worst a committed record between two of them comes again for
    /// some days. The newest are told exactly, so that whatever a device sends now is covered at once; telling the oldest
    /// instead would hold up everything new behind them.
    /// </summary>
    public static Received Of(SqliteConnection connection, string device)
    {
        using var newest = new SqliteStatement(connection,
            "SELECT first, last, (SELECT MIN(first) FROM sequence_range WHERE device = $1), "
            + "(SELECT last FROM sequence_range WHERE device = $1 ORDER BY first LIMIT 1) "
            + "FROM sequence_range WHERE device = $1 ORDER BY first DESC LIMIT $2");
        using var row = newest.Read(null, device, GapsMax);
        uint upTo = 0, highest = 0, above = 0;
        var gaps = new List<uint[]>();
        while (row.Read())
        {
            var (first, last) = ((uint)row.GetInt64(0), (uint)row.GetInt64(1));
            if (gaps.Count == 0 && above == 0)
            {
                highest = last;
                upTo = row.GetInt64(2) <= 1 ? (uint)row.GetInt64(3) : 0;
            }
            else
            {
                gaps.Add([last + 1, above - 1]);
            }

            above = first;
        }

        if (above > upTo + 1)
            gaps.Add([upTo + 1, above - 1]);
        gaps.Reverse();
        return new Received(upTo, highest, gaps);
    }

    /// <summary>
    /// Closes every gap that is known since <paramref name="limit"/> or longer. The one below a device's first range closes
    /// too, but is not among the results: an outbox starts at some large number, so nobody knows whether anything was in it.
    /// </summary>
    public List<ClosedGap> Close(SqliteTransaction transaction, DateTimeOffset limit)
    {
        var closed = new List<ClosedGap>();
        foreach (var (device, top) in Overdue(transaction, limit))
        {
            var ranges = new List<(long First, long Last)>();
            using (var rows = _touching.Read(transaction, device, top))
            {
                while (rows.Read())
                    ranges.Add((rows.GetInt64(0), rows.GetInt64(1)));
            }

            for (var i = ranges.Count - 1; i > 0; i--)
                closed.Add(new ClosedGap(device, (uint)ranges[i].Last + 1, (uint)ranges[i - 1].First - 1));
            foreach (var range in ranges)
                _remove.Run(transaction, device, range.First);
            _insert.Run(transaction, device, Math.Min(1, ranges[^1].First), ranges[0].Last, limit.ToUnixTimeMilliseconds());
        }

        return closed;
    }

    public void Dispose()
    {
        _touching.Dispose();
        _overdue.Dispose();
        _remove.Dispose();
        _insert.Dispose();
    }

    private void Merge(SqliteTransaction transaction, string device, (long First, long Last) added, long now)
    {
        var absorbed = new List<long>();
        var (first, last) = added;
        var since = now;
        using (var rows = _touching.Read(transaction, device, added.Last + 1))
        {
            while (rows.Read() && rows.GetInt64(1) >= added.First - 1)
            {
                absorbed.Add(rows.GetInt64(0));
                first = Math.Min(first, rows.GetInt64(0));
                last = Math.Max(last, rows.GetInt64(1));
                since = Math.Min(since, rows.GetInt64(2));
            }
        }

        foreach (var start in absorbed)
            _remove.Run(transaction, device, start);
        _insert.Run(transaction, device, first, last, since);
    }

    private List<(string Device, long Top)> Overdue(SqliteTransaction transaction, DateTimeOffset limit)
    {
        var overdue = new List<(string, long)>();
        using var rows = _overdue.Read(transaction, limit.ToUnixTimeMilliseconds());
        while (rows.Read())
            overdue.Add((rows.GetString(0), rows.GetInt64(1)));
        return overdue;
    }
}
