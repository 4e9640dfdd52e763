using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Brokers;

/// <summary>A device that is revoked while it is connected.</summary>
public sealed class RevocationTests(ITestOutputHelper output)
{
    private const string Device = "camera-1", Other = "camera-2";

    [Theory]
    [InlineData(TlsBroker.Embedded)]
    [InlineData(TlsBroker.Mosquitto)]
    public async Task A_revoked_device_says_and_hears_nothing_more_and_cannot_come_again(string kind)
    {
        await using var broker = await TlsBroker.StartAsync(kind);
        var (certificate, others) = (broker.Approve(Device), broker.Approve(Other));
        await broker.TellAsync();
        await using var device = await ConnectedAsync(broker, Device, certificate);
        await using var other = await ConnectedAsync(broker, Other, others);
        Assert.StartsWith("Success", await PublishWhenToldAsync(device, Device), StringComparison.Ordinal);

        broker.Revoke(certificate);
        broker.Forget(Device);
        await broker.TellAsync();
        var published = "";
        await Eventually.TrueAsync(
            async () => !(published = await device.PublishAsync(Topics.Events(Device), "before it is told")).StartsWith("Success", StringComparison.Ordinal),
            "the broker has taken it");
        var last = await device.PublishAsync(Topics.Events(Device), "revoked record");
        await broker.Sink.PublishAsync(Topics.Received(Device), "revoked receipt");
        await broker.Sink.PublishAsync(Topics.Received(Other), "end");
        await other.HearAsync("end");
        await other.PublishAsync(Topics.Events(Other), "end");
        await broker.Sink.HearAsync("end");
        await using var again = new TlsClient(Device, certificate);
        var reconnected = await again.ConnectAsync(broker.Port, broker.Authority.Certificate);

        output.WriteLine($"{kind,-10} revoked and connected: publish {published}; then {last}; connected still: {device.IsConnected}; connect again: {reconnected}");
        Assert.DoesNotContain("revoked record", broker.Sink.Heard);
        Assert.DoesNotContain("revoked receipt", device.Heard);
        Assert.DoesNotContain("Success", reconnected, StringComparison.Ordinal);
        Assert.False(again.IsConnected);
        Assert.True(other.IsConnected);
    }

    [Fact]
    public async Task The_rights_alone_stop_a_device_at_mosquitto_whose_certificate_still_holds()
    {
        await using var broker = await TlsBroker.StartAsync(TlsBroker.Mosquitto);
        var certificate = broker.Approve(Device);
        await broker.TellAsync();
        await using var device = await ConnectedAsync(broker, Device, certificate);
        await PublishWhenToldAsync(device, Device);

        broker.Forget(Device);
        await broker.TellAsync();

        await Eventually.TrueAsync(
            async () => await device.PublishAsync(Topics.Events(Device), "after") == "NotAuthorized (0x87)", "the broker has taken it");
        await using var again = await broker.ConnectedAsync(Device, certificate);
        Assert.Equal("NotAuthorized (0x87)", await again.PublishAsync(Topics.Events(Device), "again"));
        output.WriteLine("mosquitto  rights alone: connected stays, publish NotAuthorized (0x87); connect again: Success, publish NotAuthorized (0x87)");
    }

    [Fact]
    public async Task The_list_of_revoked_certificates_alone_keeps_a_device_out_of_mosquitto_but_does_not_end_a_connection()
    {
        await using var broker = await TlsBroker.StartAsync(TlsBroker.Mosquitto);
        var certificate = broker.Approve(Device);
        await broker.TellAsync();
        await using var device = await ConnectedAsync(broker, Device, certificate);
        await PublishWhenToldAsync(device, Device);

        broker.Revoke(certificate);
        await broker.TellAsync();

        var answer = "";
        await Eventually.TrueAsync(
            async () =>
            {
                await using var again = new TlsClient(Device, certificate);
                answer = await again.ConnectAsync(broker.Port, broker.Authority.Certificate);
                return !again.IsConnected;
            },
            "the broker has taken it");
        output.WriteLine($"mosquitto  list alone: connect again: {answer}");
        Assert.StartsWith("refused", answer, StringComparison.Ordinal);
    }

    private static async Task<TlsClient> ConnectedAsync(TlsBroker broker, string device, System.Security.Cryptography.X509Certificates.X509Certificate2 certificate)
    {
        var client = await broker.ConnectedAsync(device, certificate);
        Assert.Equal("GrantedQoS1 (0x01)", await client.SubscribeAsync(Topics.Received(device)));
        return client;
    }

    // The signal that tells mosquitto of a new device is taken between two packets, some time soon.
    private static async Task<string> PublishWhenToldAsync(TlsClient client, string device)
    {
        var answer = "";
        await Eventually.TrueAsync(
            async () => (answer = await client.PublishAsync(Topics.Events(device), "hello")).StartsWith("Success", StringComparison.Ordinal), "the device has its rights");
        return answer;
    }
}
