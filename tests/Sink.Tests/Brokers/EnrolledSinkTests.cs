using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Tests.Ingestion;
using SocialCredit.Edge.Sink.Tests.Storage;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Brokers;

/// <summary>A whole sink with its broker: what an operator says of a device at the command line holds at the broker.</summary>
public sealed class EnrolledSinkTests(ITestOutputHelper output) : IDisposable
{
    private const string Device = "camera-1";

    private readonly string _folder = TestPaths.NewFolder();

    private string AuthorityFolder => Path.Combine(_folder, "authority");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(TlsBroker.Embedded)]
    [InlineData(TlsBroker.Mosquitto)]
    public async Task A_device_comes_in_when_it_is_approved_and_is_out_when_it_is_revoked(string kind)
    {
        using var authority = CertificateAuthority.OpenOrMake(AuthorityFolder, TimeProvider.System);
        await using var mosquitto = kind == TlsBroker.Mosquitto ? await MosquittoAsync(authority) : null;
        await using var sink = await SinkAsync(mosquitto?.Port);
        var port = mosquitto?.Port ?? sink.TlsPort;
        sink.Enrol(Device, "crossing-north");
        var certificate = Certify(sink, authority);
        await using var device = await ComeInAsync(port, authority, certificate);

        await device.SayManifestAsync([Record()]);
        await device.SendAsync(Record());
        await device.HearReceivedAsync(received => received.UpTo == 1);
        Assert.Null(sink.Office.Revoke(Device));
        var since = Stopwatch.StartNew();
        await Eventually.TrueAsync(async () => !await CanPublishAsync(device), "the device can publish nothing");
        output.WriteLine($"{kind,-10} out of the broker {since.ElapsedMilliseconds} ms after sink device revoke");

        await Eventually.TrueAsync(
            async () =>
            {
                await using var again = new TlsClient(Device, certificate);
                return !(await again.ConnectAsync(port, authority.Certificate)).StartsWith("Success", StringComparison.Ordinal);
            },
            "the device cannot come again");
        Assert.Single(sink.Store.Records("crossing-north", DateOnly.MinValue, DateOnly.MaxValue.AddDays(-1)));
    }

    [Fact]
    public async Task A_device_that_joins_the_sinks_group_at_mosquitto_swallows_no_record()
    {
        const uint count = 6;
        using var authority = CertificateAuthority.OpenOrMake(AuthorityFolder, TimeProvider.System);
        await using var mosquitto = await MosquittoAsync(authority);
        await using var sink = await SinkAsync(mosquitto.Port);
        sink.Enrol(Device, "crossing-north");
        sink.Enrol("camera-2", "plaza-south");
        await using var device = await ComeInAsync(mosquitto.Port, authority, Certify(sink, authority));
        await using var thief = await ComeInAsync(mosquitto.Port, authority, Certify(sink, authority, "camera-2"), "camera-2");
        await thief.SubscribeAsync(Topics.AllEventsShared);

        await device.SayManifestAsync([Record()]);
        for (var sequence = 1u; sequence <= count; sequence++)
            await device.SendAsync(Record(sequence));

        await device.HearReceivedAsync(received => received.UpTo == count);
    }

    [Fact]
    public async Task Without_TLS_no_device_comes_in_where_devices_are_enrolled()
    {
        await using var sink = await SinkAsync(null);
        await using var device = new TestDevice(Device);

        Assert.Equal(MqttClientConnectResultCode.NotAuthorized, (await device.ConnectAsync(sink.Port)).ResultCode);
    }

    [Fact]
    public async Task A_sink_that_is_told_while_it_runs_to_take_enrolled_devices_only_shuts_its_broker_to_the_others()
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync();
        var configuration = Path.Combine(sink.Folder, "sink.yaml");
        Assert.True(await CanPublishAsync(device));

        await File.AppendAllTextAsync(configuration, "\ndevices: {trust: enrolled}\n");

        await Eventually.TrueAsync(async () => !await CanPublishAsync(device), "the device is sent away");
        await using var again = new TestDevice(Device);
        Assert.Equal(MqttClientConnectResultCode.NotAuthorized, (await again.ConnectAsync(sink.Port)).ResultCode);
    }

    [Fact]
    public async Task A_certificate_that_has_ended_is_answered_in_words_by_the_embedded_broker()
    {
        using var past = CertificateAuthority.OpenOrMake(AuthorityFolder, TlsBroker.Past);
        await using var sink = await SinkAsync(null);
        sink.Enrol(Device, "crossing-north");
        await using var device = new TestDevice(Device);

        var answer = await device.ConnectAsync(sink.TlsPort, tls: Tls(past, Certify(sink, past)));

        Assert.Equal(MqttClientConnectResultCode.NotAuthorized, answer.ResultCode);
        Assert.StartsWith("the certificate holds from ", answer.ReasonString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sink_that_was_away_brings_the_brokers_files_up_to_date_when_it_starts()
    {
        using var authority = CertificateAuthority.OpenOrMake(AuthorityFolder, TimeProvider.System);
        await using var mosquitto = await MosquittoAsync(authority);
        File.Delete(Path.Combine(_folder, MosquittoFiles.AccessName));
        File.Delete(Path.Combine(_folder, MosquittoFiles.RevokedName));

        await using var sink = await SinkAsync(mosquitto.Port);

        Assert.Contains("user sink", await File.ReadAllTextAsync(Path.Combine(_folder, MosquittoFiles.AccessName)), StringComparison.Ordinal);
        Assert.Contains("X509 CRL", await File.ReadAllTextAsync(Path.Combine(_folder, MosquittoFiles.RevokedName)), StringComparison.Ordinal);
    }

    private Task<Mosquitto> MosquittoAsync(CertificateAuthority authority) => Mosquitto.StartWrittenAsync(port =>
    {
        var files = new MosquittoFiles(_folder, authority, TimeProvider.System);
        files.Begin(["127.0.0.1"], port, _folder, Path.Combine(_folder, "pid"));
        files.Refresh(new BrokerRoll(), "sink");
        return Path.Combine(_folder, MosquittoFiles.ConfigurationName);
    });

    private Task<RunningSink> SinkAsync(int? mosquittoPort) => RunningSink.StartAsync(
        $"authority: {AuthorityFolder}", time: TimeProvider.System, broker: mosquittoPort is { } port
            ? $"{{embedded: false, port: {port}, tls: {{}}, mosquitto: {{folder: {_folder}, pidFile: {_folder}/pid}}}}"
            : "{port: 0, tls: {address: 127.0.0.1, port: 0, names: [127.0.0.1]}}");

    /// <summary>As at its enrolment, under the key that the device signs with.</summary>
    private static X509Certificate2 Certify(RunningSink sink, CertificateAuthority authority, string name = Device)
    {
        var key = TestManifests.KeyOf(name);
        var request = new CertificateRequest(SigningRequest.SubjectOf(name), key, HashAlgorithmName.SHA256).CreateSigningRequest();
        using var issued = authority.IssueDevice(request, name, TimeSpan.FromDays(7));
        var device = sink.Store.Enrolled.Find(name)!;
        Assert.True(sink.Store.Enrolled.KeepCertificate(
            new IssuedCertificate(issued.SerialNumber, name, device.KeyId!, issued.RawData, TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow().AddDays(7)),
            device.Version));
        return issued.CopyWithPrivateKey(key);
    }

    // Approved a moment ago: broker and device meet within the second in which the sink sees it.
    private static async Task<TestDevice> ComeInAsync(int port, CertificateAuthority authority, X509Certificate2 certificate, string name = Device)
    {
        var isIn = new TestDevice(name);
        await Eventually.TrueAsync(
            async () =>
            {
                await isIn.DisposeAsync();
                isIn = new TestDevice(name);
                return (await isIn.ConnectAsync(port, tls: Tls(authority, certificate))).ResultCode == MqttClientConnectResultCode.Success && await CanPublishAsync(isIn);
            },
            "the device comes in");
        await isIn.SubscribeAsync(Topics.Received(name));
        return isIn;
    }

    private static async Task<bool> CanPublishAsync(TestDevice device)
    {
        try
        {
            return (await device.SendAsync(Topics.Health(device.Name), [1])).IsSuccess;
        }
        catch (Exception)
        {
            // Sent away.
            return false;
        }
    }

    private static Action<MqttClientTlsOptionsBuilder> Tls(CertificateAuthority authority, X509Certificate2 certificate) => tls => tls.UseTls()
        .WithTrustChain([authority.Certificate]).WithRevocationMode(X509RevocationMode.NoCheck).WithClientCertificates([certificate]);

    private static EventRecord Record(uint sequence = 1)
    {
        var now = TimeProvider.System.GetUtcNow();
        return RecordFixtures.Record("crossing-north", sequence: sequence) with { Start = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero).AddHours(-sequence) };
    }
}
