using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Forwarding;

public sealed class ForgetfulBrokerTests
{
    [Fact]
    public async Task A_broker_that_acknowledges_and_forgets_loses_nothing()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var earlier = await StandInSink.ConnectAsync(broker.Port);
        await using var bed = new ForwarderBed(broker.Port);
        var entries = Enumerable.Range(0, 20).Select(i => bed.Append(i)).ToList();
        await Eventually.TrueAsync(() => bed.State.Sent == 20, "the broker acknowledged all");
        Assert.Equal(20, bed.Outbox.State.Depth);

        await broker.KillAsync();
        await broker.StartAgainAsync();
        await using var sink = await StandInSink.ConnectAsync(broker.Port);
        var expected = entries.Select(entry => Convert.ToHexString(entry.Payload.Span)).ToHashSet();
        await Eventually.TrueAsync(
            () => expected.SetEquals(sink.Payloads.Select(payload => Convert.ToHexString(payload))), "all came again with the same bytes");
        bed.Append(20);
        var last = entries[^1].Sequence;
        await sink.SayReceivedAsync(new Received(last, last, []));

        await Eventually.TrueAsync(() => bed.Outbox.State.Depth == 1, "received was subscribed to again");
    }

    [Fact]
    public async Task The_state_is_said_again_after_every_connection_and_at_the_end()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var bed = new ForwarderBed(broker.Port);
        await Eventually.TrueAsync(() => bed.State.IsConnected, "it connected");

        await broker.KillAsync();
        await broker.StartAgainAsync();
        await using var sink = await StandInSink.ConnectAsync(broker.Port);

        await Eventually.TrueAsync(() => sink.DeviceState == "online", "it said online to a broker that knew nothing");
        await bed.StopAsync();
        await Eventually.TrueAsync(() => sink.DeviceState == "offline", "it said offline when it went");
    }
}
