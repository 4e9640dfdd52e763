using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Benchmarks.Sink.Drain;

/// <summary>Debian's mosquitto with queues without a limit, and the devices that fill them.</summary>
internal sealed class LoadBroker : IAsyncDisposable
{
    private const int InFlightMax = 256;

    private readonly Process _process;

    private LoadBroker(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    /// <exception cref="InvalidOperationException">It does not start.</exception>
    public static async Task<LoadBroker> StartAsync(string folder)
    {
        var port = FreePort.Take();
        var file = Path.Combine(folder, "mosquitto.conf");
        await File.WriteAllLinesAsync(file,
        [
            "user root", $"listener {port} 127.0.0.1", "allow_anonymous true", "persistence false", "max_queued_messages 0", "max_queued_bytes 0", "log_type none",
        ]);
        var process = Process.Start(new ProcessStartInfo("/usr/sbin/mosquitto", ["-c", file]) { UseShellExecute = false })
            ?? throw new InvalidOperationException("mosquitto does not start; apt-get install mosquitto");
        for (var attempt = 0; attempt < 200; attempt++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", port);
                return new LoadBroker(process, port);
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(25));
            }
        }

        throw new InvalidOperationException($"mosquitto does not listen on port {port}.");
    }

    /// <summary>Publishes records, QoS 1; returns when the broker has all of them.</summary>
    public async Task FillAsync(IEnumerable<(string Device, EventRecord Record, byte[] Payload)> records, ECDsa? key)
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", Port).WithClientId("load").WithProtocolVersion(MqttProtocolVersion.V500).Build());
        var keyId = key is null ? "" : Dsse.KeyId(key.ExportSubjectPublicKeyInfo());
        using var inFlight = new SemaphoreSlim(InFlightMax);
        foreach (var (device, record, payload) in records)
        {
            var message = new MqttApplicationMessageBuilder().WithTopic(Topics.Events(device)).WithPayload(payload)
                .WithContentType(CloudEventAttributes.ContentType).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
            foreach (var (name, value) in CloudEventAttributes.Of(record, device))
                message.WithUserProperty(name, Encoding.UTF8.GetBytes(value));
            if (key is not null)
            {
                message.WithUserProperty(Dsse.SignatureProperty, Encoding.UTF8.GetBytes(Dsse.Sign(key, EventRecord.SignedType, payload)))
                    .WithUserProperty(Dsse.KeyIdProperty, Encoding.UTF8.GetBytes(keyId));
            }

            await inFlight.WaitAsync();
            _ = PublishAsync(client, message.Build(), inFlight);
        }

        for (var i = 0; i < InFlightMax; i++)
            await inFlight.WaitAsync();
        await client.DisconnectAsync();
    }

    public ValueTask DisposeAsync()
    {
        _process.Kill();
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task PublishAsync(IMqttClient client, MqttApplicationMessage message, SemaphoreSlim inFlight)
    {
        var result = await client.PublishAsync(message);

        // Whoever counts in vain would wait for ever.
        if (!result.IsSuccess)
            Environment.FailFast($"mosquitto did not take a record: {result.ReasonCode}.");
        inFlight.Release();
    }
}
