using CsvHelper;
using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>
/// The public rows: <c>zone,date,windows,released,passages</c> and one column for each behaviour. A column that is missing, or
/// an empty cell, means that the behaviour was not measured there; a 0 means that nothing happened.
/// </summary>
internal static class RowsCsv
{
    public static readonly string[] FixedColumns = ["zone", "date", "windows", "released", "passages"];

    /// <summary>Writes one zone's days; <paramref name="behaviours"/> come first, in their order, then what else was counted, by name.</summary>
    public static void Write(TextWriter to, string zone, IEnumerable<DayRow> rows, IEnumerable<string> behaviours)
    {
        var days = rows.OrderBy(row => row.Date).ToArray();
        var counted = days.SelectMany(row => row.Counts.Keys).Distinct().ToHashSet();
        string[] columns = [.. behaviours.Where(counted.Remove)];
        columns = [.. columns, .. counted.Order(StringComparer.Ordinal)];

        using var csv = CsvWriter.Create(to, CsvWriterOptions.Default with { NewLine = "\n" }, leaveOpen: true);
        foreach (var column in FixedColumns.Concat(columns))
            csv.WriteField(column);
        csv.EndRecord();
        foreach (var row in days)
        {
            csv.WriteField(zone);
            csv.WriteField(row.Date);
            csv.WriteField(row.Windows);
            csv.WriteField(row.Released);
            csv.WriteField(row.Passages);
            foreach (var column in columns)
                csv.WriteField(row.Counts.TryGetValue(column, out var count) ? count : (long?)null);
            csv.EndRecord();
        }
    }
}
