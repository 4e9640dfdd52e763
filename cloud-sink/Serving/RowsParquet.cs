using Parquet;
using Parquet.Schema;
using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>
/// The public rows as Apache Parquet (https://parquet.apache.org/docs/file-format/): the columns of <see cref="RowsCsv"/>, whole numbers of 64 bits; where a
/// behaviour was not measured its cell is null. One row group for each group that is given.
/// </summary>
internal static class RowsParquet
{
    public const string ContentType = "application/vnd.apache.parquet";

    /// <param name="to">Can seek; stays the caller's.</param>
    /// <param name="groups">Zones with their days; empty groups are left out.</param>
    /// <param name="behaviours">The columns after the fixed ones.</param>
    /// <param name="cancellation">Ends it, and leaves a file that nobody can read.</param>
    public static async Task WriteAsync(
        Stream to, IEnumerable<IReadOnlyList<(string Zone, DayRow Row)>> groups, IReadOnlyList<string> behaviours, CancellationToken cancellation)
    {
        DataField zone = new DataField<string>("zone", false), date = new DataField<DateOnly>("date", false);
        DataField windows = new DataField<long>("windows", false), released = new DataField<long>("released", false), passages = new DataField<long>("passages", false);
        DataField[] counts = [.. behaviours.Select(name => new DataField<long>(name, true))];
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema([zone, date, windows, released, passages, .. counts]), to, cancellationToken: cancellation);
        foreach (var rows in groups.Where(group => group.Count > 0))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(zone, [.. rows.Select(row => row.Zone)]);
            await group.WriteAsync<DateOnly>(date, rows.Select(row => row.Row.Date).ToArray(), cancellationToken: cancellation);
            await group.WriteAsync<long>(windows, rows.Select(row => (long)row.Row.Windows).ToArray(), cancellationToken: cancellation);
            await group.WriteAsync<long>(released, rows.Select(row => (long)row.Row.Released).ToArray(), cancellationToken: cancellation);
            await group.WriteAsync<long>(passages, rows.Select(row => row.Row.Passages).ToArray(), cancellationToken: cancellation);
            foreach (var (field, name) in counts.Zip(behaviours))
            {
                var values = rows.Select(row => row.Row.Counts.TryGetValue(name, out var count) ? count : (long?)null).ToArray();
                await group.WriteAsync<long>(field, values, cancellationToken: cancellation);
            }
        }
    }
}
