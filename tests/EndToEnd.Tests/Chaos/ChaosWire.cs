using System.Buffers;
using System.Text;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace SocialCredit.Edge.EndToEnd.Tests.Chaos;

/// <summary>Hears every record that the broker passes on, through all its lives, and can say some of them once more.</summary>
internal sealed class ChaosWire : IAsyncDisposable
{
    private const int RecentMax = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly CancellationTokenSource _ended = new();
    private readonly Dictionary<string, HashSet<string>> _payloads = [];
    private readonly Queue<MqttApplicationMessage> _recent = new();
    private readonly MqttClientOptions _options;
    private readonly Task _staying;
    private int _messages;

    public ChaosWire(int port)
    {
        _options = new MqttClientOptionsBuilder().WithProtocolVersion(MqttProtocolVersion.V500).WithTcpServer("127.0.0.1", port).WithClientId("wire-1").Build();
        _client.ApplicationMessageReceivedAsync += message =>
        {
            Keep(message.ApplicationMessage);
            return Task.CompletedTask;
        };
        _staying = StayAsync();
    }

    /// <summary>By id, the distinct payloads in hexadecimal.</summary>
    public Dictionary<string, string[]> Payloads
    {
        get
        {
            lock (_payloads)
                return _payloads.ToDictionary(entry => entry.Key, entry => entry.Value.ToArray());
        }
    }

    public int Messages => Volatile.Read(ref _messages);

    /// <summary>Publishes what was heard lately again, to the bit: a broker that delivers twice.</summary>
    public async Task RepeatAsync(int count)
    {
        MqttApplicationMessage[] again;
        lock (_payloads)
            again = [.. _recent.TakeLast(count)];
        try
        {
            foreach (var message in again)
                await _client.PublishAsync(message, _ended.Token);
        }
        catch (Exception gone) when (gone is MqttCommunicationException or InvalidOperationException or OperationCanceledException)
        {
            // The broker is away at the moment; then nothing is delivered twice.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _staying;
        _client.Dispose();
        _ended.Dispose();
    }

    private async Task StayAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            try
            {
                if (!_client.IsConnected)
                {
                    await _client.ConnectAsync(_options, _ended.Token);
                    await _client.SubscribeAsync("sce/v1/+/events", MqttQualityOfServiceLevel.AtLeastOnce, _ended.Token);
                }

                await Task.Delay(Pause, _ended.Token);
            }
            catch (Exception away) when (away is MqttCommunicationException or InvalidOperationException or OperationCanceledException)
            {
                // It comes back.
            }
        }
    }

    private void Keep(MqttApplicationMessage message)
    {
        var id = message.UserProperties.Where(property => property.Name == "id").Select(property => Encoding.UTF8.GetString(property.ValueBuffer.Span)).Single();
        lock (_payloads)
        {
            if (!_payloads.TryGetValue(id, out var known))
                _payloads.Add(id, known = []);
            known.Add(Convert.ToHexString(message.Payload.ToArray()));
            _recent.Enqueue(message);
            if (_recent.Count > RecentMax)
                _recent.Dequeue();
        }

        Interlocked.Increment(ref _messages);
    }
}
