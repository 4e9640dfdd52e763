using System.Buffers;
using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace SocialCredit.Edge.EndToEnd.Tests.Delivery;

/// <summary>Hears every event record that a broker passes on, and keeps each payload by its key.</summary>
internal sealed class WireListener : IAsyncDisposable
{
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly Dictionary<string, List<string>> _payloads = [];

    /// <summary>By source and id, every payload in the order in which it came.</summary>
    public Dictionary<string, string[]> Payloads
    {
        get
        {
            lock (_payloads)
                return _payloads.ToDictionary(entry => entry.Key, entry => entry.Value.ToArray());
        }
    }

    /// <summary>How many came.</summary>
    public int Messages
    {
        get
        {
            lock (_payloads)
                return _payloads.Values.Sum(payloads => payloads.Count);
        }
    }

    public static async Task<WireListener> StartAsync(int port)
    {
        var listener = new WireListener();
        listener._client.ApplicationMessageReceivedAsync += message =>
        {
            listener.Keep(message.ApplicationMessage);
            return Task.CompletedTask;
        };
        await listener._client.ConnectAsync(new MqttClientOptionsBuilder()
            .WithProtocolVersion(MqttProtocolVersion.V500).WithTcpServer("127.0.0.1", port).WithClientId("wire-1").Build());
        await listener._client.SubscribeAsync("sce/v1/+/events", MqttQualityOfServiceLevel.AtLeastOnce);
        return listener;
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Keep(MqttApplicationMessage message)
    {
        var key = string.Join(' ', message.UserProperties.Where(property => property.Name is "source" or "id").Select(property => Encoding.UTF8.GetString(property.ValueBuffer.Span)));
        var payload = Convert.ToHexString(message.Payload.ToArray());
        lock (_payloads)
        {
            if (!_payloads.TryGetValue(key, out var known))
                _payloads.Add(key, known = []);
            known.Add(payload);
        }
    }
}
