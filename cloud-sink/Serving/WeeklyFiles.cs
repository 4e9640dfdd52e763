using System.Globalization;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>What is public of a week: the rows of all zones, and the scores that were published of them. Weeks are those of ISO 8601, from Monday on.</summary>
internal sealed class WeeklyFiles(IEventStore store, ActivePolicy policy)
{
    private readonly ZoneDayReader _reader = new(store.Database);
    private readonly ScoreTables _tables = new(store.Database);

    /// <summary><c>2026-W47</c> as its Monday; null for anything else.</summary>
    public static DateOnly? MondayOf(string week)
    {
        var parts = week.Split("-W");
        return parts is [{ Length: 4 } year, { Length: 2 } number]
            && int.TryParse(year, NumberStyles.None, CultureInfo.InvariantCulture, out var y) && y is >= 2000 and <= 2199
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var w) && w >= 1 && w <= ISOWeek.GetWeeksInYear(y)
                ? DateOnly.FromDateTime(ISOWeek.ToDateTime(y, w, DayOfWeek.Monday))
                : null;
    }

    /// <summary>The week of a day, <c>2026-W47</c>.</summary>
    public static string NameOf(DateOnly day)
    {
        var at = day.ToDateTime(TimeOnly.MinValue);
        return string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(at):0000}-W{ISOWeek.GetWeekOfYear(at):00}");
    }

    /// <summary>The weeks of which there is a row, the first one first.</summary>
    public IReadOnlyList<string> Weeks() =>
        store.Database.Read(
            "SELECT COALESCE(MIN(first_start), -1), COALESCE(MAX(last_start), -1) FROM zone",
            row => (First: DayOf(row.GetInt64(0)), Last: DayOf(row.GetInt64(1))))[0] is { First.Year: >= 2000 } span
            ? [.. Enumerable.Range(0, (span.Last.DayNumber - span.First.DayNumber) / 7 + 2).Select(week => span.First.AddDays(7 * week))
                .Select(NameOf).TakeWhile(week => MondayOf(week) <= span.Last)]
            : [];

    /// <summary>Writes the rows of a range of zones; a part of a file where the range is one.</summary>
    public void WriteRows(TextWriter to, ZoneRange range, DateOnly monday)
    {
        var columns = RowsCsv.ColumnsOfAll(policy.Current.Policy.Behaviours.Keys);
        using var csv = RowsCsv.Begin(to, columns);
        _reader.Read(range, monday, monday.AddDays(6), (zone, days) => RowsCsv.Add(csv, zone, days.Select(ScoreBook.RowOf), columns), monday);
    }

    /// <summary>Writes the published scores of a range of zones, with every revision.</summary>
    public void WriteScores(TextWriter to, ZoneRange range, DateOnly monday)
    {
        using var csv = ScoresCsv.Begin(to);
        _tables.EachPublished(range, monday, monday.AddDays(6), day => ScoresCsv.Add(csv, day));
    }

    private static DateOnly DayOf(long seconds) => DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime);

    /// <summary>The next zones after a name, as many as are served at once.</summary>
    public ZoneRange RangeAfter(string after, int zones) => _reader.RangeAfter(after, zones);
}
