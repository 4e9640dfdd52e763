using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Tests.Storage;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Ingestion;

/// <summary>Three sinks read one broker and write one database; none knows more than that.</summary>
public sealed class SeveralSinksTests(ITestOutputHelper output)
{
    private const int Sinks = 3, Devices = 3, RecordsEach = 800, Zones = 12, Kills = 3;

    private static readonly TimeSpan ResendPause = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Every_record_is_there_exactly_once_though_one_of_three_sinks_is_always_being_killed()
    {
        var database = PostgresServer.Get().Database(TestPaths.NewFolder());
        await using var broker = await Mosquitto.StartAsync("max_inflight_messages 0");
        var sinks = Enumerable.Range(1, Sinks).Select(i => SinkProcess.OneOfSeveral($"sink-{i}", broker.Port, database)).ToList();
        await Task.WhenAll(sinks.Select(sink => sink.StartAsync()));
        var devices = await Task.WhenAll(Enumerable.Range(1, Devices).Select(i => TestDevice.ConnectedAsync($"camera-{i}", broker.Port)));
        var records = Records();
        foreach (var device in devices)
            await device.SayManifestAsync(records);

        var resent = 0;
        var began = TimeProvider.System.GetTimestamp();
        var delivering = Task.WhenAll(devices.Select(async device => Interlocked.Add(ref resent, await DeliverAsync(device, records))));
        for (var kill = 0; kill < Kills; kill++)
        {
            var told = (uint)((kill + 1) * RecordsEach / (Kills + 2));
            await devices[0].HearReceivedAsync(received => received.Highest >= told);
            await sinks[kill % Sinks].KillAsync();

            // The last stays away for good: what the broker gave it comes again from the devices.
            if (kill < Kills - 1)
                await sinks[kill % Sinks].StartAsync();
        }

        await delivering;
        output.WriteLine($"{Devices * RecordsEach} records of {Devices} devices by {Sinks} sinks, {Kills} killed, in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:F1} s; {resent} sent again");
        AssertOnce(database, records);
        foreach (var sink in sinks)
            await sink.DisposeAsync();
        foreach (var device in devices)
        {
            await using var later = await TestDevice.ConnectedAsync(device.Name + "-later", broker.Port);
            await later.SubscribeAsync(Topics.Received(device.Name));
            await later.HearAsync(Topics.Received(device.Name), payload => Received.TryDecode(payload) is { UpTo: RecordsEach, Gaps.Count: 0 });
            await device.DisposeAsync();
        }
    }

    /// <summary>As a device's outbox does: what the sink does not cover after a while is sent again.</summary>
    private static async Task<int> DeliverAsync(TestDevice device, EventRecord[] records)
    {
        await Task.WhenAll(records.Select(record => device.SendAsync(record)));
        var resent = 0;
        while (await device.HearReceivedAsync(_ => true) is not { UpTo: RecordsEach, Gaps.Count: 0 })
        {
            await Task.Delay(ResendPause);
            var received = await device.HearReceivedAsync(_ => true);
            var missing = records.Where(record => !received.Covers(record.Sequence)).ToList();
            resent += missing.Count;
            await Task.WhenAll(missing.Select(record => device.SendAsync(record)));
        }

        return resent;
    }

    // The processes have the real clock.
    private static EventRecord[] Records()
    {
        var now = TimeProvider.System.GetUtcNow();
        var hour = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
        return [.. Enumerable.Range(0, RecordsEach).Select(i => RecordFixtures.Record($"zone-{i % Zones:D2}", sequence: (uint)i + 1) with { Start = hour.AddHours(-1 - i / Zones) })];
    }

    private static void AssertOnce(string database, EventRecord[] sent)
    {
        using var store = new PostgresEventStore(database);
        var stored = store.Zones().SelectMany(zone => store.Records(zone.Zone, DateOnly.MinValue, DateOnly.MaxValue.AddDays(-1))).ToList();
        Assert.Equal(
            sent.SelectMany(record => Enumerable.Range(1, Devices).Select(i => $"camera-{i} {record.Id}")).Order(),
            stored.Select(record => $"{record.Device} {record.Record.Id}").Order());
        Assert.Equal(Devices * sent.Sum(record => record.Passages), store.ZoneDays(null, DateOnly.MinValue, DateOnly.MaxValue).Sum(day => day.Passages));
        var restatement = new Restatement(store.Database);
        Assert.All(store.Zones().SelectMany(zone => restatement.Check(zone.Zone, DateOnly.MinValue, DateOnly.MaxValue.AddDays(-1))), day => Assert.True(day.IsSame));
        Assert.Empty(store.Quarantine(1));
    }
}
