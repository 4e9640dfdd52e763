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
    // More would make the retained message long.
    private const int GapsMax = 64;

    // Of each device the newest ranges, and the lowest.
    private const string NewestSql =
        "SELECT device, first, last FROM (SELECT device, first, last, row_number() OVER (PARTITION BY device ORDER BY first DESC) AS newest, "
        + "row_number() OVER (PARTITION BY device ORDER BY first) AS lowest FROM sequence_range WHERE device IN (";

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
        var ranges = new Dictionary<string, List<(uint First, uint Last)>>(StringComparer.Ordinal);
        var places = string.Join(", ", Enumerable.Range(1, devices.Count).Select(number => string.Create(CultureInfo.InvariantCulture, $"${number}")));
        database.Each(
            $"{NewestSql}{places})) AS ranges WHERE newest <= {GapsMax} OR lowest = 1 ORDER BY device, first DESC",
            row =>
            {
                var device = row.GetString(0);
                if (!ranges.TryGetValue(device, out var ofDevice))
                    ranges.Add(device, ofDevice = []);
                ofDevice.Add(((uint)row.GetInt64(1), (uint)row.GetInt64(2)));
            },
            [.. devices]);
        return [.. devices.Select(device => ranges.TryGetValue(device, out var ofDevice) ? ReceivedOf(ofDevice) : new Received(0, 0, []))];
    }

    /// <param name="ranges">The newest first, the lowest last.</param>
    private static Received ReceivedOf(List<(uint First, uint Last)> ranges)
    {
        var upTo = ranges[^1].First <= 1 ? ranges[^1].Last : 0;
        var gaps = new List<uint[]>();
        var told = Math.Min(ranges.Count, GapsMax);
        for (var i = 1; i < told; i++)
            gaps.Add([ranges[i].Last + 1, ranges[i - 1].First - 1]);
        if (ranges[told - 1].First > upTo + 1)
            gaps.Add([upTo + 1, ranges[told - 1].First - 1]);
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
