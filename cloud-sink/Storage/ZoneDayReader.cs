using System.Globalization;
using SocialCredit.Edge.Contract;

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
        database.Each(
            $"SELECT {Columns}, string_agg(c.behaviour || '=' || c.count, ' ') FROM zone_day d "
            + "LEFT JOIN zone_day_count c ON c.zone = d.zone AND c.day = d.day AND c.day >= $3 "
            + $"WHERE d.zone > $4 {(range.UpTo.Length > 0 ? "AND d.zone <= $5 " : "")}AND d.day BETWEEN $1 AND $2 AND d.windows > 0 "
            + "GROUP BY d.zone, d.day ORDER BY d.zone, d.day",
            row =>
            {
                var name = row.GetString(0);
                if (days.Count > 0 && days[^1].Zone != name)
                {
                    zone(days[0].Zone, days);
                    days = new List<ZoneDay>(days.Count);
                }

                days.Add(new ZoneDay(
                    days.Count > 0 ? days[0].Zone : name, DateOnly.FromDayNumber((int)row.GetInt64(1)), (int)row.GetInt64(2), (int)row.GetInt64(3), row.GetInt64(4),
                    (int)row.GetInt64(5), row.GetInt64(6), row.IsDBNull(7) ? [] : CountsIn(row.GetString(7))));
            },
            [from.DayNumber, to.DayNumber, countsFrom.DayNumber, range.After, .. range.UpTo.Length > 0 ? new object?[] { range.UpTo } : []]);
        if (days.Count > 0)
            zone(days[0].Zone, days);
    }

    // One text a day: a row for each behaviour of each day would be four times as many to carry.
    private static Dictionary<string, long> CountsIn(ReadOnlySpan<char> text)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var part in text.Split(' '))
        {
            var one = text[part];
            var at = one.IndexOf('=');
            var name = Known.TryGetValue(one[..at], out var known) ? known : one[..at].ToString();
            counts.Add(name, long.Parse(one[(at + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
        }

        return counts;
    }

    private static readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> Known =
        Behaviours.All.ToDictionary(known => known.Name, known => known.Name, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
}
