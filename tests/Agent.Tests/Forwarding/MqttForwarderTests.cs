using System.Buffers;
using System.Text;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Forwarding;

public sealed class MqttForwarderTests
{
    [Fact]
    public async Task A_record_leaves_only_when_the_sink_has_committed_it()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        await using var bed = new ForwarderBed(broker.Port);
        var first = bed.Append(1);
        bed.Append(2);
        await Eventually.TrueAsync(() => bed.State.Sent == 2, "the broker acknowledged both");
        Assert.Equal(2, bed.Outbox.State.Depth);

        await broker.SayReceivedAsync(new Received(first.Sequence, first.Sequence, []));

        await Eventually.TrueAsync(() => bed.State.Covered == 1, "the covered record left");
        Assert.Equal((1, 0L), (bed.Outbox.State.Depth, bed.State.Resent));
    }

    [Fact]
    public async Task What_is_not_covered_is_sent_again_with_the_same_bytes()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        var impatient = ForwarderBed.Quick with { ResendDelay = TimeSpan.FromMilliseconds(50) };
        await using var bed = new ForwarderBed(broker.Port, options: impatient);

        var entry = bed.Append(1);

        await Eventually.TrueAsync(() => bed.State.Resent >= 2, "the record was sent three times");
        Assert.All(broker.Events, message => Assert.Equal(entry.Payload.ToArray(), message.Payload.ToArray()));
        Assert.True(broker.Events.Length >= 3);
    }

    [Fact]
    public async Task A_message_carries_the_attributes_of_its_record()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        await using var bed = new ForwarderBed(broker.Port);

        var entry = bed.Append(1);

        await Eventually.TrueAsync(() => broker.Events.Length == 1, "the record came");
        var message = broker.Events[0];
        var properties = message.UserProperties.Select(p => KeyValuePair.Create(p.Name, Encoding.UTF8.GetString(p.ValueBuffer.Span)));
        Assert.Equal(CloudEventAttributes.Of(Records.Decode(entry.Payload), Records.Device), properties);
        Assert.Equal(("application/json", 7 * 86400u, false), (message.ContentType, message.MessageExpiryInterval, message.Retain));
    }

    [Fact]
    public async Task The_session_and_the_last_will_are_asked_for_as_agreed()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        (string, bool?, uint?) asked = default;
        broker.Greet = connecting => asked = (connecting.ClientId, connecting.CleanSession, connecting.SessionExpiryInterval);

        await using var bed = new ForwarderBed(broker.Port);

        await Eventually.TrueAsync(() => bed.State.IsConnected, "it connected");
        Assert.Equal((Records.Device, false, 7 * 86400u), asked);
    }

    [Fact]
    public async Task A_record_is_not_sent_before_its_time()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        await using var bed = new ForwarderBed(broker.Port);

        var later = bed.Append(1, DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() + 1500));
        var now = bed.Append(2);

        await Eventually.TrueAsync(() => broker.Events.Length == 2, "both came");
        Assert.Equal([now.Sequence, later.Sequence], broker.EventRecords.Select(record => record.Sequence));
    }

    [Fact]
    public async Task A_backlog_is_delivered_in_order_of_sequence()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        broker.Greet = connecting => connecting.ReasonCode = MQTTnet.Protocol.MqttConnectReasonCode.ServerUnavailable;
        await using var bed = new ForwarderBed(broker.Port, options: ForwarderBed.Quick with { InFlightMax = 1 });
        var sequences = Enumerable.Range(0, 200).Select(i => bed.Append(i).Sequence).ToList();

        broker.Greet = _ => { };

        await Eventually.TrueAsync(() => broker.Events.Length == 200, "all came");
        Assert.Equal(sequences, broker.EventRecords.Select(record => record.Sequence));
    }

    [Theory]
    [InlineData(0x87, "not authorised")]
    [InlineData(0x90, "topic name invalid")]
    [InlineData(0x95, "packet too large")]
    [InlineData(0x99, "payload format invalid")]
    public async Task A_record_that_the_broker_refuses_for_good_is_parked(int code, string name)
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        broker.AnswerTo = n => n == 0 ? code : 0;
        await using var bed = new ForwarderBed(broker.Port);

        bed.Append(1);
        await Eventually.TrueAsync(() => bed.Outbox.State.Parked == 1, "it was parked");
        bed.Append(2);

        await Eventually.TrueAsync(() => bed.State.Sent == 1, "the next one was sent");
        Assert.Equal((2, true), (broker.Events.Length, bed.State.NeedsAttention));
        Assert.Equal(1, bed.Log.Count($"0x{code:X2} ({name})"));
    }

    [Fact]
    public async Task A_parked_record_is_offered_again_later()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        broker.AnswerTo = n => n == 0 ? 0x87 : 0;
        await using var bed = new ForwarderBed(broker.Port, options: ForwarderBed.Quick with { ParkedRetryDelay = TimeSpan.FromMilliseconds(200) });

        bed.Append(1);

        await Eventually.TrueAsync(() => bed.State.Sent == 1, "it was taken in the end");
        Assert.Equal(0, bed.Outbox.State.Parked);
    }

    [Theory]
    [InlineData(0x88)]
    [InlineData(0x89)]
    [InlineData(0x97)]
    public async Task A_busy_broker_gets_the_same_bytes_later(int code)
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        broker.AnswerTo = n => n < 2 ? code : 0;
        await using var bed = new ForwarderBed(broker.Port);

        var entry = bed.Append(1);

        await Eventually.TrueAsync(() => bed.State.Sent == 1, "it was taken in the end");
        Assert.Equal(3, broker.Events.Length);
        Assert.All(broker.Events, message => Assert.Equal(entry.Payload.ToArray(), message.Payload.ToArray()));
        Assert.Equal(0, bed.Outbox.State.Parked);
    }

    [Fact]
    public async Task What_a_broker_threw_away_is_sent_again_until_someone_reads_it()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var bed = new ForwarderBed(broker.Port);
        var entry = bed.Append(1);
        await Eventually.TrueAsync(() => bed.State.Sent >= 1, "a broker without readers acknowledged it");

        await using var sink = await StandInSink.ConnectAsync(broker.Port);

        await Eventually.TrueAsync(() => sink.Payloads.Length > 0, "the late reader got it");
        Assert.Equal(entry.Payload.ToArray(), sink.Payloads[0]);
    }

    [Fact]
    public async Task A_lost_connection_is_followed_by_another()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        await using var bed = new ForwarderBed(broker.Port);
        await Eventually.TrueAsync(() => bed.State.IsConnected, "it connected");

        await broker.DisconnectAsync(0x8B);
        await Eventually.TrueAsync(() => bed.Log.Count("the broker is shutting down") == 1, "it said why");
        bed.Append(1);

        await Eventually.TrueAsync(() => bed.State is { Sent: 1, IsConnected: true, Trouble: null }, "it sent again");
    }
}
