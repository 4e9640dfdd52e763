using System.Buffers;
using System.Text;
using MQTTnet;
using MQTTnet.Diagnostics.PacketInspection;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Forwarding;

/// <summary>One connection to the broker, from CONNECT to its end. A lost one is not mended but followed by another.</summary>
internal sealed class BrokerConnection : IAsyncDisposable
{
    private readonly BrokerOptions _broker;
    private readonly ForwardingOptions _options;
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly TaskCompletionSource<int> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly BrokerTrust? _trust;
    private readonly DeviceMail? _mail;
    private readonly DeviceKey? _key;
    private readonly TimeProvider _time;
    private uint _packetBytesMax = uint.MaxValue;

    /// <param name="broker">Where to.</param>
    /// <param name="options">The patience.</param>
    /// <param name="on">What gets the payloads of <c>received</c>, what is called when the connection has ended, what gets commands.</param>
    /// <param name="key">Signs the records; null where nobody asks for it.</param>
    /// <param name="time">Against which a certificate is held.</param>
    public BrokerConnection(
        BrokerOptions broker, ForwardingOptions options, (Action<byte[]> Received, Action Closed, DeviceMail? Mail) on, DeviceKey? key, TimeProvider time)
    {
        (_broker, _options, _key, _mail, _time) = (broker, options, key, on.Mail, time);
        _trust = broker.Tls is { } tls ? new BrokerTrust(broker.Host, tls, key, time) : null;
        _client.DisconnectedAsync += ended =>
        {
            _closed.TrySetResult((int)ended.Reason);
            on.Closed();
            return Task.CompletedTask;
        };
        if (options.Tap is { } tap)
        {
            _client.InspectPacketAsync += packet =>
            {
                if (packet.Direction == MqttPacketFlowDirection.Outbound)
                    tap(packet.Buffer.ToArray());
                return Task.CompletedTask;
            };
        }

        var topic = Topics.Received(broker.Device);
        _client.ApplicationMessageReceivedAsync += message =>
        {
            if (message.ApplicationMessage.Topic == topic)
                on.Received(message.ApplicationMessage.Payload.ToArray());
            else if (_mail is not null)
                Take(message.ApplicationMessage, _mail);
            return Task.CompletedTask;
        };
    }

    public bool IsConnected => _client.IsConnected;

    /// <summary>Waits for the end of a connection that is lost; the reason code of the broker's DISCONNECT, 0 if it sent none.</summary>
    public async Task<int> EndAsync()
    {
        var ended = await Task.WhenAny(_closed.Task, Task.Delay(_options.AnswerTimeout));
        return ended == _closed.Task ? await _closed.Task : 0;
    }

    /// <summary>Connects, subscribes to <c>received</c> and says <c>online</c>: all of it at every connection, since a broker may forget.</summary>
    public async Task<ConnectAnswer> OpenAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_options.AnswerTimeout);
        try
        {
            var answer = await _client.ConnectAsync(ClientOptions(), timeout.Token);
            if (answer.ResultCode != MqttClientConnectResultCode.Success)
                return new((int)answer.ResultCode, ReasonCodes.Name((int)answer.ResultCode));
            _packetBytesMax = answer.MaximumPacketSize is > 0 and { } bytes ? bytes : uint.MaxValue;
            var subscribed = await _client.SubscribeAsync(Topics.Received(_broker.Device), MqttQualityOfServiceLevel.AtLeastOnce, timeout.Token);
            if (_mail?.Commanded is not null)
                await SubscribeToCommandsAsync(timeout.Token);
            await _client.PublishAsync(State("online"), timeout.Token);
            return new(0, null)
            {
                HasSession = answer.IsSessionPresent,
                InFlightMax = answer.ReceiveMaximum is > 0 and { } most ? most : ushort.MaxValue,
                SubscribeCode = subscribed.Items.Select(item => (int)item.ResultCode).FirstOrDefault(),
            };
        }
        catch (OperationCanceledException)
        {
            return new(ConnectAnswer.NoAnswer, $"no answer within {_options.AnswerTimeout.TotalSeconds:0.#} s");
        }
        catch (Exception failed)
        {
            // Whatever the network, the resolver or TLS throws: the decision is the same, to say it and try again.
            if (_trust?.Refusal is { } refusal)
                return new(ConnectAnswer.Untrusted, refusal);
            var refused = BrokerTrust.RefusalOfDevice(failed) ?? (_trust is { IsTrusted: true } ? await AskWhyAsync(cancellationToken) : null);
            return refused is null ? new(ConnectAnswer.NoAnswer, failed.GetBaseException().Message) : new(ConnectAnswer.Unwelcome, refused);
        }
    }

    /// <summary>The library keeps the alert to itself with which a broker ended the connection; a handshake of our own hears it.</summary>
    private async Task<string?> AskWhyAsync(CancellationToken cancellationToken)
    {
        try
        {
            var trouble = await BrokerProbe.FindTroubleAsync(_broker, _key, _time, cancellationToken);
            return trouble is not null && BrokerTrust.IsOfDevice(trouble) ? trouble : null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Sends a record; the broker's reason code, or null if the connection ended or the broker kept silent.</summary>
    public Task<int?> PublishAsync(OutboxEntry entry, EventRecord record) => PublishAsync(Event(entry, record), entry.Payload.Length);

    /// <summary>Says a manifest; only the one in force is retained. Answers as the other does.</summary>
    public Task<int?> PublishAsync(SignedManifest manifest, bool isInForce) => PublishAsync(Manifest(manifest, isInForce), manifest.Payload.Length);

    /// <summary>Says how the device is; retained. Answers as the others do.</summary>
    public Task<int?> PublishHealthAsync(Signed report) =>
        PublishAsync(Sealed(Topics.Health(_broker.Device), HealthReport.PayloadType, report), report.Payload.Length);

    /// <summary>Says an answer to a command. Answers as the others do.</summary>
    public Task<int?> PublishAnswerAsync(Signed answer) =>
        PublishAsync(Sealed(Topics.Answer(_broker.Device), CommandAnswer.PayloadType, answer), answer.Payload.Length);

    /// <summary>Says <c>offline</c> and goes, so that nobody waits for the last will.</summary>
    public async Task CloseAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await _client.PublishAsync(State("offline"), timeout.Token);
            await _client.DisconnectAsync(new MqttClientDisconnectOptions(), timeout.Token);
        }
        catch (Exception)
        {
            // The broker has the last will for this.
        }
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        _trust?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task SubscribeToCommandsAsync(CancellationToken cancellationToken)
    {
        var options = new MqttClientSubscribeOptionsBuilder()
            // As published: else a retained command would look like one that is said now.
            .WithTopicFilter(filter => filter.WithTopic(Topics.Command(_broker.Device)).WithAtLeastOnceQoS().WithRetainAsPublished())
            .WithTopicFilter(filter => filter.WithTopic(Topics.ActivePolicy).WithAtLeastOnceQoS())
            .Build();
        await _client.SubscribeAsync(options, cancellationToken);
    }

    private void Take(MqttApplicationMessage message, DeviceMail mail)
    {
        if (message.Topic == Topics.ActivePolicy)
            mail.TakePolicy(message.Payload.ToArray());
        else if (message.Topic == Topics.Command(_broker.Device))
            mail.Take(new IncomingCommand(
                new Signed(message.Payload.ToArray(), Property(message, Dsse.SignatureProperty), Property(message, Dsse.KeyIdProperty)), message.Retain));
    }

    private static string Property(MqttApplicationMessage message, string name) =>
        message.UserProperties?.Find(property => property.Name == name) is { } found ? Encoding.UTF8.GetString(found.ValueBuffer.Span) : "";

    private async Task<int?> PublishAsync(MqttApplicationMessage message, int payloadBytes)
    {
        using var timeout = new CancellationTokenSource(_options.AnswerTimeout);
        try
        {
            if (payloadBytes > _packetBytesMax)
                return ReasonCodes.PacketTooLarge;
            var answer = await _client.PublishAsync(message, timeout.Token);
            return (int)answer.ReasonCode;
        }
        catch (MqttClientUnexpectedDisconnectReceivedException ended) when (ended.ReasonCode is { } code)
        {
            return (int)code;
        }
        catch (Exception)
        {
            // It is durable and unacknowledged: whatever went wrong with the link, it is sent again.
            return null;
        }
    }

    private MqttClientOptions ClientOptions()
    {
        var will = State("offline");
        var options = new MqttClientOptionsBuilder()
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithTcpServer(_broker.Host, _broker.Port)
            .WithClientId(_broker.Device)
            .WithCleanStart(false)
            .WithSessionExpiryInterval((uint)ForwardingOptions.BrokerMemory.TotalSeconds)
            .WithTimeout(_options.AnswerTimeout)
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(30))
            .WithWillTopic(will.Topic)
            .WithWillPayload("offline")
            .WithWillRetain()
            .WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .WithWillDelayInterval((uint)ForwardingOptions.WillDelay.TotalSeconds);
        if (_broker.User is { } user)
            options.WithCredentials(user, _broker.Password?.Invoke());
        if (_trust is { } trust)
            options.WithTlsOptions(trust.Apply);
        return options.Build();
    }

    private MqttApplicationMessage Event(OutboxEntry entry, EventRecord record) => new()
    {
        Topic = Topics.Events(_broker.Device),
        PayloadSegment = new ArraySegment<byte>(entry.Payload.ToArray()),
        QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        ContentType = CloudEventAttributes.ContentType,
        MessageExpiryInterval = (uint)ForwardingOptions.BrokerMemory.TotalSeconds,
        UserProperties = [.. CloudEventAttributes.Of(record, _broker.Device).Concat(Signature(entry))
            .Select(attribute => new MqttUserProperty(attribute.Key, Encoding.UTF8.GetBytes(attribute.Value).AsMemory()))],
    };

    /// <summary>Made at each sending, so that a key that was changed meanwhile signs what waited; ECDSA draws, so it is another each time.</summary>
    private IEnumerable<KeyValuePair<string, string>> Signature(OutboxEntry entry) => _key is null ? [] :
    [
        new(Dsse.SignatureProperty, _key.Sign(EventRecord.SignedType, entry.Payload.Span)),
        new(Dsse.KeyIdProperty, _key.Id),
    ];

    private MqttApplicationMessage Manifest(SignedManifest manifest, bool isInForce)
    {
        var message = Sealed(Topics.Manifest(_broker.Device), SignedManifest.PayloadType, new Signed(manifest.Payload, manifest.Signature, manifest.KeyId));
        message.Retain = isInForce;
        return message;
    }

    private static MqttApplicationMessage Sealed(string topic, string payloadType, Signed message) => new()
    {
        Topic = topic,
        PayloadSegment = new ArraySegment<byte>(message.Payload.ToArray()),
        QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        Retain = payloadType == HealthReport.PayloadType,
        ContentType = payloadType,
        UserProperties =
        [
            new MqttUserProperty(Dsse.SignatureProperty, Encoding.UTF8.GetBytes(message.Signature).AsMemory()),
            new MqttUserProperty(Dsse.KeyIdProperty, Encoding.UTF8.GetBytes(message.KeyId).AsMemory()),
        ],
    };

    private MqttApplicationMessage State(string state) => new()
    {
        Topic = Topics.State(_broker.Device),
        PayloadSegment = new ArraySegment<byte>(Encoding.UTF8.GetBytes(state)),
        QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        Retain = true,
    };
}
