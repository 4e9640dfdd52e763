using Microsoft.Data.Sqlite;

namespace SocialCredit.Edge.Forwarding;

/// <summary>
/// Reads whole records out of a damaged outbox: not by the database's index, which may be what is damaged, but by searching its file
/// and its write-ahead log for sealed records from end to end.
/// </summary>
internal static class OutboxSalvage
{
    private const int ChunkBytes = 1 << 16;

    /// <summary>Every whole record that lies in the files by its sequence, those too that had left and were not yet overwritten.</summary>
    public static SortedDictionary<uint, SealedRecord> Read(string path)
    {
        var found = new SortedDictionary<uint, SealedRecord>();
        foreach (var file in (string[])[path, path + "-wal"])
        {
            if (File.Exists(file))
                Search(file, found);
        }

        return found;
    }

    /// <summary>
    /// How many records damage took: those that are neither found whole nor known to be with the sink. At most, where the sink has some of
    /// which its last word had not come; exact where not.
    /// </summary>
    /// <param name="tally">What there was, or null if that is not known: then what is missing between those found, and at least 1.</param>
    /// <param name="found">Sequences of the records that wait and were found.</param>
    public static int Lost(Tally? tally, IReadOnlySet<uint> found)
    {
        if (tally is null)
            return Math.Max(1, found.Count == 0 ? 0 : checked((int)Math.Min(int.MaxValue, found.Max() - found.Min() + 1L - found.Count)));
        var lost = 0;
        for (long sequence = tally.First; sequence <= tally.Last && lost < tally.Depth; sequence++)
        {
            if (!found.Contains((uint)sequence) && tally.Received?.Covers((uint)sequence) != true)
                lost++;
        }

        return lost;
    }

    /// <summary>
    /// Windows that were drawn and have left: of these there is nothing but a row of the database, so it is asked from both ends and by its
    /// index for as far as it answers. A row that damage changed does not count; one that is missing costs a second draw of its window.
    /// </summary>
    public static Dictionary<string, (uint Sequence, long DrawnAt)> Drawn(string path)
    {
        var drawn = new Dictionary<string, (uint Sequence, long DrawnAt)>(StringComparer.Ordinal);
        foreach (var query in (string[])
            [
                "SELECT id, sequence, drawn_at FROM drawn WHERE seal = seal_of(id, drawn_at) ORDER BY id",
                "SELECT id, sequence, drawn_at FROM drawn WHERE seal = seal_of(id, drawn_at) ORDER BY id DESC",
                "SELECT id, 0, drawn_at FROM drawn INDEXED BY drawn_by_time WHERE seal = seal_of(id, drawn_at) ORDER BY drawn_at DESC",
            ])
        {
            try
            {
                OutboxDatabase.Salvage(path, query, row => drawn.TryAdd(row.GetString(0), ((uint)row.GetInt64(1), row.GetInt64(2))));
            }
            catch (Exception damaged) when (damaged is SqliteException or InvalidCastException or InvalidOperationException)
            {
                // So far it answered.
            }
        }

        return drawn;
    }

    private static void Search(string path, SortedDictionary<uint, SealedRecord> found)
    {
        // Each chunk goes on a record's length into the next, so that no record is cut by a border.
        var buffer = new byte[ChunkBytes + OutboxSeal.BytesMax];
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        for (var (at, length) = (0L, RandomAccess.GetLength(file)); at < length; at += ChunkBytes)
        {
            var chunk = buffer.AsSpan(0, ReadAt(file, buffer, at));
            var from = 0;
            while (from < Math.Min(chunk.Length, ChunkBytes) && chunk[from..].IndexOf(OutboxSeal.Mark) is >= 0 and var next)
            {
                from += next;
                if (OutboxSeal.Open(chunk[from..]) is { } whole)
                    found[whole.Entry.Sequence] = whole;
                from += OutboxSeal.Mark.Length;
            }
        }
    }

    /// <summary>What the disk gives; a part that it cannot read any more is as good as damaged.</summary>
    private static int ReadAt(Microsoft.Win32.SafeHandles.SafeFileHandle file, byte[] buffer, long at)
    {
        try
        {
            return RandomAccess.Read(file, buffer, at);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
