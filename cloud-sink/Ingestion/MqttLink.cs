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

    // Publications on their way at once; a broker may permit fewer and says so.
    private const int PublishedAtOnceMax = 16;

    // MQTTnet's broker has no shared subscriptions and says so; there is no second sink to share with there.
    private static readonly string AllEvents = Topics.Events("+");

    private readonly BufferedClient _client = new();
    private int _publishedAtOnce = PublishedAtOnceMax;
    private volatile int _connection;

    private TimeSpan SessionMemory => address.HasOthers ? SharedMemory : AloneMemory;

    /// <summary>A broker that does not answer for so long is left.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    public bool IsConnected => _client.Mqtt.IsConnected;

    /// <summary>Connects, subscribes and reads until it is cancelled; after a loss it connects again with growing pauses.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(30));
        ingest.Together = acknowledge => _client.TogetherAsync(acknowledge, Patience);
        _client.Mqtt.ApplicationMessageReceivedAsync += received => TakeAsync(received, cancellation);
        while (!cancellation.IsCancellationRequested)
        {
            var lost = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            Task OnLost(MqttClientDisconnectedEventArgs why)
            {
                lost.TrySetResult($"It was lost ({why.Reason}).");
                return Task.CompletedTask;
            }

            _client.Mqtt.DisconnectedAsync += OnLost;
            var problem = await ConnectAsync(cancellation);
            if (problem is null)
            {
                backoff.Reset();
                board.AnnounceAll();
                problem = await lost.Task.WaitAsync(cancellation);
            }

            _client.Mqtt.DisconnectedAsync -= OnLost;
            var pause = backoff.Next();
            IngestLog.NotConnected(log, address.Host, address.Port, problem, pause.TotalSeconds);
            await Task.Delay(pause, time, cancellation);
        }
    }

    /// <summary>Publishes retained messages, QoS 1, side by side; returns what became of each.</summary>
    public async Task<PublishOutcome[]> PublishAsync(IReadOnlyList<(string Topic, ReadOnlyMemory<byte> Payload)> messages, CancellationToken cancellation)
    {
        var outcomes = new List<PublishOutcome>(messages.Count);
        foreach (var some in messages.Chunk(Volatile.Read(ref _publishedAtOnce)))
        {
            Task<PublishOutcome>[] sending = [];
            try
            {
                // Begun together and not awaited here: an answer comes only to what has been written.
                await _client.TogetherAsync(
                    () =>
                    {
                        sending = [.. some.Select(one => PublishAsync(Retained(one.Topic, one.Payload), cancellation))];
                        return Task.CompletedTask;
                    },
                    Patience);
            }
            catch (Exception lost) when (IsLoss(lost, cancellation))
            {
                // Each of them says so itself.
            }

            outcomes.AddRange(await Task.WhenAll(sending));
        }

        return [.. outcomes];
    }

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
            if (_client.Mqtt.IsConnected)
                await _client.Mqtt.DisconnectAsync(new MqttClientDisconnectOptions { SessionExpiryInterval = (uint)SessionMemory.TotalSeconds });
        }
        catch (Exception lost) when (IsLoss(lost, CancellationToken.None))
        {
            // It is gone already.
        }
    }

    public void Dispose() => _client.Dispose();

    private MqttApplicationMessage Retained(string topic, ReadOnlyMemory<byte> payload) => new()
    {
        Topic = topic,
        Payload = new ReadOnlySequence<byte>(payload),
        QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        Retain = true,
        UserProperties = [.. board.PropertiesOf(topic).Select(property => new MqttUserProperty(property.Name, Encoding.UTF8.GetBytes(property.Value)))],
    };

    private async Task<PublishOutcome> PublishAsync(MqttApplicationMessage message, CancellationToken cancellation)
    {
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        answered.CancelAfter(Patience);
        try
        {
            var result = await _client.Mqtt.PublishAsync(message, answered.Token);
            return result.IsSuccess ? PublishOutcome.Sent : PublishOutcome.Refused;
        }
        catch (Exception lost) when (IsLoss(lost, cancellation))
        {
            // A broker may be gone without a word. MQTTnet's keep-alive does not find out where its own ping does not get away.
            if (answered.IsCancellationRequested)
                await CloseAsync();
            return PublishOutcome.NotConnected;
        }
    }

    private async Task<string?> ConnectAsync(CancellationToken cancellation)
    {
        // Given a token, MQTTnet itself waits for ever for a broker that took the connection and says nothing.
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        answered.CancelAfter(Patience);
        var isAnswered = false;
        try
        {
            // A packet's number means another message after this; what was read before is acknowledged no more, and comes again.
            _connection++;
            var result = await _client.Mqtt.ConnectAsync(Options(), answered.Token);
            isAnswered = true;
            if (result.ResultCode != MqttClientConnectResultCode.Success)
                return $"{result.ResultCode}.";
            Volatile.Write(ref _publishedAtOnce, (int?)result.ReceiveMaximum is > 0 and < PublishedAtOnceMax and var most ? most : PublishedAtOnceMax);
            var isShared = address.IsShared && result.SharedSubscriptionAvailable;
            var (filter, other) = isShared ? (Topics.AllEventsShared, AllEvents) : (AllEvents, Topics.AllEventsShared);

            // Manifests first: what a device may send is known here before any record of it comes.
            var granted = await _client.Mqtt.SubscribeAsync(
                new MqttClientSubscribeOptionsBuilder()
                    .WithTopicFilter(Topics.AllManifests, MqttQualityOfServiceLevel.AtLeastOnce)
                    .WithTopicFilter(Topics.AllHealth, MqttQualityOfServiceLevel.AtLeastOnce)
                    .WithTopicFilter(Topics.AllAnswers, MqttQualityOfServiceLevel.AtLeastOnce)
                    .WithTopicFilter(filter, MqttQualityOfServiceLevel.AtLeastOnce)
                    .Build(),
                answered.Token);
            if (granted.Items.FirstOrDefault(item => item.ResultCode != MqttClientSubscribeResultCode.GrantedQoS1) is { } denied)
            {
                await _client.Mqtt.DisconnectAsync(new MqttClientDisconnectOptions(), answered.Token);
                return $"It refused the subscription {denied.TopicFilter.Topic}: {denied.ResultCode}.";
            }

            // The session may hold the other from before, and every record would come twice.
            if (result.IsSessionPresent && result.SharedSubscriptionAvailable)
                await _client.Mqtt.UnsubscribeAsync(other, answered.Token);
            IngestLog.Connected(log, address.Host, address.Port, filter);
            return null;
        }
        catch (Exception failure) when (IsLoss(failure, cancellation))
        {
            if (_client.Mqtt.IsConnected)
                await CloseAsync();
            if (answered.IsCancellationRequested)
                return $"no answer within {Patience.TotalSeconds:0.#} s.";
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
            .WithTimeout(Patience);
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
        string? source = null, id = null, signature = null, keyId = null;
        foreach (var property in message.UserProperties ?? [])
        {
            // The first of a name counts.
            switch (property.Name)
            {
                case CloudEventAttributes.Source: source ??= Text(property); break;
                case CloudEventAttributes.Id: id ??= Text(property); break;
                case Dsse.SignatureProperty: signature ??= Text(property); break;
                case Dsse.KeyIdProperty: keyId ??= Text(property); break;
            }
        }

        var incoming = new IncomingMessage(
            message.Topic, message.Payload.ToArray(), source, id, token => connection == _connection ? received.AcknowledgeAsync(token) : Task.CompletedTask)
        {
            Signature = signature,
            KeyId = keyId,
        };
        await (DeviceReports.IsOurs(message.Topic) ? reports.TakeAsync(incoming, cancellation) : ingest.TakeAsync(incoming, cancellation));
    }

    private static string Text(MqttUserProperty property) => Encoding.UTF8.GetString(property.ValueBuffer.Span);

    // MQTTnet wraps most, not all, of what a network does. To a caller that comes while it takes a lost connection apart it says InvalidOperationException
    // or NullReferenceException.
    private static bool IsLoss(Exception failure, CancellationToken cancellation) =>
        failure is MqttCommunicationException or MqttClientNotConnectedException or MqttProtocolViolationException
            or System.Net.Sockets.SocketException or IOException or InvalidOperationException or NullReferenceException
        || (failure is OperationCanceledException && !cancellation.IsCancellationRequested);
}
