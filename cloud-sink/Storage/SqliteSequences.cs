using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>Notes what a batch adds to <see cref="SequenceTable"/> on the one writing connection.</summary>
internal sealed class SqliteSequences(SqliteConnection connection) : IDisposable
{
    private readonly SqliteStatement _touching = new(connection,
        "SELECT first, last, since FROM sequence_range WHERE device = $1 AND first <= $2 ORDER BY first DESC");

    private readonly SqliteStatement _remove = new(connection, "DELETE FROM sequence_range WHERE device = $1 AND first = $2");

    private readonly SqliteStatement _extend = new(connection, "UPDATE sequence_range SET last = $1, since = $2 WHERE device = $3 AND first = $4");

    private readonly SqliteStatement _insert = new(connection, "INSERT INTO sequence_range VALUES ($1, $2, $3, $4)");

    private readonly SortedDictionary<string, List<uint>> _pending = new(StringComparer.Ordinal);

    /// <summary>Notes a sequence; it is written by <see cref="Write"/>.</summary>
    public void Add(string device, uint sequence)
    {
        if (!_pending.TryGetValue(device, out var sequences))
            _pending.Add(device, sequences = []);
        sequences.Add(sequence);
    }

    /// <param name="now">When the gaps that these sequences leave become known.</param>
    public void Write(DateTimeOffset now)
    {
        foreach (var (device, sequences) in _pending)
        {
            sequences.Sort();
            for (int at = 0, next; at < sequences.Count; at = next)
            {
                next = at + 1;
                while (next < sequences.Count && sequences[next] - sequences[next - 1] <= 1)
                    next++;
                Merge(device, (sequences[at], sequences[next - 1]), now.ToUnixTimeMilliseconds());
            }
        }
    }

    public void Clear() => _pending.Clear();

    public void Dispose()
    {
        _touching.Dispose();
        _remove.Dispose();
        _extend.Dispose();
        _insert.Dispose();
    }

    private void Merge(string device, (long First, long Last) added, long now)
    {
        var absorbed = new List<(long First, long Last)>();
        var (first, last) = added;
        var since = now;
        _touching.Each(
            row =>
            {
                var (low, high) = (raw.sqlite3_column_int64(row, 0), raw.sqlite3_column_int64(row, 1));
                if (high < added.First - 1)
                    return false;
                absorbed.Add((low, high));
                (first, last, since) = (Math.Min(first, low), Math.Max(last, high), Math.Min(since, raw.sqlite3_column_int64(row, 2)));
                return true;
            },
            device, added.Last + 1);

        // Nearly always: a device goes on where it was.
        if (absorbed is [var only] && only.First == first)
        {
            if (only.Last != last)
                _extend.Run(last, since, device, first);
            return;
        }

        foreach (var range in absorbed)
            _remove.Run(device, range.First);
        _insert.Run(device, first, last, since);
    }
}
