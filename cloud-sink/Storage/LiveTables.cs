using System.Text;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>
/// What each commit stored, in the order of the commits, for those who listen: any sink may read what any other has committed. Kept for minutes; the
/// records themselves stay where they are.
/// </summary>
internal sealed class LiveTables(Database database)
{
    /// <summary>How long a listener may be away and still miss nothing.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(10);

    /// <summary>Of <see cref="KeysOf"/>, as a part of the records' transaction; the time in Unix milliseconds comes first.</summary>
    public const string NoteSql = "INSERT INTO live_batch (at, keys) VALUES ($1, $2)";

    /// <summary>Which records of a batch are new, a line for each; null where none is.</summary>
    public static string? KeysOf(IReadOnlyList<IncomingRecord> batch, IReadOnlyList<IngestOutcome> outcomes)
    {
        var keys = new StringBuilder();
        for (var i = 0; i < batch.Count; i++)
        {
            if (outcomes[i] == IngestOutcome.Stored)
                keys.Append(batch[i].Record.Zone).Append(' ').Append(batch[i].Record.WindowIndex).Append(' ').Append(batch[i].Device).Append('\n');
        }

        return keys.Length == 0 ? null : keys.ToString();
    }

    /// <summary>The oldest and the newest commit that are known; zeros where there is none.</summary>
    public (long Oldest, long Newest) Bounds() =>
        database.Read("SELECT coalesce(min(id), 0), coalesce(max(id), 0) FROM live_batch", row => (row.GetInt64(0), row.GetInt64(1)))[0];

    /// <summary>The commits after one, oldest first.</summary>
    public IReadOnlyList<LiveBatch> After(long id, int limit) => database.Read(
        "SELECT id, keys FROM live_batch WHERE id > $1 ORDER BY id LIMIT $2",
        row => new LiveBatch(row.GetInt64(0), [.. row.GetString(1).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(LiveKey.Read)]), id, limit);

    /// <summary>The exact bytes of a record; null where another payload came for its key meanwhile.</summary>
    public byte[]? Payload(LiveKey key) => database.Read(
        "SELECT payload FROM record WHERE zone = $1 AND window_index = $2 AND device = $3 AND disputed = 0",
        row => row.GetFieldValue<byte[]>(0), key.Zone, key.Window, key.Device).FirstOrDefault();

    /// <summary>Forgets what is too old. The newest stays, so that a listener who comes back can be told whether it missed something.</summary>
    public int Forget(DateTimeOffset now) => database.Run(
        "DELETE FROM live_batch WHERE at < $1 AND id < (SELECT max(id) FROM live_batch)", (now - KeptFor).ToUnixTimeMilliseconds());
}

/// <summary>One commit.</summary>
internal sealed record LiveBatch(long Id, IReadOnlyList<LiveKey> Keys);

/// <summary>Which record.</summary>
internal readonly record struct LiveKey(string Zone, long Window, string Device)
{
    public static LiveKey Read(string line) => line.Split(' ') is [var zone, var window, var device]
        ? new(zone, long.Parse(window, System.Globalization.CultureInfo.InvariantCulture), device)
        : throw new InvalidOperationException("The list of what was committed was changed by another hand.");
}
