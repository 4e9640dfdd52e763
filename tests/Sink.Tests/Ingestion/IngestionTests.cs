using System.Text;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;
using static SocialCredit.Edge.Sink.Tests.Storage.RecordFixtures;

namespace SocialCredit.Edge.Sink.Tests.Ingestion;

/// <summary>Records, good and hostile, over real MQTT into a real store.</summary>
public sealed class IngestionTests
{
    private static readonly DateOnly Day = new(2026, 11, 22);

    [Fact]
    public async Task A_record_is_stored_and_the_device_is_told()
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync();

        await device.SendAsync(Record(sequence: 1));
        await device.HearReceivedAsync(received => received.UpTo == 1);

        Assert.Equal(200, Assert.Single(sink.Store.ZoneDays("crossing-north", Day, Day)).Passages);
    }

    [Fact]
    public async Task The_same_record_again_counts_once()
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync();

        for (var i = 0; i < 3; i++)
            await device.SendAsync(Record(sequence: 1));
        await device.SendAsync(Record(hour: 1, sequence: 2));
        await device.HearReceivedAsync(received => received.UpTo == 2);

        Assert.Equal(2, Assert.Single(sink.Store.ZoneDays(null, Day, Day)).Windows);
    }

    [Fact]
    public async Task The_device_is_told_its_gaps_and_when_they_are_closed()
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync();

        foreach (var sequence in new uint[] { 1, 4 })
            await device.SendAsync(Record(hour: (int)sequence, sequence: sequence));
        var received = await device.HearReceivedAsync(received => received.Highest == 4);

        Assert.Equal(1u, received.UpTo);
        Assert.Equal([2u, 3u], Assert.Single(received.Gaps));
        foreach (var sequence in new uint[] { 3, 2 })
            await device.SendAsync(Record(hour: (int)sequence, sequence: sequence));
        await device.HearReceivedAsync(r => r is { UpTo: 4, Gaps.Count: 0 });
    }

    [Fact]
    public async Task Two_payloads_for_one_window_are_set_aside_and_not_sent_for_ever()
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync();

        await device.SendAsync(Record(sequence: 1, red: 3));
        await device.SendAsync(Record(sequence: 2, red: 300));
        await device.HearReceivedAsync(received => received.UpTo == 2);

        Assert.Empty(sink.Store.ZoneDays(null, Day, Day));
        Assert.Equal(2, sink.Store.Quarantine(10).Count(record => record.Reason == RefusalReason.Conflict));
    }

    [Fact]
    public async Task Hostile_payloads_are_counted_and_stop_nothing()
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync();
        var topic = Topics.Events("camera-1");
        var good = EventRecordJson.Encode(Record(), LengthBytes);

        byte[][] unreadable = [[], [0xff, 0xfe, 0x00], Encoding.UTF8.GetBytes("{}"), Encoding.UTF8.GetBytes(new string('[', 3000)), good[..^1],
            Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(good).Replace("\"v\":1", "\"v\":1,\"track\":7", StringComparison.Ordinal))];
        foreach (var payload in unreadable)
            await device.SendAsync(topic, payload, "/site/plaza-7/device/camera-1", Record().Id);
        await device.SendAsync(topic, new byte[EventRecordJson.BytesMax + 1]);
        await device.SendAsync(Record(hour: 1, sequence: 1), source: "/site/plaza-7/device/camera-2");
        await device.SendAsync(Record(hour: 1, sequence: 1), source: "/site/other/device/camera-1");
        await device.SendAsync(topic, good);
        await device.SendAsync(Record(hour: 1, sequence: 1), id: "crossing-north:1");
        await device.SendAsync(Record(hour: 2, sequence: 7));
        var received = await device.HearReceivedAsync(received => received.Highest == 7);

        Assert.Equal(unreadable.Length, sink.Refused(RefusalReason.Unreadable));
        Assert.Equal(1, sink.Refused(RefusalReason.Oversized));
        Assert.Equal(3, sink.Refused(RefusalReason.Source));
        Assert.Equal(1, sink.Refused(RefusalReason.Id));
        Assert.False(received.Covers(1));
        Assert.Equal(1, Assert.Single(sink.Store.ZoneDays(null, Day, Day)).Windows);
    }

    [Fact]
    public async Task Refused_records_are_covered_so_that_no_device_sends_them_for_ever()
    {
        await using var sink = await RunningSink.StartAsync(
            "zones:\n  crossing-north: {device: camera-1}\n  plaza-south: {device: camera-2}\n  site-zone: {device: camera-1, site: elsewhere}\n");
        await using var device = await sink.DeviceAsync();

        await device.SendAsync(Record(hour: -24 * 7 + 12, sequence: 1));
        await device.SendAsync(Record(hour: -24 * 7 - 20, sequence: 2));
        await device.SendAsync(Record(zone: "plaza-south", sequence: 3));
        await device.SendAsync(Record(zone: "site-zone", sequence: 4));
        await device.SendAsync(Record(zone: "simulated-north", sequence: 5));
        await device.SendAsync(Record(hour: 2, sequence: 6) with { Profile = PrivacyProfile.Demo });
        await device.HearReceivedAsync(received => received.UpTo == 6);

        var reasons = sink.Store.Quarantine(10).OrderBy(record => record.Sequence).Select(record => record.Reason);
        Assert.Equal(
            [RefusalReason.TooOld, RefusalReason.ZoneNotRegistered, RefusalReason.ZoneNotRegistered,
                RefusalReason.SimulatedName, RefusalReason.DemoProfile],
            reasons);
        Assert.Equal("crossing-north", Assert.Single(sink.Store.Zones()).Zone);
        Assert.All(sink.Store.Quarantine(10), record => Assert.Equal(0, record.Payload.Length));
    }

    [Fact]
    public async Task A_record_of_a_window_that_has_not_ended_waits_and_passes_once_it_has()
    {
        var time = new ShiftedTime(Noon.AddHours(2));
        await using var sink = await RunningSink.StartAsync(time: time);
        await using var device = await sink.DeviceAsync();

        await device.SendAsync(Record(hour: 0, sequence: 1));
        await device.SendAsync(Record(hour: 3, sequence: 2));
        await device.SendAsync(Record(hour: 1, sequence: 3));
        var received = await device.HearReceivedAsync(received => received.Highest == 3);

        Assert.Equal((true, false, true), (received.Covers(1), received.Covers(2), received.Covers(3)));
        Assert.Equal(1, sink.Refused(RefusalReason.Future));
        Assert.Empty(sink.Store.Quarantine(1));

        time.Step = TimeSpan.FromHours(2);
        await device.SendAsync(Record(hour: 3, sequence: 2));
        await device.HearReceivedAsync(received => received is { UpTo: 3, Gaps.Count: 0 });
        Assert.Equal(3, Assert.Single(sink.Store.ZoneDays(null, Day, Day)).Windows);
    }

    [Fact]
    public async Task A_changed_score_is_published_and_stays_for_whoever_comes_later()
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync();
        var topic = Topics.PublicScore("crossing-north");

        await device.SendAsync(Record(sequence: 1));
        await device.SubscribeAsync(topic);

        await device.HearAsync(topic, payload => Encoding.UTF8.GetString(payload).Contains("\"policy\":\"p-2026.3\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_another_process_writes_and_what_a_new_policy_says_is_published_too()
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync();
        var (own, others) = (Topics.PublicScore("crossing-north"), Topics.PublicScore("simulated-north"));
        await device.SubscribeAsync(own);
        await device.SubscribeAsync(others);
        await device.SendAsync(Record(sequence: 1));
        await device.HearAsync(own, payload => Speaks("p-2026.3", payload));

        using (var store = new SqliteEventStore(Path.Combine(sink.Folder, "sink.db")))
            store.Ingest([Incoming(Record(zone: "simulated-north"), "simulated-city")]);
        await device.HearAsync(others, payload => Speaks("p-2026.3", payload));

        await File.WriteAllTextAsync(
            Path.Combine(sink.Folder, "policy.yaml"), RunningSink.Policy.Replace("p-2026.3", "p-2026.4", StringComparison.Ordinal));
        await device.HearAsync(own, payload => Speaks("p-2026.4", payload));
        await device.HearAsync(others, payload => Speaks("p-2026.4", payload));

        static bool Speaks(string policy, byte[] payload) => Encoding.UTF8.GetString(payload).Contains($"\"policy\":\"{policy}\"", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sink_in_demo_takes_records_in_demo()
    {
        await using var sink = await RunningSink.StartAsync("profile: demo\n");
        await using var device = await sink.DeviceAsync();

        var record = Record(sequence: 1) with { Profile = PrivacyProfile.Demo, Seconds = 10 };
        await device.SayManifestAsync([record]);
        await device.SendAsync(record);
        await device.HearReceivedAsync(received => received.UpTo == 1);

        Assert.Equal(10, Assert.Single(sink.Store.Zones()).Seconds);
    }

    [Fact]
    public async Task A_new_sink_tells_a_device_what_the_old_one_received()
    {
        await using var sink = await RunningSink.StartAsync();
        sink.Store.Ingest([Incoming(Record(sequence: 1), "camera-9")]);
        await using var device = await sink.DeviceAsync("camera-9");

        await device.SendAsync(Record(sequence: 1));

        await device.HearReceivedAsync(received => received.UpTo == 1);
    }

    [Fact]
    public async Task Devices_hear_the_exact_bytes_of_the_policy_and_a_faulty_file_changes_nothing()
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync();
        var file = Path.Combine(sink.Folder, "policy.yaml");
        var second = "# the second\n" + RunningSink.Policy.Replace("p-2026.3", "p-2026.4", StringComparison.Ordinal);

        await device.SubscribeAsync(Topics.ActivePolicy);
        await device.HearAsync(Topics.ActivePolicy, bytes => Encoding.UTF8.GetString(bytes) == RunningSink.Policy);
        await File.WriteAllTextAsync(file, "id: [broken");
        await File.WriteAllTextAsync(file + ".new", second);
        await device.SendAsync(Record(sequence: 1));
        await device.HearReceivedAsync(received => received.UpTo == 1);
        File.Move(file + ".new", file, overwrite: true);

        await device.HearAsync(Topics.ActivePolicy, bytes => Encoding.UTF8.GetString(bytes) == second);
    }
}
