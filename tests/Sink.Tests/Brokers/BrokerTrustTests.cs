using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using MQTTnet;
using MQTTnet.Formatter;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Brokers;

/// <summary>The sink at another broker, a mosquitto: whom it believes, and what it says where it is not believed.</summary>
public sealed class BrokerTrustTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = TestPaths.NewFolder();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_sink_shows_a_certificate_of_its_own_authority_without_any_file()
    {
        await using var broker = await TlsBroker.StartAsync(TlsBroker.Mosquitto);

        Assert.Null(await ConnectAsync(Keys(broker.Authority), new BrokerTls(), broker.Port));
    }

    [Fact]
    public async Task A_sink_that_shows_a_certificate_of_another_authority_says_so()
    {
        await using var broker = await TlsBroker.StartAsync(TlsBroker.Mosquitto);
        using var other = Authority("other");
        WriteClient(other);

        var problem = await ConnectAsync(Keys(broker.Authority), Files, broker.Port);

        Assert.Contains("the sink's certificate (CN=sink, from ", problem, StringComparison.Ordinal);
        Assert.Contains("another authority", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sink_whose_certificate_has_ended_says_so()
    {
        await using var broker = await TlsBroker.StartAsync(TlsBroker.Mosquitto);
        using var past = CertificateAuthority.OpenOrMake(broker.AuthorityFolder, TlsBroker.Past);
        WriteClient(past);

        Assert.Matches("it (has expired|does not hold now): renew it", await ConnectAsync(Keys(broker.Authority), Files, broker.Port));
    }

    [Fact]
    public async Task A_sink_whose_certificate_is_revoked_says_so()
    {
        await using var broker = await TlsBroker.StartAsync(TlsBroker.Mosquitto, broker =>
        {
            WriteClient(broker.Authority);
            broker.Revoke(BrokerTrust.ReadCertificate(Path.Combine(_folder, "client.pem"), Path.Combine(_folder, "client-key.pem")));
        });

        Assert.Matches("it (is|may be) revoked", await ConnectAsync(Keys(broker.Authority), Files, broker.Port));
    }

    [Fact]
    public async Task A_broker_of_another_authority_is_not_believed()
    {
        await using var broker = await TlsBroker.StartAsync(TlsBroker.Mosquitto);
        using var other = Authority("other");

        var problem = await ConnectAsync(Keys(other), new BrokerTls(), broker.Port);

        Assert.StartsWith("No authority that this sink trusts signed the broker's certificate (CN=127.0.0.1)", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_with_the_certificate_of_another_host_is_not_believed()
    {
        await using var broker = await TlsBroker.StartAsync(TlsBroker.Mosquitto);

        var problem = await ConnectAsync(Keys(broker.Authority), new BrokerTls(), broker.Port, "localhost");

        Assert.StartsWith("The broker's certificate (CN=127.0.0.1) is not for localhost", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        await using var broker = await TlsBroker.StartAsync(TlsBroker.Mosquitto);

        var problem = await ConnectAsync(Keys(broker.Authority), Files, broker.Port);

        Assert.Contains($"broker.tls: {_folder}/client.pem with {_folder}/client-key.pem cannot be used", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_in_memory_is_made_again_after_two_thirds_of_its_life_and_when_the_clock_was_set_back()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var authority = CertificateAuthority.OpenOrMake(Path.Combine(_folder, "authority"), time);
        var renewed = new RenewedCertificate(() => authority.IssueClient("sink", TimeSpan.FromDays(30)), time);

        var first = renewed.Current;
        time.Advance(TimeSpan.FromDays(18));
        Assert.Same(first, renewed.Current);
        time.Advance(TimeSpan.FromDays(3));
        var second = renewed.Current;
        Assert.NotSame(first, second);
        Assert.False(RenewedCertificate.IsDue(second, time.GetUtcNow().AddHours(-2)));
        Assert.True(RenewedCertificate.IsDue(second, time.GetUtcNow().AddDays(-3)));
    }

    private static BrokerTls Files => new() { CertificateFile = "client.pem", KeyFile = "client-key.pem" };

    private CertificateAuthority Authority(string name) => CertificateAuthority.OpenOrMake(Path.Combine(_folder, name), TimeProvider.System);

    private BrokerKeys Keys(CertificateAuthority authority) =>
        new(() => authority, Path.Combine(_folder, "sink.yaml"), TimeProvider.System);

    private void WriteClient(CertificateAuthority authority)
    {
        using var certificate = authority.IssueClient("sink", TimeSpan.FromDays(1));
        using var key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(Path.Combine(_folder, "client.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "client-key.pem"), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Null if it is connected; otherwise what the sink would say.</summary>
    private async Task<string?> ConnectAsync(BrokerKeys keys, BrokerTls tls, int port, string host = "127.0.0.1")
    {
        var trust = keys.TrustOf(new BrokerOptions { Embedded = false, Host = host, Port = port, Tls = tls })!;
        using var client = new MqttClientFactory().CreateMqttClient();
        try
        {
            await client.ConnectAsync(new MqttClientOptionsBuilder().WithProtocolVersion(MqttProtocolVersion.V500).WithClientId("sink")
                .WithTcpServer(host, port).WithTlsOptions(trust.Apply).Build());
            return null;
        }
        catch (Exception failure)
        {
            var said = trust.Explain(failure) ?? failure.Message;
            output.WriteLine($"{said}   [{failure.GetBaseException().Message}]");
            return said;
        }
    }
}
