using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Forwarding;

/// <summary>mosquitto behind a certificate of an authority that each test makes for itself.</summary>
public sealed class BrokerTlsTests : IDisposable
{
    private readonly string _folder = TestPaths.NewFolder();
    private readonly TestAuthority _authority = new(), _other = new("other");

    public BrokerTlsTests()
    {
        File.WriteAllText(Pem("right"), _authority.Pem);
        File.WriteAllText(Pem("other"), _other.Pem);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _other.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_broker_of_the_right_authority_is_trusted()
    {
        await using var broker = await StartAsync();

        await using var bed = Bed(broker, "right");
        bed.Append(1);

        await Eventually.TrueAsync(() => bed.State is { IsConnected: true, Sent: 1 }, $"a record went out; {bed.State.Trouble}");
    }

    [Fact]
    public async Task A_broker_that_does_not_speak_TLS_1_3_gets_nothing()
    {
        // In mosquitto tls_version is the least that is taken; only a stand-in speaks 1.2 alone.
        using var stop = new CancellationTokenSource();
        var (port, serving) = ServeOldAsync(_authority.Server(), stop.Token);

        await using (var bed = new ForwarderBed(port, to => to with { Tls = new BrokerTls { CaFile = Pem("right") } }))
            Assert.Contains("the broker does not speak TLS 1.3", await TroubleAsync(bed), StringComparison.Ordinal);

        await stop.CancelAsync();
        await serving;
    }

    [Fact]
    public async Task The_tap_shows_packets_as_they_are_before_TLS_wraps_them()
    {
        await using var broker = await StartAsync();
        var tapped = new ConcurrentQueue<byte[]>();

        await using var bed = new ForwarderBed(
            broker.Port,
            to => to with { Tls = new BrokerTls { CaFile = Pem("right") } },
            ForwarderBed.Quick with { Tap = packet => tapped.Enqueue(packet.ToArray()) });
        var entry = bed.Append(1);

        await Eventually.TrueAsync(() => bed.State is { IsConnected: true, Sent: 1 }, $"a record went out; {bed.State.Trouble}");
        Assert.Contains(tapped, packet => packet[0] == 0x32 && packet.AsSpan().EndsWith(entry.Payload.Span));
    }

    [Fact]
    public async Task A_broker_of_another_authority_is_refused_by_name()
    {
        await using var broker = await StartAsync();

        await using var bed = Bed(broker, "other");

        var trouble = await TroubleAsync(bed);
        Assert.Contains($"no authority in {Pem("other")} signed the broker's certificate (CN=broker)", trouble, StringComparison.Ordinal);
        Assert.Equal((0, true), (bed.State.Sent, bed.State.NeedsAttention));
    }

    [Fact]
    public async Task A_broker_with_a_certificate_of_another_host_is_refused_by_name()
    {
        await using var broker = await StartAsync(_authority.Server("192.0.2.7"));

        await using var bed = Bed(broker, "right");

        Assert.Contains("the broker's certificate (CN=broker) is not for 127.0.0.1", await TroubleAsync(bed), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_has_run_out_is_refused_with_its_time()
    {
        await using var broker = await StartAsync(_authority.Server(until: new DateTimeOffset(2020, 2, 1, 0, 0, 0, TimeSpan.Zero)));

        await using var bed = Bed(broker, "right");

        Assert.Contains("is valid from 2020-01-01 to 2020-02-01", await TroubleAsync(bed), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_that_speaks_plain_text_gets_nothing_from_a_device_that_wants_tls()
    {
        await using var broker = await Mosquitto.StartAsync();

        await using var bed = Bed(broker, "right");

        Assert.NotEmpty(await TroubleAsync(bed));
        Assert.False(bed.State.IsConnected);
    }

    [Fact]
    public void A_broker_on_another_machine_is_not_spoken_to_in_plain_text()
    {
        using var outboxBed = new OutboxBed();
        using var outbox = outboxBed.Open();
        var options = new BrokerOptions { Device = Records.Device, Host = "192.0.2.7" };

        var refused = Assert.Throws<ArgumentException>(() => new MqttForwarder(outbox, options, new(), TimeProvider.System, outboxBed.Log));

        Assert.Contains("192.0.2.7 is another machine and would be spoken to in plain text. Configure TLS", refused.Message, StringComparison.Ordinal);
    }

    internal static async Task<string> TroubleAsync(ForwarderBed bed)
    {
        await Eventually.TrueAsync(() => bed.State.Trouble is not null, "it was said what is wrong");
        return bed.State.Trouble!;
    }

    /// <summary>A mosquitto with this certificate; more of its lines follow.</summary>
    internal static Task<Mosquitto> StartAsync(string folder, X509Certificate2 server, params string[] lines)
    {
        var (certificate, key) = (Path.Combine(folder, "broker.pem"), Path.Combine(folder, "broker.key"));
        return Mosquitto.StartAsync(
            async () =>
            {
                using (server)
                {
                    await File.WriteAllTextAsync(certificate, server.ExportCertificatePem());
                    await File.WriteAllTextAsync(key, server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
                }
            },
            [$"certfile {certificate}", $"keyfile {key}", .. lines]);
    }

    private static (int Port, Task Serving) ServeOldAsync(X509Certificate2 server, CancellationToken cancellationToken)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return (((IPEndPoint)listener.LocalEndpoint).Port, Serve());

        async Task Serve()
        {
            using (server)
            using (listener)
            {
                while (!cancellationToken.IsCancellationRequested)
                {
                    try
                    {
                        using var client = await listener.AcceptTcpClientAsync(cancellationToken);
                        await using var stream = new SslStream(client.GetStream());
                        await stream.AuthenticateAsServerAsync(server, clientCertificateRequired: false, SslProtocols.Tls12, checkCertificateRevocation: false);
                    }
                    catch (Exception refused) when (refused is IOException or AuthenticationException or OperationCanceledException)
                    {
                        // As every handshake here does.
                    }
                }
            }
        }
    }

    private string Pem(string authority) => Path.Combine(_folder, authority + ".pem");

    private ForwarderBed Bed(Mosquitto broker, string authority) =>
        new(broker.Port, to => to with { Tls = new BrokerTls { CaFile = Pem(authority) } });

    private Task<Mosquitto> StartAsync(X509Certificate2? server = null) => StartAsync(_folder, server ?? _authority.Server());
}
