using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using MQTTnet.Server;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Enrolment;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>
/// A broker inside this process: plain on loopback, and where it is asked for with TLS 1.3 for devices, whose certificates name them.
/// The client id is the device's name and a device may touch its own topics only. It keeps nothing on disk: what it forgets,
/// <c>received</c> makes the devices send again.
/// </summary>
/// <param name="keys">Makes the TLS listener's certificate and knows the devices'.</param>
/// <param name="runtime">Clock and log.</param>
internal sealed class EmbeddedBroker(BrokerKeys keys, IngestionRuntime runtime) : IAsyncDisposable
{
    // The sink itself reads faster than this fills; for anybody else the newest is dropped and comes again.
    private const int PendingMax = 50_000;
    private const int PayloadBytesMax = 64 * 1024;

    private readonly string _ownPassword = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, string> _shownKeys = new(StringComparer.Ordinal);
    private readonly ILogger _log = runtime.Logs.CreateLogger<EmbeddedBroker>();
    private volatile BrokerRoll _roll = new();
    private string _sink = "";
    private MqttServer? _server;

    /// <summary>
    /// Done when the sink reads. Devices are turned away before: with nobody to read it, a record would be acknowledged and gone.
    /// </summary>
    public Task Opened => _opened.Task;

    /// <summary>Where devices come in with TLS; null where they do not.</summary>
    public IPEndPoint? TlsEndPoint { get; private set; }

    /// <summary>Starts to listen.</summary>
    /// <param name="options">Port 0 takes any free port.</param>
    /// <param name="roll">Who may come in at first.</param>
    /// <returns>Where and as whom the sink itself connects.</returns>
    /// <exception cref="BrokerPortException">A port is taken.</exception>
    /// <exception cref="IOException">The authority cannot be opened.</exception>
    public async Task<BrokerAddress> StartAsync(BrokerOptions options, BrokerRoll roll)
    {
        (_roll, _sink) = (roll, options.ClientId);
        var listeners = new List<BrokerListener>();
        if (options.Tls is { } tls)
        {
            var secured = new BrokerListener("broker.tls.port", ServerOptions(tls), runtime);
            listeners.Add(secured);
            TlsEndPoint = secured.Bind(new IPEndPoint(IPAddress.Parse(tls.Address ?? "0.0.0.0"), tls.Port ?? BrokerTls.UsualPort));
        }

        var plain = new BrokerListener("broker.port", null, runtime);
        listeners.Add(plain);
        var port = plain.Bind(new IPEndPoint(IPAddress.Loopback, options.Port)).Port;
        _server = Create(listeners);
        await _server.StartAsync();
        return new BrokerAddress(IPAddress.Loopback.ToString(), port, options.ClientId, options.ClientId, () => _ownPassword);
    }

    /// <summary>Takes a new roll: who may no longer be here is sent away, and what waited for it is thrown away.</summary>
    public async Task AdmitAsync(BrokerRoll roll)
    {
        _roll = roll;
        if (_server is not { } server)
            return;
        foreach (var client in await server.GetClientsAsync())
        {
            if (MayStay(client.Id))
                continue;
            IngestLog.SentAway(_log, client.Id);
            await client.DisconnectAsync(new MqttServerClientDisconnectOptions
            {
                ReasonCode = MqttDisconnectReasonCode.NotAuthorized,
                ReasonString = "the device is not, or no longer, approved with this key",
            });
        }

        foreach (var session in await server.GetSessionsAsync())
        {
            if (!MayStay(session.Id))
                await session.DeleteAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { IsStarted: true })
            await _server.StopAsync(new MqttServerStopOptions());
        _server?.Dispose();
    }

    private Func<SslServerAuthenticationOptions> ServerOptions(BrokerTls tls)
    {
        var authority = keys.Authority;
        var certificate = new RenewedCertificate(() => authority.IssueServer(tls.Names, BrokerKeys.Lifetime), runtime.Time);
        return () => new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate.Current, null, offline: true),
            ClientCertificateRequired = true,
            EnabledSslProtocols = SslProtocols.Tls13,

            // A resumed session would bring along what was checked before.
            AllowTlsResume = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = DeviceChain(authority),
            RemoteCertificateValidationCallback = (_, _, chain, errors) => IsOurs(chain, errors),
        };
    }

    // A device of ours whose certificate has ended is let in as far as to be told so: a handshake that fails tells nothing.
    private static bool IsOurs(X509Chain? chain, SslPolicyErrors errors) =>
        errors == SslPolicyErrors.None
        || (errors == SslPolicyErrors.RemoteCertificateChainErrors && chain is { ChainStatus.Length: > 0 }
            && Array.TrueForAll(chain.ChainStatus, fault => fault.Status == X509ChainStatusFlags.NotTimeValid));

    private X509ChainPolicy DeviceChain(CertificateAuthority authority)
    {
        var chain = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = runtime.Time.GetUtcNow().UtcDateTime,
        };
        chain.CustomTrustStore.Add(authority.Certificate);
        chain.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));
        return chain;
    }

    private MqttServer Create(IEnumerable<IMqttServerAdapter> listeners)
    {
        var options = new MqttServerOptionsBuilder()
            .WithoutDefaultEndpoint()
            .WithPersistentSessions(true)
            .WithMaxPendingMessagesPerClient(PendingMax)
            .WithPendingMessagesOverflowStrategy(MqttPendingMessagesOverflowStrategy.DropNewMessage)
            .Build();
        var server = new MqttServerFactory().CreateMqttServer(options, listeners);
        server.ValidatingConnectionAsync += Validate;
        server.InterceptingPublishAsync += Judge;
        server.ClientSubscribedTopicAsync += subscribed =>
        {
            // The last that it asks for.
            if (subscribed.ClientId == _sink && subscribed.TopicFilter.Topic == Topics.Events("+"))
                _opened.TrySetResult();
            return Task.CompletedTask;
        };
        server.InterceptingSubscriptionAsync += Judge;
        return server;
    }

    private Task Validate(ValidatingConnectionEventArgs client)
    {
        var certificate = client.ClientCertificate;
        var isSink = client.ClientId == _sink && certificate is null && client.RawPassword is not null
            && CryptographicOperations.FixedTimeEquals(client.RawPassword, System.Text.Encoding.ASCII.GetBytes(_ownPassword));
        var (code, problem) = this switch
        {
            _ when client.ProtocolVersion != MqttProtocolVersion.V500 => (MqttConnectReasonCode.UnsupportedProtocolVersion, "MQTT 5 is required"),
            _ when isSink => (MqttConnectReasonCode.Success, ""),
            _ when client.ClientId == _sink => (MqttConnectReasonCode.NotAuthorized, "the name is the sink's own"),
            _ when !_opened.Task.IsCompleted => (MqttConnectReasonCode.ServerUnavailable, "the sink does not read yet"),
            _ when !DeviceRights.MayConnect(client.ClientId) =>
                (MqttConnectReasonCode.ClientIdentifierNotValid, "the client id must be a device's name, [a-z0-9-]{3,32}"),
            _ when !string.IsNullOrEmpty(client.UserName) && client.UserName != client.ClientId =>
                (MqttConnectReasonCode.NotAuthorized, "the user name is not the client id"),
            _ => Admit(client.ClientId, certificate),
        };
        client.ReasonCode = code;
        if (code == MqttConnectReasonCode.Success)
            return Task.CompletedTask;
        client.ReasonString = problem;
        IngestLog.ClientRefused(_log, LogText.Of(client.ClientId ?? ""), problem);
        return Task.CompletedTask;
    }

    private (MqttConnectReasonCode Code, string Problem) Admit(string device, X509Certificate2? certificate)
    {
        if (certificate is not null && !certificate.SubjectName.RawData.AsSpan().SequenceEqual(SigningRequest.SubjectOf(device).RawData))
            return (MqttConnectReasonCode.NotAuthorized, $"the certificate is another device's ({LogText.Of(certificate.Subject)})");
        var now = runtime.Time.GetUtcNow();
        if (certificate is not null && (now < new DateTimeOffset(certificate.NotBefore) || now > new DateTimeOffset(certificate.NotAfter)))
            return (MqttConnectReasonCode.NotAuthorized, $"the certificate holds from {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm} to {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC");
        var keyId = certificate is null ? null : Dsse.KeyId(certificate.PublicKey.ExportSubjectPublicKeyInfo());
        if (!_roll.Permits(device, keyId))
        {
            return (MqttConnectReasonCode.NotAuthorized, keyId is null
                ? "devices come with TLS and their certificate"
                : "the device is not, or no longer, approved with this key");
        }

        if (keyId is null)
            _shownKeys.TryRemove(device, out _);
        else
            _shownKeys[device] = keyId;
        return (MqttConnectReasonCode.Success, "");
    }

    private bool MayDiscover(InterceptingSubscriptionEventArgs subscription) =>
        _roll.Discovery is { User: { } user } discovery && user == subscription.ClientId && discovery.Reads.Contains(subscription.TopicFilter.Topic);

    private bool MayStay(string client) => client == _sink || _roll.Permits(client, _shownKeys.GetValueOrDefault(client));

    private Task Judge(InterceptingPublishEventArgs publish)
    {
        if (publish.ClientId == _sink)
            return Task.CompletedTask;
        var isHuge = publish.ApplicationMessage.Payload.Length > PayloadBytesMax;
        if (!isHuge && DeviceRights.MayPublish(publish.ClientId, publish.ApplicationMessage.Topic)
            && MayStay(publish.ClientId))
            return Task.CompletedTask;
        publish.CloseConnection = isHuge;
        publish.ProcessPublish = false;
        publish.Response.ReasonCode = MqttPubAckReasonCode.NotAuthorized;
        IngestLog.NotPermitted(_log, publish.ClientId, "publish to", LogText.Of(publish.ApplicationMessage.Topic));
        return Task.CompletedTask;
    }

    private Task Judge(InterceptingSubscriptionEventArgs subscription)
    {
        // Asked again: it may have been let in just before it was revoked.
        if (subscription.ClientId == _sink
            || ((DeviceRights.MaySubscribe(subscription.ClientId, subscription.TopicFilter.Topic) || MayDiscover(subscription)) && MayStay(subscription.ClientId)))
            return Task.CompletedTask;
        subscription.ProcessSubscription = false;
        subscription.Response.ReasonCode = MqttSubscribeReasonCode.NotAuthorized;
        IngestLog.NotPermitted(_log, subscription.ClientId, "subscribe to", LogText.Of(subscription.TopicFilter.Topic));
        return Task.CompletedTask;
    }
}
