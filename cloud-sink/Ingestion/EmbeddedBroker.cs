using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>
/// A broker inside this process, on loopback only. The client id is the device's name and a device may touch its own topics
/// only. It keeps nothing on disk: what it forgets, <c>received</c> makes the devices send again.
/// </summary>
internal sealed class EmbeddedBroker(ILogger<EmbeddedBroker> log) : IAsyncDisposable
{
    // The sink itself reads faster than this fills; for anybody else the newest is dropped and comes again.
    private const int PendingMax = 50_000;
    private const int PortAttemptsMax = 10;
    private const int PayloadBytesMax = 64 * 1024;

    private readonly string _ownPassword = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MqttServer? _server;

    /// <summary>
    /// Done when the sink reads. Devices are turned away before: with nobody to read it, a record would be acknowledged and gone.
    /// </summary>
    public Task Opened => _opened.Task;

    /// <summary>Starts to listen.</summary>
    /// <param name="options">Port 0 takes any free port.</param>
    /// <returns>Where and as whom the sink itself connects.</returns>
    /// <exception cref="SocketException">The port is taken.</exception>
    public async Task<BrokerAddress> StartAsync(BrokerOptions options)
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = options.Port == 0 ? FreePort() : options.Port;
            try
            {
                _server = Create(port, options.ClientId);
                await _server.StartAsync();
                return new BrokerAddress(IPAddress.Loopback.ToString(), port, options.ClientId, options.ClientId, () => _ownPassword);
            }
            catch (SocketException) when (options.Port == 0 && attempt < PortAttemptsMax)
            {
                // Somebody took the port between our look and our call.
                _server?.Dispose();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { IsStarted: true })
            await _server.StopAsync(new MqttServerStopOptions());
        _server?.Dispose();
    }

    private MqttServer Create(int port, string sink)
    {
        var server = new MqttServerFactory().CreateMqttServer(new MqttServerOptionsBuilder()
            .WithDefaultEndpoint()
            .WithDefaultEndpointPort(port)
            .WithDefaultEndpointBoundIPAddress(IPAddress.Loopback)
            .WithDefaultEndpointBoundIPV6Address(IPAddress.None)
            .WithPersistentSessions(true)
            .WithMaxPendingMessagesPerClient(PendingMax)
            .WithPendingMessagesOverflowStrategy(MqttPendingMessagesOverflowStrategy.DropNewMessage)
            .Build());
        server.ValidatingConnectionAsync += client => Validate(client, sink);
        server.InterceptingPublishAsync += publish => Judge(publish, sink);
        server.ClientSubscribedTopicAsync += subscribed =>
        {
            // The last that it asks for.
            if (subscribed.ClientId == sink && subscribed.TopicFilter.Topic == Contract.Topics.Events("+"))
                _opened.TrySetResult();
            return Task.CompletedTask;
        };
        server.InterceptingSubscriptionAsync += subscription => Judge(subscription, sink);
        return server;
    }

    private Task Validate(ValidatingConnectionEventArgs client, string sink)
    {
        var isSink = client.ClientId == sink && client.RawPassword is not null
            && CryptographicOperations.FixedTimeEquals(client.RawPassword, System.Text.Encoding.ASCII.GetBytes(_ownPassword));
        var problem = this switch
        {
            _ when client.ProtocolVersion != MqttProtocolVersion.V500 => (MqttConnectReasonCode.UnsupportedProtocolVersion, "MQTT 5 is required"),
            _ when isSink => (MqttConnectReasonCode.Success, ""),
            _ when client.ClientId == sink => (MqttConnectReasonCode.NotAuthorized, "the name is the sink's own"),
            _ when !_opened.Task.IsCompleted => (MqttConnectReasonCode.ServerUnavailable, "the sink does not read yet"),
            _ when !DeviceRights.MayConnect(client.ClientId) =>
                (MqttConnectReasonCode.ClientIdentifierNotValid, "the client id must be a device's name, [a-z0-9-]{3,32}"),
            _ when !string.IsNullOrEmpty(client.UserName) && client.UserName != client.ClientId =>
                (MqttConnectReasonCode.NotAuthorized, "the user name is not the client id"),
            _ => (MqttConnectReasonCode.Success, ""),
        };
        client.ReasonCode = problem.Item1;
        if (problem.Item1 != MqttConnectReasonCode.Success)
            IngestLog.ClientRefused(log, LogText.Of(client.ClientId ?? ""), problem.Item2);
        return Task.CompletedTask;
    }

    private Task Judge(InterceptingPublishEventArgs publish, string sink)
    {
        if (publish.ClientId == sink)
            return Task.CompletedTask;
        var isHuge = publish.ApplicationMessage.Payload.Length > PayloadBytesMax;
        if (!isHuge && DeviceRights.MayPublish(publish.ClientId, publish.ApplicationMessage.Topic))
            return Task.CompletedTask;
        publish.CloseConnection = isHuge;
        publish.ProcessPublish = false;
        publish.Response.ReasonCode = MqttPubAckReasonCode.NotAuthorized;
        IngestLog.NotPermitted(log, publish.ClientId, "publish to", LogText.Of(publish.ApplicationMessage.Topic));
        return Task.CompletedTask;
    }

    private Task Judge(InterceptingSubscriptionEventArgs subscription, string sink)
    {
        if (subscription.ClientId == sink || DeviceRights.MaySubscribe(subscription.ClientId, subscription.TopicFilter.Topic))
            return Task.CompletedTask;
        subscription.ProcessSubscription = false;
        subscription.Response.ReasonCode = MqttSubscribeReasonCode.NotAuthorized;
        IngestLog.NotPermitted(log, subscription.ClientId, "subscribe to", LogText.Of(subscription.TopicFilter.Topic));
        return Task.CompletedTask;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
