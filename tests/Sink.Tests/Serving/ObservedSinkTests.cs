using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using SocialCredit.Edge.Sink.Tests.Ingestion;
using SocialCredit.Edge.Sink.Tests.Storage;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Serving;

/// <summary>Instruments are found by name in the whole process, so sinks of tests beside would be counted too.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OnlySink
{
    public const string Name = "the only sink of the process";
}

/// <summary>The running sink as whoever looks after it sees it: a real broker, a real store, a real port.</summary>
[Collection(OnlySink.Name)]
public sealed partial class ObservedSinkTests(ITestOutputHelper output)
{
    /// <summary>Every metric that there is, as it is read.</summary>
    private static readonly string[] Closed =
    [
        "scedge_sink_build_info", "scedge_sink_commit_duration_seconds", "scedge_sink_devices", "scedge_sink_gaps", "scedge_sink_lag_seconds",
        "scedge_sink_mqtt_connected", "scedge_sink_records_total", "scedge_sink_refused_total",
    ];

    [Fact]
    public async Task Metrics_say_what_became_of_records_and_nothing_of_what_is_in_them()
    {
        await using var sink = await RunningSink.StartAsync($"observe: {{port: {FreePort.Take()}}}\n");
        using var client = sink.Observer();
        await using var device = await sink.DeviceAsync();
        await device.SendAsync(RecordFixtures.Record());
        await device.SendAsync(RecordFixtures.Record("plaza-south"), source: "/site/plaza-7/device/another");
        await device.HearReceivedAsync(received => received.UpTo == 1);

        var text = "";
        await Eventually.TrueAsync(
            async () => (text = await client.GetStringAsync("metrics")).Contains("scedge_sink_refused_total{", StringComparison.Ordinal), "both were counted");

        Assert.Equal(Closed, Types().Matches(text).Select(match => match.Groups["name"].Value).Where(name => name != "target_info").Order());
        Assert.Matches("""scedge_sink_records_total\{[^}]*outcome="Stored"[^}]*\} 1\b""", text);
        Assert.Matches("""scedge_sink_devices(\{[^}]*\})? 1\b""", text);
        Assert.DoesNotMatch("crossing|red_crossing|passages|camera-1", text);
        output.WriteLine(text);
    }

    [Fact]
    public async Task Health_is_ok_until_the_store_cannot_be_read()
    {
        await using var sink = await RunningSink.StartAsync($"observe: {{port: {FreePort.Take()}}}\n");
        using var client = sink.Observer();
        await Eventually.TrueAsync(async () => (await HealthAsync(client)).Status == "ok", "all is well");

        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(sink.Folder, "sink.db")};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var spoil = connection.CreateCommand();
            spoil.CommandText = "ALTER TABLE sequence_range RENAME TO gone";
            await spoil.ExecuteNonQueryAsync();
        }

        var (status, text) = await HealthAsync(client);
        Assert.Equal("failing", status);
        Assert.Contains("it cannot be read", text);
    }

    private static async Task<(string Status, string Text)> HealthAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("health");
        var text = await answer.Content.ReadAsStringAsync();
        using var json = JsonDocument.Parse(text);
        var status = json.RootElement.GetProperty("status").GetString()!;
        Assert.Equal(status == "failing" ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK, answer.StatusCode);
        return (status, text);
    }

    [GeneratedRegex(@"^# TYPE (?<name>\S+) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Types();
}
