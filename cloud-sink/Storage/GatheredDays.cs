using System.Runtime.InteropServices;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>
/// The day rows of tens of thousands of zones, read in the order in which they lie on the disk and sorted by zone here. A zone's rows lie as many places
/// apart as it has days, and to look each up costs several times what it costs to read them all in one go. A zone of four weeks with two behaviours takes about
/// 2 KB.
/// </summary>
internal sealed class GatheredDays
{
    // Of so many zones it pays to say beforehand that there will be many rows.
    private const int LargeMin = 1000;

    private readonly Dictionary<string, int> _zones;
    private readonly List<Day>?[] _days;
    private readonly List<Count>?[] _counts;
    private readonly List<string> _names = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    private GatheredDays(IReadOnlyList<string> zones)
    {
        _zones = new Dictionary<string, int>(zones.Count, StringComparer.Ordinal);
        for (var i = 0; i < zones.Count; i++)
            _zones.Add(zones[i], i);
        (_days, _counts) = (new List<Day>[zones.Count], new List<Count>[zones.Count]);
    }

    /// <summary>Reads the days between two (UTC, both included), as they are at one moment.</summary>
    /// <param name="database">From where.</param>
    /// <param name="choice">Among these zones.</param>
    /// <param name="zones">Those of them that are wanted.</param>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day.</param>
    /// <param name="countsFrom">Days before it come without the counts of behaviours, which are most of what is to be read.</param>
    public static GatheredDays Read(Database database, ZoneChoice choice, IReadOnlyList<string> zones, DateOnly from, DateOnly to, DateOnly countsFrom)
    {
        var gathered = new GatheredDays(zones);
        var where = $"day BETWEEN $1 AND $2 AND {choice.Where(3)}";
        database.Snapshot(turn =>
        {
            turn.Each(
                $"SELECT zone, day, windows, released, seconds, coverage, passages FROM zone_day WHERE {where} AND windows > 0",
                row => gathered.Add(row.GetString(0), new Day(
                    (int)row.GetInt64(1), (int)row.GetInt64(2), (int)row.GetInt64(3), (int)row.GetInt64(5), row.GetInt64(4), row.GetInt64(6))),
                Bounds(from));
            turn.Each(
                $"SELECT zone, day, behaviour, count FROM zone_day_count WHERE {where}",
                row => gathered.Add(row.GetString(0), new Count((int)row.GetInt64(1), gathered.NumberOf(row.GetString(2)), row.GetInt64(3))),
                Bounds(countsFrom > from ? countsFrom : from));
            return 0;
        }, isLarge: zones.Count > LargeMin);
        return gathered;

        object?[] Bounds(DateOnly first) => [first.DayNumber, to.DayNumber, .. choice.Values];
    }

    /// <summary>The days of a zone, oldest first; they are let go of here.</summary>
    public List<ZoneDay> Take(string zone)
    {
        if (!_zones.Remove(zone, out var at) || _days[at] is not { } days)
            return [];
        var counts = CollectionsMarshal.AsSpan(_counts[at]);
        days.Sort((one, other) => one.Date.CompareTo(other.Date));
        counts.Sort((one, other) => one.Date.CompareTo(other.Date));
        var taken = new List<ZoneDay>(days.Count);
        foreach (var day in days)
        {
            while (counts.Length > 0 && counts[0].Date < day.Date)
                counts = counts[1..];
            var ofDay = new Dictionary<string, long>(StringComparer.Ordinal);
            for (; counts.Length > 0 && counts[0].Date == day.Date; counts = counts[1..])
                ofDay.Add(_names[counts[0].Name], counts[0].Value);
            taken.Add(new ZoneDay(zone, DateOnly.FromDayNumber(day.Date), day.Windows, day.Released, day.Seconds, day.Coverage, day.Passages, ofDay));
        }

        (_days[at], _counts[at]) = (null, null);
        return taken;
    }

    private void Add(string zone, Day day)
    {
        // A zone that came after the list was made is another part's, or the next night's.
        if (_zones.TryGetValue(zone, out var at))
            (_days[at] ??= []).Add(day);
    }

    private void Add(string zone, Count count)
    {
        if (_zones.TryGetValue(zone, out var at))
            (_counts[at] ??= []).Add(count);
    }

    private int NumberOf(string name)
    {
        if (_numbers.TryGetValue(name, out var number))
            return number;
        _names.Add(name);
        return _numbers[name] = _names.Count - 1;
    }

    private readonly record struct Day(int Date, int Windows, int Released, int Coverage, long Seconds, long Passages);

    private readonly record struct Count(int Date, int Name, long Value);
}
