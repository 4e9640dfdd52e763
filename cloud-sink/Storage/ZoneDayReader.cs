using System.Data.Common;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>
/// The day rows of many zones, zone by zone, as a stream: a city of a million zones takes no more room than one of ten. Several may read beside
/// each other, each a range of its own.
/// </summary>
internal sealed class ZoneDayReader(Database database)
{
    private const string Columns = "d.zone, d.day, d.windows, d.released, d.seconds, d.coverage, d.passages";

    /// <summary>Ranges that hold every name there can be, each with about as many zones as asked for.</summary>
    public List<ZoneRange> Ranges(int zones)
    {
        var ranges = new List<ZoneRange>();
        do
            ranges.Add(RangeAfter(ranges.Count == 0 ? "" : ranges[^1].UpTo, zones));
        while (ranges[^1].UpTo.Length > 0);
        return ranges;
    }

    /// <summary>The next so many zones after a name; to the end where there are fewer.</summary>
    public ZoneRange RangeAfter(string after, int zones) =>
        database.Read("SELECT zone FROM zone WHERE zone > $1 ORDER BY zone LIMIT 1 OFFSET $2", row => row.GetString(0), after, zones - 1) is [var upTo]
            ? new ZoneRange(after, upTo)
            : new ZoneRange(after, "");

    /// <summary>Gives each zone of a range that has days between two days (UTC, both included), oldest day first.</summary>
    /// <param name="range">Which zones.</param>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day.</param>
    /// <param name="zone">Takes a zone's name and its days; the list is the taker's.</param>
    /// <param name="countsFrom">Days before it come without the counts of behaviours, which are most of what is to be read.</param>
    public void Read(ZoneRange range, DateOnly from, DateOnly to, Action<string, List<ZoneDay>> zone, DateOnly countsFrom = default)
    {
        var days = new List<ZoneDay>();
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        database.Each(
            $"SELECT {Columns}, c.behaviour, c.count FROM zone_day d LEFT JOIN zone_day_count c ON c.zone = d.zone AND c.day = d.day AND c.day >= $3 "
            + $"WHERE d.zone > $4 {(range.UpTo.Length > 0 ? "AND d.zone <= $5 " : "")}AND d.day BETWEEN $1 AND $2 AND d.windows > 0 ORDER BY d.zone, d.day",
            Take, [from.DayNumber, to.DayNumber, countsFrom.DayNumber, range.After, .. range.UpTo.Length > 0 ? new object?[] { range.UpTo } : []]);
        if (days.Count > 0)
            zone(days[0].Zone, days);

        void Take(DbDataReader row)
        {
            var date = DateOnly.FromDayNumber((int)row.GetInt64(1));
            if (days.Count == 0 || days[^1].Date != date || !IsOf(row, days[^1].Zone))
            {
                var next = DayOf(row, date, days.Count > 0 && IsOf(row, days[^1].Zone) ? days[^1].Zone : row.GetString(0));
                if (days.Count > 0 && days[^1].Zone != next.Day.Zone)
                {
                    zone(days[0].Zone, days);
                    days = [];
                }

                days.Add(next.Day);
                counts = next.Counts;
            }

            if (!row.IsDBNull(7))
                counts.Add(row.GetString(7), row.GetInt64(8));
        }
    }

    private static bool IsOf(DbDataReader row, string zone) => row.GetString(0) == zone;

    private static (ZoneDay Day, Dictionary<string, long> Counts) DayOf(DbDataReader row, DateOnly date, string zone)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var day = new ZoneDay(
            zone, date, (int)row.GetInt64(2), (int)row.GetInt64(3), row.GetInt64(4), (int)row.GetInt64(5), row.GetInt64(6), counts);
        return (day, counts);
    }
}

/// <summary>The zones whose names come after one and not after another, in the order of the database.</summary>
/// <param name="After">Not itself in the range; empty for all from the first on.</param>
/// <param name="UpTo">The last one; empty for all to the end.</param>
internal readonly record struct ZoneRange(string After, string UpTo)
{
    public static ZoneRange All { get; } = new("", "");
}
