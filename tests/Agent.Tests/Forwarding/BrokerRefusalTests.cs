using System.Diagnostics;
using MQTTnet.Protocol;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Forwarding;

public sealed class BrokerRefusalTests
{
    [Fact]
    public async Task A_wrong_password_is_said_once_and_asked_for_at_every_try()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        var (tries, secret) = (0, "old");
        broker.Greet = connecting =>
        {
            if (connecting.Password != "new")
                connecting.ReasonCode = MqttConnectReasonCode.BadUserNameOrPassword;
            Interlocked.Increment(ref tries);
        };
        await using var bed = new ForwarderBed(broker.Port, to => to with { User = Records.Device, Password = () => secret });
        await Eventually.TrueAsync(() => Volatile.Read(ref tries) >= 4, "it tried four times");
        Assert.Equal(1, bed.Log.Count("refuses this device: wrong user name or password"));
        Assert.Equal(("wrong user name or password", true), (bed.State.Trouble, bed.State.NeedsAttention));

        secret = "new";

        await Eventually.TrueAsync(() => bed.State is { IsConnected: true, Trouble: null }, "it connected with the new secret");
        Assert.DoesNotContain(bed.Log.Lines, line => line.Contains("old") && line.Contains(Records.Device));
    }

    [Fact]
    public async Task Mosquitto_refuses_a_wrong_password_and_takes_the_right_one()
    {
        var passwords = Path.Combine(TestPaths.NewFolder(), "passwords");
        await using var broker = await Mosquitto.StartAsync(
            () => RunAsync("mosquitto_passwd", "-c", "-b", passwords, Records.Device, "right"),
            "allow_anonymous false", $"password_file {passwords}");
        var secret = "wrong";

        await using var bed = new ForwarderBed(broker.Port, to => to with { User = Records.Device, Password = () => secret });
        await Eventually.TrueAsync(() => bed.State.Trouble == "not authorised", "it was refused");
        secret = "right";

        await Eventually.TrueAsync(() => bed.State.IsConnected, "it was let in");
    }

    [Fact]
    public async Task No_broker_at_all_is_said_once_and_does_not_end_the_forwarder()
    {
        var port = FreePort.Take();
        await using var bed = new ForwarderBed(port);
        bed.Append(1);
        await Eventually.TrueAsync(() => bed.State.Trouble is not null, "it noticed");

        await bed.StopAsync();

        Assert.Equal(1, bed.Log.Count("Not connected to the broker"));
        Assert.Equal(1, bed.Outbox.State.Depth);
    }

    [Fact]
    public async Task Another_agent_with_the_same_name_is_named()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        await using var first = new ForwarderBed(broker.Port);
        await Eventually.TrueAsync(() => first.State.IsConnected, "the first connected");

        await using var second = new ForwarderBed(broker.Port);

        await Eventually.TrueAsync(
            () => first.Log.Count("refuses this device: another agent uses the device's name") >= 1, "the first said who threw it out");
    }

    [Fact]
    public async Task Another_agent_with_the_same_name_is_suspected_where_the_broker_says_nothing()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var first = new ForwarderBed(broker.Port);
        await using var second = new ForwarderBed(broker.Port);

        await Eventually.TrueAsync(
            () => first.Log.Count("does another agent use the device's name?") >= 1, "the first suspects who throws it out");
    }

    [Fact]
    public async Task A_packet_above_the_brokers_limit_is_parked_unsent()
    {
        await using var broker = await Mosquitto.StartAsync("max_packet_size 400");
        await using var bed = new ForwarderBed(broker.Port);

        bed.Append(1);

        await Eventually.TrueAsync(() => bed.Outbox.State.Parked == 1, "it was parked");
        Assert.True(bed.State.IsConnected);
    }

    [Theory]
    [InlineData("broker.example.org", false, "plain text")]
    [InlineData("192.168.1.4", false, "plain text")]
    [InlineData("192.168.1.4", true, null)]
    [InlineData("localhost", false, null)]
    [InlineData("127.0.0.1", false, null)]
    [InlineData("::1", false, null)]
    public void Plain_text_stays_on_this_machine(string host, bool allow, string? problem)
    {
        var options = new BrokerOptions { Device = Records.Device, Host = host, AllowPlainText = allow };

        Assert.Equal(problem is null, options.Problem() is null);
        Assert.Contains(problem ?? "", options.Problem() ?? "");
    }

    [Theory]
    [InlineData("Device 1", "localhost", 1883, "device name 'Device 1'")]
    [InlineData("device-1", "", 1883, "host name and a port")]
    [InlineData("device-1", "localhost", 0, "host name and a port")]
    public void Options_that_cannot_work_are_refused_with_a_reason(string device, string host, int port, string reason)
    {
        using var bed = new OutboxBed();
        using var outbox = bed.Open();
        var options = new BrokerOptions { Device = device, Host = host, Port = port };

        var refused = Assert.Throws<ArgumentException>(() => new MqttForwarder(outbox, options, new(), TimeProvider.System, bed.Log));

        Assert.Contains(reason, refused.Message);
    }

    private static async Task RunAsync(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { UseShellExecute = false })!;
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}
