using Microsoft.Data.Sqlite;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>Notes what a batch adds to <see cref="SequenceTable"/> on the one writing connection.</summary>
internal sealed class SqliteSequences(SqliteConnection connection) : IDisposable
{
    private readonly SqliteStatement _touching = new(connection,
        "SELECT first, last, since FROM sequence_range WHERE device = $1 AND first <= $2 ORDER BY first DESC");

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

    public void Dispose()
    {
        _touching.Dispose();
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
            _remove.Run(device, start);
        _insert.Run(device, first, last, since);
    }
}
