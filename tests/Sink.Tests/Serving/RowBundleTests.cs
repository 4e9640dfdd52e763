using System.Globalization;
using System.Net;
using Parquet;
using SocialCredit.Edge.Sink.Serving;

namespace SocialCredit.Edge.Sink.Tests.Serving;

/// <summary>The rows of all zones, as CSV and as Parquet: both say the same as the store.</summary>
public sealed class RowBundleTests(ServedCity city, ITestOutputHelper output) : IClassFixture<ServedCity>
{
    private readonly ServedSink _sink = city.Sink;

    [Fact]
    public async Task A_week_as_Parquet_says_what_it_says_as_CSV_and_that_is_what_each_zone_says()
    {
        var lines = (await _sink.Client.GetStringAsync("/api/rows/2026-W47.csv")).TrimEnd('\n').Split('\n');
        var columns = lines[0].Split(',');
        var read = await ReadAsync("/api/rows/2026-W47.parquet", columns);

        Assert.Equal(lines.Skip(1), read);
        Assert.Equal(7, lines.Count(line => line.StartsWith("crossing-north,", StringComparison.Ordinal)));
        var own = (await _sink.Client.GetStringAsync("/api/zones/crossing-north/rows.csv")).TrimEnd('\n').Split('\n');
        var first = own[0].Split(',').Length;
        Assert.All(lines.Where(line => line.StartsWith("crossing-north,", StringComparison.Ordinal)), line => Assert.Contains(string.Join(',', line.Split(',').Take(first)), own));
        output.WriteLine($"{lines.Length - 1} rows of {columns.Length} columns");
    }

    [Fact]
    public async Task A_zone_as_Parquet_says_what_it_says_as_CSV()
    {
        var lines = (await _sink.Client.GetStringAsync("/api/zones/new-footbridge/rows.csv")).TrimEnd('\n').Split('\n');

        Assert.Equal(lines.Skip(1), await ReadAsync("/api/zones/new-footbridge/rows.parquet", lines[0].Split(',')));
    }

    [Fact]
    public async Task Weeks_are_listed_without_a_hole_and_end_with_this_one()
    {
        var weeks = System.Text.Json.JsonDocument.Parse(await _sink.Client.GetStringAsync("/api/rows")).RootElement.EnumerateArray().ToList();

        Assert.Equal("2026-W47", weeks[^1].GetProperty("week").GetString());
        Assert.False(weeks[^1].GetProperty("complete").GetBoolean());
        Assert.True(weeks[0].GetProperty("complete").GetBoolean());
        Assert.Equal(7, weeks.Count);
        foreach (var week in weeks)
            Assert.Equal(HttpStatusCode.OK, (await _sink.Client.GetAsync(week.GetProperty("csv").GetString())).StatusCode);
    }

    [Fact]
    public async Task A_week_that_is_none_is_a_bad_parameter() =>
        Assert.Contains("\"week\"", await (await _sink.Client.GetAsync("/api/rows/2026-W54.parquet")).Content.ReadAsStringAsync(), StringComparison.Ordinal);

    /// <summary>The rows as lines of CSV, read by the columns' names.</summary>
    private async Task<List<string>> ReadAsync(string path, string[] columns)
    {
        using var stream = new MemoryStream(await _sink.Client.GetByteArrayAsync(path));
        await using var reader = await ParquetReader.CreateAsync(stream, new ParquetOptions { UseDateOnlyTypeForDates = true });
        Assert.Equal(columns, reader.Schema.DataFields.Select(field => field.Name));
        var lines = new List<string>();
        for (var g = 0; g < reader.RowGroupCount; g++)
        {
            using var group = reader.OpenRowGroupReader(g);
            var rows = (int)group.RowCount;
            var cells = new List<string[]>();
            foreach (var field in reader.Schema.DataFields)
            {
                if (field.Name == "zone")
                {
                    var names = new string?[rows];
                    await group.ReadAsync(field, names.AsMemory()!);
                    cells.Add([.. names.Select(name => name!)]);
                }
                else if (field.Name == "date")
                {
                    var dates = new DateOnly[rows];
                    await group.ReadAsync<DateOnly>(field, dates);
                    cells.Add([.. dates.Select(date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))]);
                }
                else if (RowsCsv.FixedColumns.Contains(field.Name))
                {
                    var numbers = new long[rows];
                    await group.ReadAsync<long>(field, numbers);
                    cells.Add([.. numbers.Select(number => number.ToString(CultureInfo.InvariantCulture))]);
                }
                else
                {
                    var counts = new long?[rows];
                    await group.ReadAsync<long>(field, counts);
                    cells.Add([.. counts.Select(count => count?.ToString(CultureInfo.InvariantCulture) ?? "")]);
                }
            }

            lines.AddRange(Enumerable.Range(0, rows).Select(row => string.Join(',', cells.Select(column => column[row]))));
        }

        return lines;
    }
}
