using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Tests.Storage;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Serving;

/// <summary>What dashboards and Prometheus read, against what there is.</summary>
public sealed partial class GrafanaTests(ITestOutputHelper output)
{
    private static string Folder => Path.Combine(TestPaths.Root, "deploy", "grafana");

    [Fact]
    public void Every_metric_that_a_dashboard_names_is_one_of_ours()
    {
        var (known, named) = (Instruments().Concat(ScoreMetricsApi.Names.Select(metric => metric.Name)).ToHashSet(), 0);
        foreach (var file in Directory.GetFiles(Path.Combine(Folder, "dashboards"), "*.json"))
        {
            using var board = JsonDocument.Parse(File.ReadAllText(file));
            foreach (var expression in Queries(board.RootElement, "expr").Append(board.RootElement.GetProperty("templating").GetRawText()))
            {
                foreach (Match metric in Metric().Matches(expression))
                {
                    Assert.True(known.Contains(metric.Value), $"{Path.GetFileName(file)}: {metric.Value}");
                    named++;
                }
            }
        }

        output.WriteLine($"{named} uses of {known.Count} metrics");
        Assert.True(named >= 15);
    }

    [Fact]
    public void Every_SQL_of_a_dashboard_runs_on_PostgreSQL()
    {
        var connection = PostgresServer.Get().Database(TestPaths.NewFolder());
        using var store = new PostgresEventStore(connection);
        var run = 0;
        foreach (var file in Directory.GetFiles(Path.Combine(Folder, "dashboards"), "*.json"))
        {
            using var board = JsonDocument.Parse(File.ReadAllText(file));
            foreach (var sql in Queries(board.RootElement, "rawSql"))
            {
                store.Database.Each(sql.Replace("$zone", "crossing-north", StringComparison.Ordinal), _ => { });
                run++;
            }
        }

        Assert.Equal(2, run);
    }

    [Fact]
    public void Every_panel_names_a_data_source_that_is_provisioned()
    {
        var provisioned = File.ReadAllText(Path.Combine(Folder, "provisioning", "datasources", "sce.yaml"));
        foreach (var file in Directory.GetFiles(Path.Combine(Folder, "dashboards"), "*.json"))
        {
            using var board = JsonDocument.Parse(File.ReadAllText(file));
            var panels = board.RootElement.GetProperty("panels").EnumerateArray().ToList();
            Assert.Equal(panels.Count, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
            Assert.All(panels, panel => Assert.Contains($"uid: {panel.GetProperty("datasource").GetProperty("uid").GetString()}", provisioned, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Metrics_of_scores_are_in_the_form_of_Prometheus_and_no_more_than_was_allowed()
    {
        await using var sink = await ServedSink.StartAsync(TestCity.Fill, options: new SinkOptions { Policy = "policy.yaml", Http = new HttpOptions { MetricsZones = 3 } });
        using var response = await sink.Client.GetAsync("/metrics");
        var lines = (await response.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n');

        Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
        Assert.All(lines, line => Assert.Matches(Exposition(), line));
        Assert.Equal(3, lines.Count(line => line.StartsWith("scedge_zone_score{", StringComparison.Ordinal)));
        Assert.Contains("scedge_zones 8", lines);
        Assert.Equal(ScoreMetricsApi.Names.Select(metric => metric.Name), lines.Where(line => line.StartsWith("# TYPE", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]));
        using var zones = JsonDocument.Parse(await sink.Client.GetStringAsync("/api/zones?sort=score&limit=3"));
        Assert.Equal(
            zones.RootElement.EnumerateArray().Select(zone => zone.GetProperty("zone").GetString()),
            lines.Where(line => line.StartsWith("scedge_zone_score{", StringComparison.Ordinal)).Select(line => line.Split('"')[1]));
        await using var silent = await ServedSink.StartAsync(_ => { });
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await silent.Client.GetAsync("/metrics")).StatusCode);
    }

    /// <summary>The sink's instruments by the names under which Prometheus reads them: units and _total are added, a histogram is three.</summary>
    private static List<string> Instruments()
    {
        var names = new List<string>();
        using var listener = new MeterListener();
        using var metrics = new IngestMetrics();
        using var store = new SqliteEventStore(Path.Combine(TestPaths.NewFolder(), "store.db"));
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (!metrics.Owns(instrument))
                return;
            var name = instrument.Unit == "s" ? $"{instrument.Name}_seconds" : instrument.Name;
            var isHistogram = instrument is Histogram<double>;
            names.AddRange(isHistogram ? [$"{name}_bucket", $"{name}_sum", $"{name}_count"] : [instrument is Counter<long> ? $"{name}_total" : name]);
        };
        listener.Start();
        metrics.Show(store, () => true);
        return names;
    }

    private static IEnumerable<string> Queries(JsonElement board, string field) =>
        board.GetProperty("panels").EnumerateArray().SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Where(target => target.TryGetProperty(field, out _)).Select(target => target.GetProperty(field).GetString()!);

    [GeneratedRegex(@"\bscedge_[a-z_]+", RegexOptions.None, 1000)]
    private static partial Regex Metric();

    [GeneratedRegex("""^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[^"\\]*"(,[a-z]+="[^"\\]*")*\})? -?[0-9.E+-]+)$""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Exposition();
}
