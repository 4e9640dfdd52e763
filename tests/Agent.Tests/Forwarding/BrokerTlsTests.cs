using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Forwarding;

/// <summary>mosquitto behind a certificate of an authority that each test makes for itself.</summary>
public sealed class BrokerTlsTests : IDisposable
{
    private readonly string _folder = TestPaths.NewFolder();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("tlsv1.2")]
    [InlineData("tlsv1.3")]
    public async Task A_broker_of_the_right_authority_is_trusted(string version)
    {
        using var authority = Authority("right");
        await using var broker = await StartAsync(authority, "127.0.0.1", $"tls_version {version}");

        await using var bed = Bed(broker, "right");
        bed.Append(1);

        await Eventually.TrueAsync(() => bed.State is { IsConnected: true, Sent: 1 }, $"a record went out; {bed.State.Trouble}");
    }

    [Fact]
    public async Task The_tap_shows_packets_as_they_are_before_TLS_wraps_them()
    {
        using var authority = Authority("right");
        await using var broker = await StartAsync(authority, "127.0.0.1");
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
        using var authority = Authority("right");
        using var other = Authority("other");
        await using var broker = await StartAsync(authority, "127.0.0.1");

        await using var bed = Bed(broker, "other");

        var trouble = await TroubleAsync(bed);
        Assert.Contains($"no authority in {Pem("other")} signed the broker's certificate (CN=broker)", trouble, StringComparison.Ordinal);
        Assert.Equal((0, true), (bed.State.Sent, bed.State.NeedsAttention));
    }

    [Fact]
    public async Task A_broker_with_a_certificate_of_another_host_is_refused_by_name()
    {
        using var authority = Authority("right");
        await using var broker = await StartAsync(authority, "192.0.2.7");

        await using var bed = Bed(broker, "right");

        Assert.Contains("the broker's certificate (CN=broker) is not for 127.0.0.1", await TroubleAsync(bed), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_has_run_out_is_refused_with_its_time()
    {
        using var authority = Authority("right");
        await using var broker = await StartAsync(authority, "127.0.0.1", isValid: false);

        await using var bed = Bed(broker, "right");

        Assert.Contains("is valid from 2020-01-01 to 2020-02-01", await TroubleAsync(bed), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_that_speaks_plain_text_gets_nothing_from_a_device_that_wants_tls()
    {
        using var authority = Authority("right");
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

    private static async Task<string> TroubleAsync(ForwarderBed bed)
    {
        await Eventually.TrueAsync(() => bed.State.Trouble is not null, "it was said what is wrong");
        return bed.State.Trouble!;
    }

    private string Pem(string authority) => Path.Combine(_folder, authority + ".pem");

    private ForwarderBed Bed(Mosquitto broker, string authority) =>
        new(broker.Port, to => to with { Tls = new BrokerTls { CaFile = Pem(authority) } });

    private X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var authority = request.CreateSelfSigned(new DateTimeOffset(2019, 1, 1, 0, 0, 0, TimeSpan.Zero), TimeProvider.System.GetUtcNow().AddYears(1));
        File.WriteAllText(Pem(name), authority.ExportCertificatePem());
        return authority;
    }

    private Task<Mosquitto> StartAsync(X509Certificate2 authority, string address, string version = "", bool isValid = true)
    {
        var (certificate, key) = (Path.Combine(_folder, "broker.pem"), Path.Combine(_folder, "broker.key"));
        return Mosquitto.StartAsync(
            () => WriteCertificateAsync(authority, address, isValid), $"certfile {certificate}", $"keyfile {key}", version);
    }

    private async Task WriteCertificateAsync(X509Certificate2 authority, string address, bool isValid)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=broker", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(address));
        request.CertificateExtensions.Add(names.Build());
        var from = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var signed = request.Create(authority, from, isValid ? new DateTimeOffset(authority.NotAfter) : from.AddMonths(1), [1, 2, 3]);
        await File.WriteAllTextAsync(Path.Combine(_folder, "broker.pem"), signed.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(_folder, "broker.key"), key.ExportPkcs8PrivateKeyPem());
    }
}
