using System.Buffers;
using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Forwarding;

/// <summary>A real broker in this process that shows what arrives and answers as it is told.</summary>
internal sealed class EmbeddedBroker : IAsyncDisposable
{
    private readonly MqttServer _server;
    private readonly List<MqttApplicationMessage> _events = [];
    private StandInSink? _sink;

    private EmbeddedBroker(MqttServer server, int port) => (_server, Port) = (server, port);

    public int Port { get; }

    /// <summary>The PUBACK for the n-th event, counted from 0.</summary>
    public Func<int, int> AnswerTo { get; set; } = _ => 0;

    public Action<ValidatingConnectionEventArgs> Greet { get; set; } = _ => { };

    /// <summary>Every event that arrived, whatever the answer was.</summary>
    public MqttApplicationMessage[] Events
    {
        get
        {
            lock (_events)
                return [.. _events];
        }
    }

    public EventRecord[] EventRecords => [.. Events.Select(message => Records.Decode(message.Payload.ToArray()))];

    public static async Task<EmbeddedBroker> StartAsync()
    {
        var port = FreePort.Take();
        var options = new MqttServerOptionsBuilder().WithDefaultEndpoint().WithDefaultEndpointPort(port).WithPersistentSessions().Build();
        var server = new MqttServerFactory().CreateMqttServer(options);
        var broker = new EmbeddedBroker(server, port);
        server.ValidatingConnectionAsync += connecting =>
        {
            if (connecting.ClientId == Records.Device)
                broker.Greet(connecting);
            return Task.CompletedTask;
        };
        server.InterceptingPublishAsync += broker.TakeAsync;
        await server.StartAsync();
        // Without anyone to read them the broker would say that it threw the events away.
        broker._sink = await StandInSink.ConnectAsync(port);
        return broker;
    }

    public Task SayReceivedAsync(Received received) => SayReceivedAsync(received.Encode());

    /// <summary>Whatever the bytes are.</summary>
    public Task SayReceivedAsync(byte[] payload)
    {
        var message = new MqttApplicationMessageBuilder().WithTopic(Topics.Received(Records.Device)).WithPayload(payload)
            .WithRetainFlag().WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();
        return _server.InjectApplicationMessage(new InjectedMqttApplicationMessage(message) { SenderClientId = "sink" });
    }

    public Task DisconnectAsync(int reasonCode) => _server.DisconnectClientAsync(
        Records.Device, new MqttServerClientDisconnectOptions { ReasonCode = (MqttDisconnectReasonCode)reasonCode });

    public async ValueTask DisposeAsync()
    {
        await _sink!.DisposeAsync();
        await _server.StopAsync();
        _server.Dispose();
    }

    private Task TakeAsync(InterceptingPublishEventArgs published)
    {
        if (published.ApplicationMessage.Topic != Topics.Events(Records.Device))
            return Task.CompletedTask;
        lock (_events)
        {
            var answer = AnswerTo(_events.Count);
            published.Response.ReasonCode = (MqttPubAckReasonCode)answer;
            published.ProcessPublish = answer < 0x80;
            _events.Add(published.ApplicationMessage);
        }

        return Task.CompletedTask;
    }
}
