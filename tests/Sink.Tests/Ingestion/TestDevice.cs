using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Tests.Storage;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Ingestion;

/// <summary>An MQTT client that behaves like a device, or not.</summary>
internal sealed class TestDevice(string name) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly ConcurrentDictionary<string, byte[]> _latest = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Dictionary<string, string>> _properties = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _news = new(0);

    public string Name { get; } = name;

    /// <summary>The user properties of the last message on a topic.</summary>
    public IReadOnlyDictionary<string, string> PropertiesOf(string topic) => _properties[topic];

    /// <summary>Connected, and told what the sink has of it.</summary>
    public static async Task<TestDevice> ConnectedAsync(string name, int port)
    {
        var device = new TestDevice(name);
        await device.ConnectAsync(port);
        await device.SubscribeAsync(Topics.Received(name));
        return device;
    }

    public async Task<MqttClientConnectResult> ConnectAsync(
        int port, string? user = null, string? password = null, Action<MqttClientTlsOptionsBuilder>? tls = null)
    {
        _client.ApplicationMessageReceivedAsync += message =>
        {
            _properties[message.ApplicationMessage.Topic] = (message.ApplicationMessage.UserProperties ?? []).ToDictionary(
                property => property.Name, property => Encoding.UTF8.GetString(property.ValueBuffer.Span));
            _latest[message.ApplicationMessage.Topic] = message.ApplicationMessage.Payload.ToArray();
            _news.Release();
            return Task.CompletedTask;
        };
        var options = new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithClientId(Name)
            .WithProtocolVersion(MqttProtocolVersion.V500).WithTimeout(Patience);
        if (tls is not null)
            options.WithTlsOptions(tls);
        return await _client.ConnectAsync((user is null ? options : options.WithCredentials(user, password)).Build());
    }

    public async Task<MqttClientSubscribeResultCode> SubscribeAsync(string filter)
    {
        var result = await _client.SubscribeAsync(filter, MqttQualityOfServiceLevel.AtLeastOnce);
        return result.Items.Single().ResultCode;
    }

    /// <summary>Sends a record, signed with its name's key unless another is named; by "nobody", unsigned.</summary>
    public Task<MqttClientPublishResult> SendAsync(EventRecord record, string? topic = null, string? source = null, string? id = null, string? key = null)
    {
        var payload = EventRecordJson.Encode(record, RecordFixtures.LengthBytes);
        var signer = key == "nobody" ? null : TestManifests.KeyOf(key ?? Name);
        return SendAsync(
            topic ?? Topics.Events(Name), payload, source ?? CloudEventAttributes.SourceOf(record.Site, Name), id ?? record.Id,
            signer is null ? null : Dsse.Sign(signer, EventRecord.SignedType, payload));
    }

    public Task<MqttClientPublishResult> SendAsync(string topic, byte[] payload, string? source = null, string? id = null, string? signature = null)
    {
        var message = new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload)
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
        foreach (var (name, value) in new[] { (CloudEventAttributes.Source, source), (CloudEventAttributes.Id, id), (Dsse.SignatureProperty, signature) })
        {
            if (value is not null)
                message = message.WithUserProperty(name, Encoding.UTF8.GetBytes(value));
        }

        return _client.PublishAsync(message.Build());
    }

    /// <summary>Says that it can send records like these; signed with its name's key unless another is named.</summary>
    public Task<MqttClientPublishResult> SayManifestAsync(IEnumerable<EventRecord> records, string? key = null) =>
        SayAsync(TestManifests.Sign(
            TestManifests.Covering(Name, RecordFixtures.LengthBytes, records, key), TestManifests.KeyOf(key ?? Name)));

    public Task<MqttClientPublishResult> SayAsync(SignedManifest manifest, string? topic = null) =>
        _client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic(topic ?? Topics.Manifest(Name)).WithPayload(manifest.Payload.ToArray())
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).WithRetainFlag()
            .WithUserProperty(Dsse.SignatureProperty, Encoding.UTF8.GetBytes(manifest.Signature))
            .WithUserProperty(Dsse.KeyIdProperty, Encoding.UTF8.GetBytes(manifest.KeyId)).Build());

    /// <summary>Says something signed as this type, with its name's key unless another is named.</summary>
    public Task<MqttClientPublishResult> SaySignedAsync(string topic, string payloadType, byte[] payload, string? key = null) =>
        _client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload)
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .WithUserProperty(Dsse.SignatureProperty, Encoding.UTF8.GetBytes(Dsse.Sign(TestManifests.KeyOf(key ?? Name), payloadType, payload))).Build());

    /// <summary>Waits until the newest message of a topic is as it should be.</summary>
    public async Task<byte[]> HearAsync(string topic, Func<byte[], bool> isExpected)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            if (_latest.TryGetValue(topic, out var payload) && isExpected(payload))
                return payload;
            try
            {
                await _news.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                var last = payload is null ? "nothing" : Encoding.UTF8.GetString(payload);
                Assert.Fail($"Waited in vain on {topic}; the last heard was {last}.");
            }
        }
    }

    public async Task<Received> HearReceivedAsync(Func<Received, bool> isExpected) =>
        Received.TryDecode(await HearAsync(Topics.Received(Name), payload => isExpected(Received.TryDecode(payload)!)))!;

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        _news.Dispose();
        return ValueTask.CompletedTask;
    }
}
