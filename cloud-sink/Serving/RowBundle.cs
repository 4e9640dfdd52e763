using System.Globalization;
using CsvHelper;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>
/// The public rows of all zones in one ISO week, Monday to Sunday UTC (ISO 8601: the week of the year's first Thursday is W01), zone by zone. Every week has
/// the same columns, so that weeks can be put one behind the other: the policy's behaviours, then all others that there are.
/// </summary>
internal sealed class RowBundle(IEventStore store, Policy policy)
{
    // Rows of a few hundred zones are held at once, whatever the city.
    private const int ZonesAtOnce = 1000;

    private readonly ZoneDayReader _reader = new(store.Database);

    /// <summary>The columns of counts.</summary>
    public IReadOnlyList<string> Columns { get; } = [.. policy.Behaviours.Keys
        .Concat(Behaviours.All.Where(one => one.Sign is BehaviourSign.Good or BehaviourSign.Bad or BehaviourSign.Observed).Select(one => one.Name)).Distinct()];

    /// <summary>The Monday of a week that is written as 2026-W47; null for anything else.</summary>
    public static DateOnly? MondayOf(string week) =>
        week.Length == 8 && week[4] == '-' && week[5] == 'W'
        && int.TryParse(week.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is >= 2000 and <= 2199
        && int.TryParse(week.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= ISOWeek.GetWeeksInYear(year)
            ? DateOnly.FromDateTime(ISOWeek.ToDateTime(year, number, DayOfWeek.Monday))
            : null;

    /// <summary>How the week of a day is written.</summary>
    public static string WeekOf(DateOnly day)
    {
        var date = day.ToDateTime(TimeOnly.MinValue);
        return string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(date):0000}-W{ISOWeek.GetWeekOfYear(date):00}");
    }

    public Task WriteParquetAsync(DateOnly monday, Stream to, CancellationToken cancellation) =>
        RowsParquet.WriteAsync(to, Groups(monday), Columns, cancellation);

    public void WriteCsv(DateOnly monday, TextWriter to)
    {
        using var csv = CsvWriter.Create(to, CsvWriterOptions.Default with { NewLine = "\n" }, leaveOpen: true);
        foreach (var column in RowsCsv.FixedColumns.Concat(Columns))
            csv.WriteField(column);
        csv.EndRecord();
        foreach (var (zone, row) in Groups(monday).SelectMany(group => group))
        {
            csv.WriteField(zone);
            csv.WriteField(row.Date);
            csv.WriteField(row.Windows);
            csv.WriteField(row.Released);
            csv.WriteField(row.Passages);
            foreach (var column in Columns)
                csv.WriteField(row.Counts.TryGetValue(column, out var count) ? count : (long?)null);
            csv.EndRecord();
        }
    }

    private IEnumerable<IReadOnlyList<(string Zone, DayRow Row)>> Groups(DateOnly monday)
    {
        foreach (var range in _reader.Ranges(ZonesAtOnce))
        {
            var rows = new List<(string Zone, DayRow Row)>();
            _reader.Read(range, monday, monday.AddDays(6), (zone, days) => rows.AddRange(days.Select(day => (zone, ScoreBook.RowOf(day)))));
            yield return rows;
        }
    }
}
