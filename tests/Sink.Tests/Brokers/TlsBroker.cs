using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Tests.Ingestion;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Brokers;

/// <summary>
/// A broker of either kind behind TLS, as the sink sets it up; with the sink at it, devices that are approved and some that were once.
/// </summary>
internal sealed class TlsBroker : IAsyncDisposable
{
    public const string Embedded = "embedded", Mosquitto = "mosquitto";

    private readonly string _folder = TestPaths.NewFolder();
    private readonly Dictionary<string, string> _keyIds = [];
    private readonly List<RevokedCertificate> _revoked = [];
    private EmbeddedBroker? _embedded;
    private Mosquitto? _mosquitto;
    private MosquittoCare? _care;

    private TlsBroker()
    {
        // Older than the certificates that have ended.
        using (CertificateAuthority.OpenOrMake(AuthorityFolder, Past))
        {
        }

        Authority = CertificateAuthority.OpenOrMake(AuthorityFolder, TimeProvider.System);
    }

    public static TimeProvider Past { get; } = new ShiftedTime(TimeProvider.System.GetUtcNow().AddDays(-300));

    public CertificateAuthority Authority { get; }

    public string AuthorityFolder => Path.Combine(_folder, "authority");

    public string BrokerFolder => Path.Combine(_folder, "broker");

    public string PidFile => Path.Combine(_folder, "mosquitto.pid");

    public int Port { get; private set; }

    /// <summary>Reads every device's events and states.</summary>
    public TlsClient Sink { get; private set; } = null!;

    private BrokerRoll Roll => new() { KeyIds = new Dictionary<string, string>(_keyIds), RevokedCertificates = [.. _revoked] };

    public static async Task<TlsBroker> StartAsync(string kind, Action<TlsBroker>? prepare = null)
    {
        var broker = new TlsBroker();
        prepare?.Invoke(broker);
        if (kind == Embedded)
            await broker.StartEmbeddedAsync();
        else
            await broker.StartMosquittoAsync();
        foreach (var filter in new[] { Topics.State("+"), Topics.Events("+") })
            Assert.Equal("GrantedQoS1 (0x01)", await broker.Sink.SubscribeAsync(filter));
        return broker;
    }

    /// <summary>A certificate for a key of its own, which is the one that this device may show from now on.</summary>
    public X509Certificate2 Approve(string device)
    {
        var certificate = Certify(device, Authority);
        _keyIds[device] = Dsse.KeyId(certificate.PublicKey.ExportSubjectPublicKeyInfo());
        return certificate;
    }

    /// <summary>A certificate for a key of its own.</summary>
    public static X509Certificate2 Certify(string device, CertificateAuthority authority, TimeSpan? lifetime = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(SigningRequest.SubjectOf(device), key, HashAlgorithmName.SHA256).CreateSigningRequest();
        using var issued = authority.IssueDevice(request, device, lifetime ?? TimeSpan.FromDays(7));
        return issued.CopyWithPrivateKey(key);
    }

    /// <summary>From the next <see cref="TellAsync"/> on this certificate is on the list of revoked ones.</summary>
    public void Revoke(X509Certificate2 certificate) =>
        _revoked.Add(new RevokedCertificate(certificate.SerialNumber, TimeProvider.System.GetUtcNow()));

    /// <summary>From the next <see cref="TellAsync"/> on this device has no rights.</summary>
    public void Forget(string device) => _keyIds.Remove(device);

    /// <summary>As the running sink does when the register of devices has changed.</summary>
    public async Task TellAsync()
    {
        if (_embedded is { } embedded)
            await embedded.AdmitAsync(Roll);
        _care?.Look(Roll);
    }

    public async Task<TlsClient> ConnectedAsync(string device, X509Certificate2 certificate)
    {
        var client = new TlsClient(device, certificate);
        Assert.Equal("Success (0x00)", await client.ConnectAsync(Port, Authority.Certificate));
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await Sink.DisposeAsync();
        if (_embedded is not null)
            await _embedded.DisposeAsync();
        if (_mosquitto is not null)
            await _mosquitto.DisposeAsync();
        Authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartEmbeddedAsync()
    {
        var keys = new BrokerKeys(() => Authority, Path.Combine(_folder, "sink.yaml"), TimeProvider.System);
        _embedded = new EmbeddedBroker(keys, new IngestionRuntime(TimeProvider.System, NullLoggerFactory.Instance, keys, () => Roll));
        var options = new BrokerOptions { Port = 0, Tls = new BrokerTls { Address = "127.0.0.1", Port = 0, Names = ["127.0.0.1"] } };
        var address = await _embedded.StartAsync(options, Roll);
        Port = _embedded.TlsEndPoint!.Port;
        Sink = new TlsClient(address.ClientId, null) { IsPlain = true, Account = (address.Username!, address.Password()) };
        Assert.Equal("Success (0x00)", await Sink.ConnectAsync(address.Port, Authority.Certificate));
    }

    private async Task StartMosquittoAsync()
    {
        var files = new MosquittoFiles(BrokerFolder, Authority, TimeProvider.System);
        _mosquitto = await Edge.Tests.Mosquitto.StartWrittenAsync(port =>
        {
            files.Begin(["127.0.0.1"], port, _folder, PidFile);
            files.Refresh(Roll, "sink");
            return Path.Combine(files.Folder, MosquittoFiles.ConfigurationName);
        });
        _care = new MosquittoCare(files, PidFile, "sink", NullLogger.Instance);
        Port = _mosquitto.Port;
        Sink = await ConnectedAsync("sink", Authority.IssueClient("sink", TimeSpan.FromDays(1)));
    }
}
