using System.Globalization;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>
/// Which sequences of each device are committed, as ranges that never touch: a few rows, however long a device lives. Each range
/// remembers when it first came. A gap is known since anything above it came, so none is younger than the one above it, and
/// what closes by age is always everything up to some range.
/// </summary>
internal static class SequenceTable
{
    // Of each device the newest ranges, and the lowest: each is found by the key, however many there are. More than 64 would make the retained message long.
    private const string NewestSql =
        "SELECT column1, (SELECT string_agg(first || '-' || last, ',') FROM (SELECT first, last FROM sequence_range WHERE device = column1 ORDER BY first DESC LIMIT 64) "
        + "AS newest), (SELECT first || '-' || last FROM sequence_range WHERE device = column1 ORDER BY first LIMIT 1) FROM (VALUES ";

    /// <summary>
    /// The ranges of each device in the contract's form, in the order of the devices; one query, so some hundreds of them at most. Where there are too many
    /// gaps the oldest become one until they close by age. That claims less than is true: at worst a committed record between two of them comes again for
    /// some days. The newest are told exactly, so that whatever a device sends now is covered at once; telling the oldest
    /// instead would hold up everything new behind them.
    /// </summary>
    public static IReadOnlyList<Received> Of(Database database, IReadOnlyList<string> devices)
    {
        if (devices.Count == 0)
            return [];
        var told = new Dictionary<string, Received>(StringComparer.Ordinal);
        var places = string.Join(", ", Enumerable.Range(1, devices.Count).Select(number => string.Create(CultureInfo.InvariantCulture, $"(${number})")));
        database.Each(
            $"{NewestSql}{places}) AS asked",
            row => told[row.GetString(0)] = row.IsDBNull(1) ? new Received(0, 0, []) : ReceivedOf(RangesOf(row.GetString(1)), RangesOf(row.GetString(2))[0]),
            [.. devices]);
        return [.. devices.Select(device => told[device])];
    }

    /// <summary>The newest first.</summary>
    private static List<(uint First, uint Last)> RangesOf(string text) =>
        [.. text.Split(',').Select(range => range.Split('-') is [var first, var last] ? (Number(first), Number(last)) : default).OrderByDescending(range => range.Item1)];

    private static uint Number(string text) => uint.Parse(text, CultureInfo.InvariantCulture);

    private static Received ReceivedOf(List<(uint First, uint Last)> ranges, (uint First, uint Last) lowest)
    {
        var upTo = lowest.First <= 1 ? lowest.Last : 0;
        var gaps = new List<uint[]>();
        for (var i = 1; i < ranges.Count; i++)
            gaps.Add([ranges[i].Last + 1, ranges[i - 1].First - 1]);
        if (ranges[^1].First > upTo + 1)
            gaps.Add([upTo + 1, ranges[^1].First - 1]);
        gaps.Reverse();
        return new Received(upTo, ranges[0].Last, gaps);
    }

    /// <summary>
    /// Closes every gap that is known since <paramref name="limit"/> or longer. The one below a device's first range closes
    /// too, but is not among the results: an outbox starts at some large number, so nobody knows whether anything was in it.
    /// </summary>
    public static List<ClosedGap> Close(Database.Turn turn, DateTimeOffset limit)
    {
        // A range from 1 on has nothing below it.
        var overdue = turn.Read(
            "SELECT device, MAX(first) FROM sequence_range WHERE since <= $1 AND first > 1 GROUP BY device",
            row => (Device: row.GetString(0), Top: row.GetInt64(1)), limit.ToUnixTimeMilliseconds());
        var closed = new List<ClosedGap>();
        foreach (var (device, top) in overdue)
        {
            var ranges = turn.Read(
                "SELECT first, last FROM sequence_range WHERE device = $1 AND first <= $2 ORDER BY first DESC",
                row => (First: row.GetInt64(0), Last: row.GetInt64(1)), device, top);
            for (var i = ranges.Count - 1; i > 0; i--)
                closed.Add(new ClosedGap(device, (uint)ranges[i].Last + 1, (uint)ranges[i - 1].First - 1));
            turn.Run("DELETE FROM sequence_range WHERE device = $1 AND first <= $2", device, top);
            turn.Run(
                "INSERT INTO sequence_range (device, first, last, since) VALUES ($1, $2, $3, $4)",
                device, Math.Min(1, ranges[^1].First), ranges[0].Last, limit.ToUnixTimeMilliseconds());
        }

        return closed;
    }
}
