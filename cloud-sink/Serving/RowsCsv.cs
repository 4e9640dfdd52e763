using CsvHelper;
using SocialCredit.Edge.Contract;
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
        var days = rows.ToArray();
        var counted = days.SelectMany(row => row.Counts.Keys).Distinct().ToHashSet();
        string[] columns = [.. behaviours.Where(counted.Remove)];
        using var csv = Begin(to, columns = [.. columns, .. counted.Order(StringComparer.Ordinal)]);
        Add(csv, zone, days, columns);
    }

    /// <summary>
    /// The columns of behaviours of a file that holds any number of zones and is written as a stream: <paramref name="behaviours"/> in their order,
    /// then all others that can be counted, since nobody knows yet whether one will be.
    /// </summary>
    public static string[] ColumnsOfAll(IEnumerable<string> behaviours)
    {
        var others = Behaviours.All.Where(known => known.Sign is not (BehaviourSign.Exposure or BehaviourSign.Local)).Select(known => known.Name);
        return [.. behaviours.Concat(others).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Writes the first line.</summary>
    public static CsvWriter Begin(TextWriter to, IEnumerable<string> columns)
    {
        var csv = CsvWriter.Create(to, CsvWriterOptions.Default with { NewLine = "\n" }, leaveOpen: true);
        foreach (var column in FixedColumns.Concat(columns))
            csv.WriteField(column);
        csv.EndRecord();
        return csv;
    }

    /// <summary>Writes a zone's days, oldest first.</summary>
    public static void Add(CsvWriter csv, string zone, IEnumerable<DayRow> rows, IReadOnlyList<string> columns)
    {
        foreach (var row in rows.OrderBy(row => row.Date))
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
