using System.Text;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;
using static SocialCredit.Edge.Sink.Tests.Storage.RecordFixtures;

namespace SocialCredit.Edge.Sink.Tests.Ingestion;

/// <summary>A sink counts nothing that a device did not say it would send, and loses nothing by that. Over real MQTT into a real store.</summary>
public sealed class ManifestIngestionTests
{
    private static readonly DateOnly Day = new(2026, 11, 22);

    [Fact]
    public async Task A_record_that_comes_before_its_manifest_waits_and_passes_when_it_is_sent_again()
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync(hasManifest: false);

        await device.SendAsync(Record(sequence: 1));
        await Eventually.TrueAsync(() => sink.Refused(RefusalReason.Uncovered) == 1, "it was refused");
        Assert.Empty(sink.Store.ZoneDays(null, Day, Day));
        Assert.Empty(sink.Store.Quarantine(1));
        Assert.Empty(sink.Store.Devices());

        await device.SayManifestAsync([Record()]);
        await device.SendAsync(Record(sequence: 1));

        await device.HearReceivedAsync(received => received.UpTo == 1);
        Assert.Equal(1, Assert.Single(sink.Store.ZoneDays(null, Day, Day)).Windows);
    }

    [Fact]
    public async Task A_manifest_that_another_sink_took_counts_here_too()
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync();
        await device.SendAsync(Record(hour: 0, sequence: 1));
        await device.HearReceivedAsync(received => received.UpTo == 1);

        var next = Record(hour: 1, sequence: 2) with { Policy = "p-next" };
        sink.Store.KeepManifest("camera-1", TestManifests.Sign(TestManifests.Covering("camera-1", LengthBytes, [next], null), TestManifests.KeyOf("camera-1")), Noon);
        await device.SendAsync(next);

        await device.HearReceivedAsync(received => received.UpTo == 2);
        Assert.Equal(0, sink.Refused(RefusalReason.Uncovered));
    }

    [Fact]
    public async Task A_key_that_another_sink_took_counts_here_once_the_old_one_does_not_fit()
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync();
        await device.SendAsync(Record(hour: 0, sequence: 1));
        await device.HearReceivedAsync(received => received.UpTo == 1);

        sink.Store.ForgetKey("camera-1");
        sink.Store.KeepManifest("camera-1", TestManifests.Sign(TestManifests.Covering("camera-1", LengthBytes, [Record()], "new-key"), TestManifests.KeyOf("new-key")), Noon);
        await device.SendAsync(Record(hour: 1, sequence: 2), key: "new-key");
        await Eventually.TrueAsync(() => sink.Refused(RefusalReason.WrongKey) == 1, "it was refused");
        await device.SendAsync(Record(hour: 1, sequence: 2), key: "new-key");

        await device.HearReceivedAsync(received => received.UpTo == 2);
    }

    [Fact]
    public async Task What_is_not_covered_holds_up_nothing_else_and_stays_a_gap()
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync();

        await device.SendAsync(Record(hour: 0, sequence: 1));
        await device.SendAsync(Record(hour: 1, sequence: 2) with { Policy = "p-next" });
        await device.SendAsync(Record(hour: 2, sequence: 3));
        var received = await device.HearReceivedAsync(received => received.Highest == 3);

        Assert.Equal((true, false, true), (received.Covers(1), received.Covers(2), received.Covers(3)));
        await device.SayManifestAsync([Record() with { Policy = "p-next" }]);
        await device.SendAsync(Record(hour: 1, sequence: 2) with { Policy = "p-next" });
        await device.HearReceivedAsync(received => received is { UpTo: 3, Gaps.Count: 0 });
    }

    [Fact]
    public async Task An_older_manifest_still_covers_what_was_made_under_it()
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync();

        await device.SayManifestAsync([Record() with { Policy = "p-next", Calibration = "c-18" }]);
        await device.SendAsync(Record(hour: 1, sequence: 1));
        await device.SendAsync(Record(hour: 2, sequence: 2) with { Policy = "p-next", Calibration = "c-18" });
        await device.HearReceivedAsync(received => received.UpTo == 2);
        Assert.Equal(2, Assert.Single(sink.Store.ZoneDays(null, Day, Day)).Windows);

        // Each as a whole: no record is pieced together out of two.
        await device.SendAsync(Record(hour: 3, sequence: 3) with { Policy = "p-next" });
        await Eventually.TrueAsync(() => sink.Refused(RefusalReason.Uncovered) == 1, "it was refused");
    }

    [Theory]
    [InlineData("zone")]
    [InlineData("site")]
    [InlineData("seconds")]
    [InlineData("counts")]
    [InlineData("policy")]
    [InlineData("calibration")]
    [InlineData("profile")]
    public async Task Each_field_that_differs_is_refused(string field)
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync();
        var record = Record(sequence: 1);

        await device.SendAsync(field switch
        {
            "zone" => record with { Zone = "crossing-south" },
            "site" => record with { Site = "plaza-8" },
            "seconds" => record with { Seconds = 21600 },
            "counts" => record with { Counts = [.. record.Counts, new("speeding", 2)] },
            "policy" => record with { Policy = "p-2026.4" },
            "calibration" => record with { Calibration = "c-18" },
            _ => record with { Profile = PrivacyProfile.Strict, Seconds = 86400, Start = Noon.AddHours(-12) },
        });

        await Eventually.TrueAsync(() => sink.Refused(RefusalReason.Uncovered) == 1, "it was refused");
        Assert.Empty(sink.Store.Devices());
    }

    [Fact]
    public async Task Another_devices_manifest_covers_nothing()
    {
        await using var sink = await RunningSink.StartAsync();
        await using var speaking = await sink.DeviceAsync("camera-2");
        await using var silent = await sink.DeviceAsync(hasManifest: false);

        await silent.SendAsync(Record(sequence: 1));

        await Eventually.TrueAsync(() => sink.Refused(RefusalReason.Uncovered) == 1, "it was refused");
    }

    [Fact]
    public async Task Hostile_manifests_are_counted_kept_nowhere_and_stop_nothing()
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync(hasManifest: false);
        var good = TestManifests.Sign(TestManifests.Covering("camera-1", LengthBytes, [Record()]), TestManifests.KeyOf("camera-1"));
        var text = Encoding.UTF8.GetString(good.Payload.Span);

        SignedManifest[] hostile =
        [
            good with { Payload = Array.Empty<byte>() },
            good with { Payload = new byte[PrivacyManifestJson.BytesMax + 1] },
            good with { Payload = Encoding.UTF8.GetBytes(text[..^1]) },
            good with { Payload = Encoding.UTF8.GetBytes(text.Replace("crossing-north", "crossing-south", StringComparison.Ordinal)) },
            good with { Signature = "" },
            good with { Signature = Convert.ToBase64String(new byte[64]) },
            good with { KeyId = "" },
            good with { KeyId = Dsse.KeyId([1]) },
            TestManifests.Sign(TestManifests.Covering("camera-2", LengthBytes, [Record()], "camera-1"), TestManifests.KeyOf("camera-1")),
            TestManifests.Sign(good.Payload.ToArray(), TestManifests.KeyOf("thief")),
            WithKey(text, at: 17),
            WithKey(text, at: 60),
        ];
        foreach (var manifest in hostile)
            await device.SayAsync(manifest);
        await device.SendAsync(Topics.Manifest("camera-1"), good.Payload.ToArray());
        await Eventually.TrueAsync(() => sink.Refused(RefusalReason.Manifest) == hostile.Length + 1, "all were refused");

        Assert.Empty(new ManifestTables(sink.Store.Database).InForce("", 10));
        await device.SayAsync(good);
        await device.SendAsync(Record(sequence: 1));
        await device.HearReceivedAsync(received => received.UpTo == 1);
    }

    [Fact]
    public async Task The_first_key_is_pinned_and_another_is_refused_until_it_is_forgotten()
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync();
        await device.SendAsync(Record(sequence: 1));
        await device.HearReceivedAsync(received => received.UpTo == 1);

        await device.SayManifestAsync([Record() with { Policy = "p-next" }], key: "thief");
        await Eventually.TrueAsync(() => sink.Refused(RefusalReason.OtherKey) == 1, "the other key was refused");
        await device.SendAsync(Record(hour: 1, sequence: 2) with { Policy = "p-next" });
        await Eventually.TrueAsync(() => sink.Refused(RefusalReason.Uncovered) == 1, "its record as well");

        Assert.True(sink.Store.ForgetKey("camera-1"));
        await device.SayManifestAsync([Record() with { Policy = "p-next" }], key: "thief");
        await device.SendAsync(Record(hour: 1, sequence: 2) with { Policy = "p-next" }, key: "thief");
        await device.HearReceivedAsync(received => received.UpTo == 2);
    }

    [Fact]
    public async Task A_record_that_would_be_refused_anyhow_is_final_once_its_key_is_known_and_not_before()
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync(hasManifest: false);

        await device.SendAsync(Record(hour: -24 * 9, sequence: 1));
        await Eventually.TrueAsync(() => sink.Refused(RefusalReason.Uncovered) == 1, "it waits");
        Assert.Empty(sink.Store.Devices());

        await device.SayManifestAsync([Record() with { Policy = "p-next" }]);
        await device.SendAsync(Record(hour: -24 * 9, sequence: 1));
        await device.HearReceivedAsync(received => received.UpTo == 1);
        Assert.Equal(RefusalReason.TooOld, Assert.Single(sink.Store.Quarantine(1)).Reason);
    }

    [Fact]
    public async Task A_sink_that_starts_again_knows_what_devices_said_and_what_the_broker_kept()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var sink = new SinkProcess(broker.Port, "standard");
        await sink.StartAsync();
        await using var device = await TestDevice.ConnectedAsync("camera-1", broker.Port);
        var hour = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 3600;
        var first = Record(sequence: 1) with { Start = DateTimeOffset.FromUnixTimeSeconds((hour - 2) * 3600) };
        await device.SayManifestAsync([first]);
        await device.SendAsync(first);
        await device.HearReceivedAsync(received => received.UpTo == 1);

        await sink.KillAsync();
        await broker.KillAsync();
        await broker.StartAgainAsync();
        await using var again = await TestDevice.ConnectedAsync("camera-1", broker.Port);
        await using var other = await TestDevice.ConnectedAsync("camera-2", broker.Port);
        await other.SayManifestAsync([first]);
        await sink.StartAsync();

        // The one from the store, the other from the retained message.
        await again.SendAsync(first with { Start = first.Start.AddHours(1), Sequence = 2 });
        await again.HearReceivedAsync(received => received.UpTo == 2);
        await other.SendAsync(first);
        await other.HearReceivedAsync(received => received.UpTo == 1);
        Assert.Single(sink.Log, line => line.Contains("Took the manifest of camera-1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_is_said_once_for_each_device_and_cause()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var sink = new SinkProcess(broker.Port, "standard");
        await sink.StartAsync();
        await using var device = await TestDevice.ConnectedAsync("camera-1", broker.Port);
        var hour = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 3600;
        var record = Record(sequence: 1) with { Start = DateTimeOffset.FromUnixTimeSeconds((hour - 2) * 3600) };

        for (var i = 0; i < 3; i++)
            await device.SendAsync(record);
        await device.SayManifestAsync([record with { Policy = "p-next" }]);
        for (var i = 0; i < 3; i++)
            await device.SendAsync(record);
        await device.SayManifestAsync([record]);
        await device.SendAsync(record);
        await device.HearReceivedAsync(received => received.UpTo == 1);
        await sink.KillAsync();

        var said = sink.Log.Where(line => line.Contains("is not counted and waits in the device's outbox", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, said.Count);
        Assert.Contains("no manifest of the device has come yet", said[0], StringComparison.Ordinal);
        Assert.Contains("its policy is in none of the device's manifests", said[1], StringComparison.Ordinal);
    }

    /// <summary>With a key of which one byte is another, and the id that this key would have: of an unknown curve, or on no curve at all.</summary>
    private static SignedManifest WithKey(string manifest, int at)
    {
        var key = TestManifests.KeyOf("camera-1").ExportSubjectPublicKeyInfo();
        var text = Convert.ToBase64String(key);
        key[at] ^= 0x41;
        var forged = Encoding.UTF8.GetBytes(manifest.Replace(text, Convert.ToBase64String(key), StringComparison.Ordinal));
        return TestManifests.Sign(forged, TestManifests.KeyOf("camera-1")) with { KeyId = Dsse.KeyId(key) };
    }
}
