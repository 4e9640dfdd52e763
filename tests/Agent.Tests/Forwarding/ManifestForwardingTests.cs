using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Forwarding;

/// <summary>When and how the forwarder says what its device can send.</summary>
public sealed class ManifestForwardingTests
{
    private static readonly SignedManifests Both = Shelved("p-0", "p-1"), One = Shelved("p-1");

    private static readonly SignedManifest Earlier = Both.All[0], InForce = Both.All[1];

    [Fact]
    public async Task It_is_said_before_any_record_and_stays_at_the_broker()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var early = await Listener.ConnectAsync(broker.Port, "early");
        await using var bed = new ForwarderBed(broker.Port, manifests: One);
        bed.Append(1);
        await Eventually.TrueAsync(() => early.Heard.Any(message => message.Topic == Topics.Events(Records.Device)), "the record came");

        Assert.Equal(Topics.Manifest(Records.Device), early.Heard.First().Topic);
        await using var late = await Listener.ConnectAsync(broker.Port, "late");
        await Eventually.TrueAsync(() => !late.Heard.IsEmpty, "the broker kept it");
        var (_, signed, isRetained) = late.Heard.First();
        Assert.True(isRetained);
        Assert.Equal(Encoding.UTF8.GetString(One.All[0].Payload.Span), Encoding.UTF8.GetString(signed.Payload.Span));
        Assert.True(signed.TryOpen(out _, out var reason), reason);
    }

    [Fact]
    public async Task It_is_said_again_to_a_broker_that_forgot_though_nothing_waits()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var bed = new ForwarderBed(broker.Port, manifests: One);
        await Eventually.TrueAsync(() => bed.State.IsConnected, "it connected");

        await broker.KillAsync();
        await broker.StartAgainAsync();
        await using var late = await Listener.ConnectAsync(broker.Port, "late");

        await Eventually.TrueAsync(() => !late.Heard.IsEmpty, "it was said again");
        Assert.Equal(One.All[0].Digest, late.Heard.First().Signed.Digest);
    }

    [Fact]
    public async Task While_records_wait_earlier_ones_go_before_it_and_do_not_stay()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var early = await Listener.ConnectAsync(broker.Port, "early");
        await using var bed = new ForwarderBed(broker.Port, manifests: Both, before: bed => bed.Append(1));
        await Eventually.TrueAsync(() => early.Heard.Any(message => message.Topic == Topics.Events(Records.Device)), "the record came");

        Assert.Equal([(Earlier.Digest, false), (InForce.Digest, true)], early.Heard.Take(2).Select(message => (message.Signed.Digest, message.IsRetained)));
        await using var late = await Listener.ConnectAsync(broker.Port, "late");
        await Eventually.TrueAsync(() => !late.Heard.IsEmpty, "the broker kept one");
        Assert.Equal([InForce.Digest], late.Heard.Select(message => message.Signed.Digest));
    }

    [Fact]
    public async Task Where_nothing_waits_only_the_one_in_force_is_said()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var early = await Listener.ConnectAsync(broker.Port, "early");
        await using var bed = new ForwarderBed(broker.Port, manifests: Both);
        await Eventually.TrueAsync(() => !early.Heard.IsEmpty, "it was said");
        bed.Append(1);
        await Eventually.TrueAsync(() => early.Heard.Any(message => message.Topic == Topics.Events(Records.Device)), "the record came");

        Assert.Equal(InForce.Digest, early.Heard.First().Signed.Digest);
    }

    [Fact]
    public async Task A_record_that_is_sent_again_brings_the_manifests_with_it()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var early = await Listener.ConnectAsync(broker.Port, "early");
        var impatient = ForwarderBed.Quick with { ResendDelay = TimeSpan.FromMilliseconds(100), ResendDelayMax = TimeSpan.FromMilliseconds(100) };
        await using var bed = new ForwarderBed(broker.Port, options: impatient, manifests: Both);
        bed.Append(1);

        // The sink does not say that it has the record: perhaps because it never heard of its terms.
        await Eventually.TrueAsync(() => early.Heard.Count(message => message.Signed.Digest == Earlier.Digest) >= 2, "they were said again");

        await Eventually.TrueAsync(() => early.Heard.Count(message => message.Topic == Topics.Events(Records.Device)) >= 2, "the record as well");
    }

    [Fact]
    public async Task A_broker_that_does_not_take_it_is_named_and_records_go_on()
    {
        var acl = Path.Combine(TestPaths.NewFolder(), "acl");
        await using var broker = await Mosquitto.StartAsync(
            () => File.WriteAllTextAsync(acl, $"topic readwrite {Topics.Events("+")}\ntopic readwrite {Topics.State("+")}\ntopic read {Topics.Received("+")}\n"),
            // Without a limit mosquitto 2.0.11 ends the connection of whoever it denies something.
            "max_queued_messages 1000", "max_queued_bytes 1000000", $"acl_file {acl}");
        await using var bed = new ForwarderBed(broker.Port, manifests: One);
        bed.Append(1);

        await Eventually.TrueAsync(() => bed.State.Sent == 1, "the record was sent");

        Assert.Equal(1, bed.Log.Count($"The broker does not take this device's manifest on {Topics.Manifest(Records.Device)} (reason code 0x87"));
    }

    [Fact]
    public async Task A_device_that_may_write_its_own_topics_and_nothing_else_says_it()
    {
        var acl = Path.Combine(TestPaths.NewFolder(), "acl");
        await using var broker = await Mosquitto.StartAsync(
            () => File.WriteAllLinesAsync(acl, ["pattern write sce/v1/%c/events", "pattern write sce/v1/%c/state", "pattern write sce/v1/%c/manifest", "pattern read sce/v1/%c/received"]),
            $"acl_file {acl}");
        await using var bed = new ForwarderBed(broker.Port, manifests: One);
        bed.Append(1);

        await Eventually.TrueAsync(() => bed.State.Sent == 1, "the record was sent");

        Assert.Equal(0, bed.Log.Count("does not take this device's manifest"));
    }

    /// <summary>As a device has them whose policy changed while records waited.</summary>
    internal static SignedManifests Shelved(params string[] policies)
    {
        var folder = TestPaths.NewFolder();
        // Signs records for as long as the run lasts.
        var key = DeviceKey.OpenOrMake(folder);
        var manifests = SignedManifests.None;
        foreach (var policy in policies)
        {
            var made = TestManifests.Covering(Records.Device, 512, [Records.Of(0) with { Policy = policy }]) with { Key = key.PublicKey };
            manifests = new ManifestShelf(folder, new CapturingLog()).PutInForce(made, key, isNothingWaiting: false);
        }

        return manifests;
    }

    private sealed class Listener : IAsyncDisposable
    {
        private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();

        public ConcurrentQueue<(string Topic, SignedManifest Signed, bool IsRetained)> Heard { get; } = [];

        public static async Task<Listener> ConnectAsync(int port, string name)
        {
            var listener = new Listener();
            listener._client.ApplicationMessageReceivedAsync += received =>
            {
                listener.Take(received.ApplicationMessage);
                return Task.CompletedTask;
            };
            await listener._client.ConnectAsync(new MqttClientOptionsBuilder()
                .WithProtocolVersion(MqttProtocolVersion.V500).WithTcpServer("127.0.0.1", port).WithClientId(name).Build());
            foreach (var topic in (string[])[Topics.Manifest(Records.Device), Topics.Events(Records.Device)])
                await listener._client.SubscribeAsync(new MqttTopicFilterBuilder().WithTopic(topic).WithAtLeastOnceQoS().WithRetainAsPublished().Build());
            return listener;
        }

        public ValueTask DisposeAsync()
        {
            _client.Dispose();
            return ValueTask.CompletedTask;
        }

        private void Take(MqttApplicationMessage message) => Heard.Enqueue(
            (message.Topic, new SignedManifest(message.Payload.ToArray(), Property(message, "sig"), Property(message, "kid")), message.Retain));

        private static string Property(MqttApplicationMessage message, string name) =>
            message.UserProperties.Where(property => property.Name == name).Select(property => Encoding.UTF8.GetString(property.ValueBuffer.Span)).FirstOrDefault("");
    }
}
