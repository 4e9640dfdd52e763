using System.Buffers;
using System.Text;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>The sink's one connection to the broker: reads every device's manifest and events, publishes what is retained, comes back by itself.</summary>
internal sealed class MqttLink(BrokerAddress address, RecordIngest ingest, DeviceReports reports, RetainedBoard board, TimeProvider time, ILogger<MqttLink> log)
    : IDisposable
{
    private static readonly TimeSpan AloneMemory = TimeSpan.FromDays(7);

    // A broker goes on giving a sink its share while it remembers it. One that does not come back must not keep it from the others; what was on
    // its way to it comes again from the devices.
    private static readonly TimeSpan SharedMemory = TimeSpan.FromMinutes(1);

    // The broker must not hold more back than one connection can take at once: twenty in flight cost two thirds of the speed.
    private const ushort InFlightMax = ushort.MaxValue;

    // Far above any record, so that what is too long is seen and counted here instead of vanishing at the broker.
    private const uint PacketBytesMax = 256 * 1024;

    // MQTTnet's broker has no shared subscriptions and says so; there is no second sink to share with there.
    private static readonly string AllEvents = Topics.Events("+");

    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private volatile int _connection;

    private TimeSpan SessionMemory => address.HasOthers ? SharedMemory : AloneMemory;

    public bool IsConnected => _client.IsConnected;

    /// <summary>Connects, subscribes and reads until it is cancelled; after a loss it connects again with growing pauses.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(30));
        _client.ApplicationMessageReceivedAsync += received => TakeAsync(received, cancellation);
        while (!cancellation.IsCancellationRequested)
        {
            var lost = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            Task OnLost(MqttClientDisconnectedEventArgs why)
            {
                lost.TrySetResult($"It was lost ({why.Reason}).");
                return Task.CompletedTask;
            }

            _client.DisconnectedAsync += OnLost;
            var problem = await ConnectAsync(cancellation);
            if (problem is null)
            {
                backoff.Reset();
                board.AnnounceAll();
                problem = await lost.Task.WaitAsync(cancellation);
            }

            _client.DisconnectedAsync -= OnLost;
            var pause = backoff.Next();
            IngestLog.NotConnected(log, address.Host, address.Port, problem, pause.TotalSeconds);
            await Task.Delay(pause, time, cancellation);
        }
    }

    /// <summary>Publishes a retained message, QoS 1.</summary>
    public Task<PublishOutcome> PublishAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellation) => PublishAsync(
        new MqttApplicationMessage
        {
            Topic = topic,
            Payload = new ReadOnlySequence<byte>(payload),
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            Retain = true,
            UserProperties = [.. board.PropertiesOf(topic).Select(property => new MqttUserProperty(property.Name, Encoding.UTF8.GetBytes(property.Value)))],
        },
        cancellation);

    /// <summary>Sends a signed command, QoS 1; whoever is not there in its time never gets it.</summary>
    public Task<PublishOutcome> SendAsync(string topic, Signed command, TimeSpan validity, CancellationToken cancellation) => PublishAsync(
        new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(command.Payload.ToArray())
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .WithContentType(DeviceCommand.PayloadType)
            .WithMessageExpiryInterval((uint)Math.Ceiling(validity.TotalSeconds))
            .WithUserProperty(Dsse.SignatureProperty, Encoding.UTF8.GetBytes(command.Signature))
            .WithUserProperty(Dsse.KeyIdProperty, Encoding.UTF8.GetBytes(command.KeyId))
            .Build(),
        cancellation);

    /// <summary>Says goodbye, so that the broker need not wait for the connection to time out; the session stays.</summary>
    public async Task CloseAsync()
    {
        try
        {
            if (_client.IsConnected)
                await _client.DisconnectAsync(new MqttClientDisconnectOptions { SessionExpiryInterval = (uint)SessionMemory.TotalSeconds });
        }
        catch (Exception lost) when (IsLoss(lost, CancellationToken.None))
        {
            // It is gone already.
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<PublishOutcome> PublishAsync(MqttApplicationMessage message, CancellationToken cancellation)
    {
        try
        {
            var result = await _client.PublishAsync(message, cancellation);
            return result.IsSuccess ? PublishOutcome.Sent : PublishOutcome.Refused;
        }
        catch (Exception lost) when (IsLoss(lost, cancellation))
        {
            return PublishOutcome.NotConnected;
        }
    }

    private async Task<string?> ConnectAsync(CancellationToken cancellation)
    {
        var isAnswered = false;
        try
        {
            // A packet's number means another message after this; what was read before is acknowledged no more, and comes again.
            _connection++;
            var result = await _client.ConnectAsync(Options(), cancellation);
            isAnswered = true;
            if (result.ResultCode != MqttClientConnectResultCode.Success)
                return $"{result.ResultCode}.";
            var isShared = address.IsShared && result.SharedSubscriptionAvailable;
            var (filter, other) = isShared ? (Topics.AllEventsShared, AllEvents) : (AllEvents, Topics.AllEventsShared);

            // Manifests first: what a device may send is known here before any record of it comes.
            var granted = await _client.SubscribeAsync(
                new MqttClientSubscribeOptionsBuilder()
                    .WithTopicFilter(Topics.AllManifests, MqttQualityOfServiceLevel.AtLeastOnce)
                    .WithTopicFilter(Topics.AllHealth, MqttQualityOfServiceLevel.AtLeastOnce)
                    .WithTopicFilter(Topics.AllAnswers, MqttQualityOfServiceLevel.AtLeastOnce)
                    .WithTopicFilter(filter, MqttQualityOfServiceLevel.AtLeastOnce)
                    .Build(),
                cancellation);
            if (granted.Items.FirstOrDefault(item => item.ResultCode != MqttClientSubscribeResultCode.GrantedQoS1) is { } denied)
            {
                await _client.DisconnectAsync(new MqttClientDisconnectOptions(), cancellation);
                return $"It refused the subscription {denied.TopicFilter.Topic}: {denied.ResultCode}.";
            }

            // The session may hold the other from before, and every record would come twice.
            if (result.IsSessionPresent && result.SharedSubscriptionAvailable)
                await _client.UnsubscribeAsync(other, cancellation);
            IngestLog.Connected(log, address.Host, address.Port, filter);
            return null;
        }
        catch (Exception failure) when (IsLoss(failure, cancellation))
        {
            if (_client.IsConnected)
                await CloseAsync();
            return (isAnswered ? null : address.Trust?.Explain(failure)) ?? failure.GetBaseException().Message.TrimEnd('.') + ".";
        }
    }

    private MqttClientOptions Options()
    {
        var options = new MqttClientOptionsBuilder()
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithTcpServer(address.Host, address.Port)
            .WithClientId(address.ClientId)
            .WithCleanStart(false)
            .WithSessionExpiryInterval((uint)SessionMemory.TotalSeconds)
            .WithReceiveMaximum(InFlightMax)
            .WithMaximumPacketSize(PacketBytesMax)
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(20))
            .WithTimeout(TimeSpan.FromSeconds(20));
        if (address.Username is { } username)
            options.WithCredentials(username, address.Password());
        if (address.Trust is { } trust)
            options.WithTlsOptions(trust.Apply);
        return options.Build();
    }

    private async Task TakeAsync(MqttApplicationMessageReceivedEventArgs received, CancellationToken cancellation)
    {
        received.AutoAcknowledge = false;
        var connection = _connection;
        var message = received.ApplicationMessage;
        var incoming = new IncomingMessage(
            message.Topic,
            message.Payload.ToArray(),
            Property(message, CloudEventAttributes.Source),
            Property(message, CloudEventAttributes.Id),
            token => connection == _connection ? received.AcknowledgeAsync(token) : Task.CompletedTask)
        {
            Signature = Property(message, Dsse.SignatureProperty),
            KeyId = Property(message, Dsse.KeyIdProperty),
        };
        await (DeviceReports.IsOurs(message.Topic) ? reports.TakeAsync(incoming, cancellation) : ingest.TakeAsync(incoming, cancellation));
    }

    private static string? Property(MqttApplicationMessage message, string name)
    {
        foreach (var property in message.UserProperties ?? [])
        {
            if (property.Name == name)
                return Encoding.UTF8.GetString(property.ValueBuffer.Span);
        }

        return null;
    }

    // MQTTnet wraps most, not all, of what a network does.
    private static bool IsLoss(Exception failure, CancellationToken cancellation) =>
        failure is MqttCommunicationException or MqttClientNotConnectedException or MqttProtocolViolationException
            or ObjectDisposedException or System.Net.Sockets.SocketException or IOException
        || (failure is OperationCanceledException && !cancellation.IsCancellationRequested);
}
