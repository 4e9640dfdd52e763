using System.Text;
using MQTTnet;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Sensing.Sensors;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Sensing;

/// <summary>A phase that a controller publishes at a real broker.</summary>
public sealed class ControllerMqttTests
{
    private const string Topic = "crossing/1/phase";

    [Fact]
    public async Task Each_phase_is_told_once_and_hostile_messages_change_nothing()
    {
        await using var broker = await Mosquitto.StartAsync();
        using var heard = new HeardSensors(("ped", Options(broker) with { Key = "phase" }));
        await heard.BecomesAsync("ped", SensorState.Green, () => PublishAsync(broker, "{\"phase\": \"green\"}"));

        byte[][] hostile =
        [
            [], [0xff, 0xfe, 0x00], "{\"phase\": red"u8.ToArray(), "{\"phase\": {\"a\": 1}}"u8.ToArray(), "{\"state\": \"red\"}"u8.ToArray(),
            Encoding.UTF8.GetBytes($"{{\"phase\": \"red\", \"rest\": \"{new string('x', 70_000)}\"}}"), Encoding.Latin1.GetBytes("{\"phase\": \"r\u00f6t\"}"),
        ];
        foreach (var message in hostile)
            await PublishAsync(broker, message);
        await heard.BecomesAsync("ped", SensorState.Amber, () => PublishAsync(broker, "{\"phase\": \"yellow\"}"));

        Assert.Equal([SensorState.Green, SensorState.Amber], heard.Of("ped"));
        await heard.BecomesAsync("ped", SensorState.Unknown, () => PublishAsync(broker, "{\"phase\": \"flashing\"}"));
        Assert.DoesNotContain(heard.Log.Lines, line => line.StartsWith("Critical", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_broker_kept_from_before_is_not_believed()
    {
        await using var broker = await Mosquitto.StartAsync();
        await PublishAsync(broker, "green"u8.ToArray(), isKept: true);
        using var heard = new HeardSensors(("ped", Options(broker)));

        await heard.BecomesAsync("ped", SensorState.Red, () => PublishAsync(broker, "red"));

        Assert.Equal([SensorState.Red], heard.Of("ped"));
    }

    [Fact]
    public async Task A_phase_that_is_not_repeated_in_time_is_unknown()
    {
        await using var broker = await Mosquitto.StartAsync();
        using var heard = new HeardSensors(("ped", Options(broker) with { StaleSeconds = 1 }));
        await heard.BecomesAsync("ped", SensorState.Red, () => PublishAsync(broker, "red"));

        await heard.BecomesAsync("ped", SensorState.Unknown);

        Assert.Equal(1, heard.Log.Count("Signal ped is unknown: its controller has said nothing that can be used for 1 s."));
    }

    [Fact]
    public async Task While_the_broker_is_away_the_phase_is_unknown_however_long_it_would_be_fresh()
    {
        await using var broker = await Mosquitto.StartAsync();
        using var heard = new HeardSensors(("ped", Options(broker) with { StaleSeconds = 3600 }));
        await heard.BecomesAsync("ped", SensorState.Green, () => PublishAsync(broker, "green"));

        await broker.KillAsync();
        await heard.BecomesAsync("ped", SensorState.Unknown);
        await broker.StartAgainAsync();
        await heard.BecomesAsync("ped", SensorState.Green, () => PublishAsync(broker, "green"));

        Assert.Equal([SensorState.Green, SensorState.Unknown, SensorState.Green], heard.Of("ped"));
    }

    [Fact]
    public async Task A_broker_that_refuses_is_named_and_the_signal_stays_unknown()
    {
        await using var broker = await Mosquitto.StartAsync("allow_anonymous false");
        using var heard = new HeardSensors(("ped", Options(broker) with { StaleSeconds = 1 }));

        await Eventually.TrueAsync(() => heard.Log.Count("Signal ped is unknown") == 1, "it says why");

        Assert.Equal(1, heard.Log.Count("Its broker refuses: NotAuthorized."));
        Assert.Empty(heard.Of("ped"));
    }

    private static ControllerMqttSensor.Options Options(Mosquitto broker) => new() { Host = "127.0.0.1", Port = broker.Port, Topic = Topic };

    private static Task PublishAsync(Mosquitto broker, string message) => PublishAsync(broker, Encoding.UTF8.GetBytes(message));

    private static async Task PublishAsync(Mosquitto broker, byte[] message, bool isKept = false)
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", broker.Port).Build());
        await client.PublishBinaryAsync(Topic, message, MQTTnet.Protocol.MqttQualityOfServiceLevel.AtLeastOnce, isKept);
        await client.DisconnectAsync();
    }
}
