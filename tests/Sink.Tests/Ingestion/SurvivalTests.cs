using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Ingestion;

/// <summary>What is left when processes die: every record exactly once.</summary>
public sealed class SurvivalTests
{
    private const int RecordCount = 3000;
    private const int Kills = 5;

    [Fact]
    public async Task Every_record_is_there_exactly_once_though_the_sink_is_killed_again_and_again()
    {
        await using var broker = await Mosquitto.StartAsync("max_inflight_messages 0");
        await using var sink = new SinkProcess(broker.Port);
        await sink.StartAsync();
        await using var device = await TestDevice.ConnectedAsync("camera-1", broker.Port);

        var records = Records();
        await device.SayManifestAsync(records);
        var sending = Task.WhenAll(records.Select(record => device.SendAsync(record)));
        for (var kill = 1; kill <= Kills; kill++)
        {
            // Somewhere in the middle: what is told lags behind what is committed, and a batch is under way.
            var told = (uint)(kill * RecordCount / (2 * Kills));
            await device.HearReceivedAsync(received => received.Highest >= told);
            await sink.KillAsync();
            await sink.StartAsync();
        }

        await sending;
        await device.HearReceivedAsync(received => received is { UpTo: RecordCount, Gaps.Count: 0 });
        await sink.KillAsync();

        AssertOnce(sink.Database, records);
    }

    [Fact]
    public async Task A_broker_that_forgot_everything_is_told_again()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var sink = new SinkProcess(broker.Port);
        await sink.StartAsync();
        await using (var before = await TestDevice.ConnectedAsync("camera-1", broker.Port))
        {
            await before.SayManifestAsync(Records());
            await before.SendAsync(Records()[0]);
            await before.HearReceivedAsync(received => received.UpTo == 1);
        }

        await broker.KillAsync();
        await broker.StartAgainAsync();
        await using var device = await TestDevice.ConnectedAsync("camera-1", broker.Port);
        await device.SubscribeAsync(Topics.ActivePolicy);

        await device.HearReceivedAsync(received => received.UpTo == 1);
        await device.HearAsync(Topics.ActivePolicy, policy => policy.Length > 0);
        await device.SendAsync(Records()[1]);
        await device.HearReceivedAsync(received => received.UpTo == 2);
    }

    private static EventRecord[] Records()
    {
        // The process under test has the real clock.
        var now = TimeProvider.System.GetUtcNow();
        var hour = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
        return [.. Enumerable.Range(0, RecordCount).Select(i =>
            RecordOf(zone: $"zone-{i % 30:D2}", start: hour.AddHours(-1 - i / 30), sequence: (uint)i + 1))];
    }

    private static EventRecord RecordOf(string zone, DateTimeOffset start, uint sequence) =>
        Storage.RecordFixtures.Record(zone, sequence: sequence) with { Start = start };

    private static void AssertOnce(string database, EventRecord[] sent)
    {
        using var store = new SqliteEventStore(database);
        var stored = store.Zones().SelectMany(zone => store.Records(zone.Zone, DateOnly.MinValue, DateOnly.MaxValue.AddDays(-1))).ToList();
        Assert.Equal(sent.Select(record => record.Id).Order(), stored.Select(record => record.Record.Id).Order());
        Assert.Equal(sent.Sum(record => record.Passages), store.ZoneDays(null, DateOnly.MinValue, DateOnly.MaxValue).Sum(day => day.Passages));
        Assert.Empty(store.Quarantine(1));
    }
}
