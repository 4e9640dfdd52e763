using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace SocialCredit.Edge.Sink.Tests.Brokers;

/// <summary>A client of a broker that shows this certificate or none, and says in words what it was answered.</summary>
internal sealed class TlsClient(string clientId, X509Certificate2? certificate) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly ConcurrentQueue<string> _heard = new();
    private readonly SemaphoreSlim _news = new(0);

    public SslProtocols Protocols { get; init; } = SslProtocols.Tls13;

    public bool IsPlain { get; init; }

    public (string User, string Password)? Account { get; init; }

    public string? WillTopic { get; init; }

    public bool IsConnected => _client.IsConnected;

    /// <summary>Every payload so far, whatever the topic.</summary>
    public string[] Heard => [.. _heard];

    /// <summary>The CONNACK's reason code, or what ended it before.</summary>
    public async Task<string> ConnectAsync(int port, X509Certificate2 authority)
    {
        _client.ApplicationMessageReceivedAsync += message =>
        {
            _heard.Enqueue(Encoding.UTF8.GetString(message.ApplicationMessage.Payload.ToArray()));
            _news.Release();
            return Task.CompletedTask;
        };
        var options = new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithClientId(clientId)
            .WithProtocolVersion(MqttProtocolVersion.V500).WithTimeout(Patience);
        if (Account is { } account)
            options.WithCredentials(account.User, account.Password);
        if (WillTopic is { } topic)
            options.WithWillTopic(topic).WithWillPayload("will").WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
        if (!IsPlain)
        {
            options.WithTlsOptions(tls => tls.UseTls().WithSslProtocols(Protocols).WithTrustChain([authority])
                .WithRevocationMode(X509RevocationMode.NoCheck).WithClientCertificates(certificate is null ? [] : [certificate]));
        }

        return await SaidAsync(async () => (await _client.ConnectAsync(options.Build())).ResultCode);
    }

    /// <summary>The PUBACK's reason code, or what ended it before.</summary>
    public Task<string> PublishAsync(string topic, string payload, bool isRetained = false) => SaidAsync(async () =>
        (await _client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload).WithRetainFlag(isRetained)
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build())).ReasonCode);

    /// <summary>The SUBACK's reason code, or what ended it before.</summary>
    public Task<string> SubscribeAsync(string filter) => SaidAsync(async () =>
        (await _client.SubscribeAsync(filter, MqttQualityOfServiceLevel.AtLeastOnce)).Items.Single().ResultCode);

    public async Task HearAsync(string payload)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!_heard.Contains(payload))
            await _news.WaitAsync(patience.Token);
    }

    public ValueTask DisposeAsync()
    {
        // Without a goodbye, so that a will is sent.
        _client.Dispose();
        _news.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<string> SaidAsync<T>(Func<Task<T>> ask)
        where T : Enum
    {
        try
        {
            var code = await ask();
            return $"{code} (0x{Convert.ToInt32(code):X2})";
        }
        catch (Exception refused)
        {
            return $"refused: {refused.GetBaseException().Message}";
        }
    }
}
