using System.Text;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;
using static SocialCredit.Edge.Sink.Tests.Storage.RecordFixtures;

namespace SocialCredit.Edge.Sink.Tests.Ingestion;

/// <summary>
/// Attacks on a sink behind a broker that lets everybody publish everything, so that the signature alone stands between. None of them
/// leaves a trace in the store: a sequence that a stranger covered would make the device drop its record.
/// </summary>
public sealed class SignedRecordTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly DateOnly Day = new(2026, 11, 22);

    private Mosquitto _broker = null!;
    private RunningSink _sink = null!;
    private TestDevice _device = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = await Mosquitto.StartAsync();
        _sink = await RunningSink.StartAsync(broker: $"{{embedded: false, port: {_broker.Port}}}");
        _sink.Enrol("camera-1", "crossing-north");
        _device = await ConnectAsync("camera-1");
        await _device.SayManifestAsync([Record()]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_device is not null)
            await _device.DisposeAsync();
        if (_sink is not null)
            await _sink.DisposeAsync();
        if (_broker is not null)
            await _broker.DisposeAsync();
    }

    [Fact]
    public async Task An_unsigned_record_is_refused_and_covers_no_sequence()
    {
        await _device.SendAsync(Record(sequence: 1), key: "nobody");

        await AnswerAsync("unsigned", RefusalReason.Unsigned, 1);
        await AcceptedAsync(Record(sequence: 1));
    }

    [Fact]
    public async Task A_record_by_another_key_or_over_other_bytes_is_refused_and_covers_no_sequence()
    {
        var payload = EventRecordJson.Encode(Record(sequence: 1), LengthBytes);
        var (own, thief) = (TestManifests.KeyOf("camera-1"), TestManifests.KeyOf("thief"));
        string[] signatures =
        [
            Dsse.Sign(thief, EventRecord.SignedType, payload),
            Dsse.Sign(own, SignedManifest.PayloadType, payload),
            Dsse.Sign(own, EventRecord.SignedType, EventRecordJson.Encode(Record(sequence: 1, red: 4), LengthBytes)),
            Convert.ToBase64String(new byte[64]),
            "not base64",
        ];
        foreach (var signature in signatures)
            await _device.SendAsync(Topics.Events("camera-1"), payload, "/site/plaza-7/device/camera-1", Record().Id, signature);

        await AnswerAsync("wrong key", RefusalReason.WrongKey, signatures.Length);
        await AcceptedAsync(Record(sequence: 1));
    }

    [Fact]
    public async Task A_revoked_device_is_refused_at_once_and_what_it_sent_before_stays()
    {
        await AcceptedAsync(Record(sequence: 1));

        Assert.Null(_sink.Office.Revoke("camera-1"));
        await _device.SendAsync(Record(hour: 1, sequence: 2));
        await AnswerAsync("revoked device", RefusalReason.Revoked, 1, stored: 1);
        await _device.SayManifestAsync([Record() with { Policy = "p-next" }]);

        await AnswerAsync("its manifest", RefusalReason.Revoked, 2, stored: 1);
        Assert.Single(_sink.Store.Manifests("camera-1"));
    }

    [Fact]
    public async Task Another_devices_zone_is_refused_and_its_records_stay_as_they_are()
    {
        await AcceptedAsync(Record(sequence: 1));
        _sink.Enrol("camera-2", "plaza-south");
        await using var second = await ConnectAsync("camera-2");
        await second.SayManifestAsync([Record(), Record("plaza-south")]);

        await second.SendAsync(Record(sequence: 1, red: 300));
        await AnswerAsync("other device's zone", RefusalReason.ZoneNotEnrolled, 1, stored: 1);
        await second.SendAsync(Record("plaza-south", sequence: 2));
        var received = await second.HearReceivedAsync(received => received.Highest == 2);

        Assert.False(received.Covers(1));
        Assert.Equal(3, Assert.Single(_sink.Store.ZoneDays("crossing-north", Day, Day)).Counts["red_crossing"]);
    }

    [Fact]
    public async Task A_replayed_record_changes_nothing_and_under_another_name_it_is_refused()
    {
        await AcceptedAsync(Record(sequence: 1));
        _sink.Enrol("camera-2", "plaza-south");
        await using var second = await ConnectAsync("camera-2");
        await second.SayManifestAsync([Record()]);

        for (var i = 0; i < 3; i++)
            await _device.SendAsync(Record(sequence: 1));
        await second.SendAsync(Record(sequence: 1), key: "camera-1");
        await AnswerAsync("replay under another device's topic", RefusalReason.WrongKey, 1, stored: 1);
        await _device.SendAsync(Record(sequence: 1), source: "/site/plaza-7/device/camera-2");
        await AnswerAsync("topic of another device", RefusalReason.Source, 1, stored: 1);
        await AcceptedAsync(Record(hour: 1, sequence: 2));

        Assert.Equal((2, 400L), (Assert.Single(_sink.Store.ZoneDays(null, Day, Day)).Windows, _sink.Store.ZoneDays(null, Day, Day)[0].Passages));
    }

    [Fact]
    public async Task A_duplicate_with_other_bytes_sets_both_aside_only_if_the_device_signed_it()
    {
        await AcceptedAsync(Record(sequence: 1));

        await _device.SendAsync(Record(sequence: 2, red: 300), key: "thief");
        await AnswerAsync("duplicate with other bytes, by another key", RefusalReason.WrongKey, 1, stored: 1);
        await _device.SendAsync(Record(sequence: 2, red: 300));
        await _device.HearReceivedAsync(received => received.UpTo == 2);

        Assert.Empty(_sink.Store.ZoneDays(null, Day, Day));
        Assert.Equal(2, _sink.Store.Quarantine(10).Count(one => one.Reason == RefusalReason.Conflict));
        output.WriteLine("duplicate with other bytes, by its own key: both set aside");
    }

    [Fact]
    public async Task Records_of_a_device_that_is_not_approved_wait_and_pass_once_it_is()
    {
        await using var second = await ConnectAsync("camera-2");
        await second.SayManifestAsync([Record("plaza-south")]);
        await second.SendAsync(Record("plaza-south", sequence: 1));
        await AnswerAsync("not enrolled, manifest and record", RefusalReason.NotEnrolled, 2);

        // The sink sees it by itself; the agent says its manifest again with what it sends again.
        _sink.Enrol("camera-2", "plaza-south");
        await second.SayManifestAsync([Record("plaza-south")]);
        await second.SendAsync(Record("plaza-south", sequence: 1));

        await second.HearReceivedAsync(received => received.UpTo == 1);
    }

    [Fact]
    public async Task A_zone_that_is_approved_later_loses_nothing()
    {
        await _device.SayManifestAsync([Record(), Record("plaza-south")]);
        await _device.SendAsync(Record("plaza-south", sequence: 1));
        await AnswerAsync("zone not approved", RefusalReason.ZoneNotEnrolled, 1);

        Assert.Equal("", _sink.Office.Approve("camera-1", ["crossing-north", "plaza-south"], null).Fault);
        await _device.SendAsync(Record("plaza-south", sequence: 1));

        await _device.HearReceivedAsync(received => received.UpTo == 1);
    }

    [Fact]
    public async Task A_manifest_by_another_key_than_the_enrolled_one_is_refused()
    {
        await _device.SayManifestAsync([Record() with { Policy = "p-next" }], key: "thief");

        await AnswerAsync("manifest by another key", RefusalReason.OtherKey, 1);
        Assert.Single(_sink.Store.Manifests("camera-1"));
    }

    [Fact]
    public async Task After_a_change_of_key_the_new_one_is_taken_and_the_old_one_refused()
    {
        await AcceptedAsync(Record(sequence: 1));
        var enrolled = _sink.Store.Enrolled.Find("camera-1")!;
        Assert.True(_sink.Store.Enrolled.Keep(enrolled with { Key = TestManifests.KeyOf("camera-1-new").ExportSubjectPublicKeyInfo() }, "a new key", Noon));

        await _device.SendAsync(Record(hour: 1, sequence: 2));
        await AnswerAsync("the key from before", RefusalReason.WrongKey, 1, stored: 1);

        // Covered by the manifest that the old key signed: the record was made under it.
        await _device.SendAsync(Record(hour: 1, sequence: 2), key: "camera-1-new");
        await _device.HearReceivedAsync(received => received.UpTo == 2);
        await _device.SayManifestAsync([Record() with { Policy = "p-next" }], key: "camera-1-new");
        await _device.SendAsync(Record(hour: 2, sequence: 3) with { Policy = "p-next" }, key: "camera-1-new");
        await _device.HearReceivedAsync(received => received.UpTo == 3);
    }

    [Theory]
    [InlineData("", "{embedded: true}", DeviceTrust.FirstUse)]
    [InlineData("", "{embedded: false}", DeviceTrust.Enrolled)]
    [InlineData("profile: demo\n", "{embedded: false}", DeviceTrust.FirstUse)]
    [InlineData("profile: strict\n", "{embedded: false}", DeviceTrust.Enrolled)]
    [InlineData("devices: {trust: enrolled}\n", "{embedded: true}", DeviceTrust.Enrolled)]
    [InlineData("devices: {trust: first_use}\n", "{embedded: false}", DeviceTrust.FirstUse)]
    public void Enrolled_devices_alone_count_unless_the_sink_is_a_demonstration_or_speaks_to_its_own_machine(string more, string broker, DeviceTrust expected)
    {
        var folder = TestPaths.NewFolder();
        File.WriteAllText(Path.Combine(folder, "policy.yaml"), RunningSink.Policy);
        File.WriteAllText(Path.Combine(folder, "sink.yaml"), $"policy: policy.yaml\nbroker: {broker}\n{more}");
        var (configuration, faults) = SinkConfiguration.Read(Path.Combine(folder, "sink.yaml"));

        Assert.Empty(faults);
        Assert.Equal(expected, configuration!.Options.Trust);
    }

    private async Task<TestDevice> ConnectAsync(string name)
    {
        var device = await TestDevice.ConnectedAsync(name, _broker.Port);

        // Then the sink reads.
        await device.SubscribeAsync(Topics.ActivePolicy);
        await device.HearAsync(Topics.ActivePolicy, policy => Encoding.UTF8.GetString(policy) == RunningSink.Policy);
        return device;
    }

    private async Task AcceptedAsync(EventRecord record)
    {
        await _device.SendAsync(record);
        await _device.HearReceivedAsync(received => received.UpTo == record.Sequence);
    }

    private async Task AnswerAsync(string attack, RefusalReason expected, int count, int stored = 0)
    {
        await Eventually.TrueAsync(() => _sink.Refused(expected) == count, $"{attack}: {expected}");
        Assert.Empty(_sink.Store.Quarantine(10));
        Assert.Equal((uint)stored, _sink.Store.ReceivedOf("camera-1").UpTo);
        Assert.Equal(0u, _sink.Store.ReceivedOf("camera-2").Highest);
        output.WriteLine($"{attack}: {expected}, nothing committed");
    }
}
