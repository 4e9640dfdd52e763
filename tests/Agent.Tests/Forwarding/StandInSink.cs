using System.Buffers;
using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Agent.Tests.Forwarding;

/// <summary>Reads events and states as a sink would, over a real connection.</summary>
internal sealed class StandInSink : IAsyncDisposable
{
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly List<byte[]> _payloads = [];

    /// <summary>The last state of the device that was told, or null.</summary>
    public string? DeviceState { get; private set; }

    public byte[][] Payloads
    {
        get
        {
            lock (_payloads)
                return [.. _payloads];
        }
    }

    public static async Task<StandInSink> ConnectAsync(int port)
    {
        var sink = new StandInSink();
        sink._client.ApplicationMessageReceivedAsync += message =>
        {
            sink.Take(message.ApplicationMessage);
            return Task.CompletedTask;
        };
        await sink._client.ConnectAsync(new MqttClientOptionsBuilder()
            .WithProtocolVersion(MqttProtocolVersion.V500).WithTcpServer("127.0.0.1", port).WithClientId("sink-1").Build());
        await sink._client.SubscribeAsync(Topics.Events(Records.Device), MqttQualityOfServiceLevel.AtLeastOnce);
        await sink._client.SubscribeAsync(Topics.State(Records.Device), MqttQualityOfServiceLevel.AtLeastOnce);
        return sink;
    }

    public Task SayReceivedAsync(Received received) =>
        _client.PublishBinaryAsync(Topics.Received(Records.Device), received.Encode(), MqttQualityOfServiceLevel.AtLeastOnce, retain: true);

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Take(MqttApplicationMessage message)
    {
        if (message.Topic == Topics.State(Records.Device))
        {
            DeviceState = Encoding.UTF8.GetString(message.Payload.ToArray());
            return;
        }

        lock (_payloads)
            _payloads.Add(message.Payload.ToArray());
    }
}
