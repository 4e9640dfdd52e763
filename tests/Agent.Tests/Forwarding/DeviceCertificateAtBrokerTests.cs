using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Forwarding;

/// <summary>What a real mosquitto that wants certificates says to this device's, and what this device makes of it.</summary>
public sealed class DeviceCertificateAtBrokerTests : IDisposable
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly string _folder = TestPaths.NewFolder();
    private readonly string _state = TestPaths.NewFolder();
    private readonly TestAuthority _authority = new(), _other = new("other");
    private readonly DeviceKey _key;

    public DeviceCertificateAtBrokerTests()
    {
        _key = DeviceKey.OpenOrMake(_state);
        File.WriteAllText(InState(BrokerTls.AuthorityFileName), _authority.Pem);
        File.WriteAllText(Path.Combine(_folder, "authority.pem"), _authority.Pem);
        File.WriteAllText(Path.Combine(_folder, "revoked.pem"), _authority.RevocationList(_authority.Device(_key.SigningRequest("device-9"), Now.AddDays(-1), Now.AddDays(1))));
    }

    public void Dispose()
    {
        _key.Dispose();
        _authority.Dispose();
        _other.Dispose();
        Directory.Delete(_folder, recursive: true);
        Directory.Delete(_state, recursive: true);
    }

    [Fact]
    public async Task An_enrolled_device_needs_no_file_names()
    {
        Put(_authority.Device(_key.SigningRequest(Records.Device), Now.AddDays(-1), Now.AddDays(7)));
        await using var broker = await StartAsync();
        var options = new BrokerOptions { Device = Records.Device, Host = "127.0.0.1", Port = broker.Port, Tls = new BrokerTls { Folder = _state } };

        Assert.Null(await BrokerProbe.FindTroubleAsync(options, _key, TimeProvider.System, TestContext.Current.CancellationToken));
        await using var bed = Bed(broker);
        bed.Append(1);

        await Eventually.TrueAsync(() => bed.State is { IsConnected: true, Sent: 1 }, $"a record went out; {bed.State.Trouble}");
    }

    [Theory]
    [InlineData("none", "wants to see a certificate and this device has none: enrol it")]
    [InlineData("expired", "has expired: the agent renews it")]
    [InlineData("revoked", "is revoked: an operator has withdrawn it")]
    [InlineData("of another authority", "does not know the authority of this device's certificate")]
    [InlineData("of another key", "wants to see a certificate and this device has none: enrol it")]
    public async Task A_certificate_that_is_refused_is_said_to_be_and_why(string certificate, string reason)
    {
        var request = _key.SigningRequest(Records.Device);
        using var stranger = DeviceKey.OpenOrMake(_folder);
        var pem = certificate switch
        {
            "expired" => _authority.Device(request, Now.AddDays(-8), Now.AddDays(-1)),
            "of another authority" => _other.Device(request, Now.AddDays(-1), Now.AddDays(7)),
            "of another key" => _authority.Device(stranger.SigningRequest(Records.Device), Now.AddDays(-1), Now.AddDays(7)),
            _ => _authority.Device(request, Now.AddDays(-1), Now.AddDays(7)),
        };
        if (certificate != "none")
            Put(pem);
        if (certificate == "revoked")
            await File.WriteAllTextAsync(Path.Combine(_folder, "revoked.pem"), _authority.RevocationList(pem), TestContext.Current.CancellationToken);
        await using var broker = await StartAsync();
        var options = new BrokerOptions { Device = Records.Device, Host = "127.0.0.1", Port = broker.Port, Tls = new BrokerTls { Folder = _state } };

        await using var bed = Bed(broker);

        Assert.Contains(reason, await BrokerTlsTests.TroubleAsync(bed), StringComparison.Ordinal);
        Assert.True(bed.State.NeedsAttention);
        Assert.Contains(reason, await BrokerProbe.FindTroubleAsync(options, _key, TimeProvider.System, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_was_renewed_is_shown_at_the_next_try()
    {
        Put(_authority.Device(_key.SigningRequest(Records.Device), Now.AddDays(-8), Now.AddDays(-1)));
        await using var broker = await StartAsync();
        await using var bed = Bed(broker);
        Assert.Contains("has expired", await BrokerTlsTests.TroubleAsync(bed), StringComparison.Ordinal);

        Put(_authority.Device(_key.SigningRequest(Records.Device), Now.AddDays(-1), Now.AddDays(7)));

        await Eventually.TrueAsync(() => bed.State is { IsConnected: true, NeedsAttention: false }, $"it was let in; {bed.State.Trouble}");
    }

    [Fact]
    public async Task A_site_with_authorities_of_its_own_names_its_files()
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var asked = new CertificateRequest($"CN={Records.Device}", own, HashAlgorithmName.SHA256).CreateSigningRequest();
        var (certificate, key) = (Path.Combine(_folder, "own.pem"), Path.Combine(_folder, "own.key"));
        await File.WriteAllTextAsync(certificate, _authority.Device(asked, Now.AddDays(-1), Now.AddDays(7)), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(key, own.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
        await using var broker = await StartAsync();

        await using var bed = new ForwarderBed(
            broker.Port, to => to with { Tls = new BrokerTls { CaFile = Path.Combine(_folder, "authority.pem"), CertificateFile = certificate, KeyFile = key } });

        await Eventually.TrueAsync(() => bed.State.IsConnected, $"it was let in; {bed.State.Trouble}");
    }

    [Fact]
    public async Task Another_key_signs_and_connects_from_then_on_and_what_waited_as_well()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        broker.AnswerTo = _ => 0x97;
        var shelf = new ManifestShelf(_state, new CapturingLog());
        var made = TestManifests.Covering(Records.Device, 512, [Records.Of(0)]);
        await using var bed = new ForwarderBed(broker.Port, manifests: shelf.PutInForce(made with { Key = _key.PublicKey }, _key, isNothingWaiting: false));
        bed.Append(1);
        await Eventually.TrueAsync(() => broker.Events.Length > 0, "it was signed by the first key");
        using var next = DeviceKey.OpenOrMakeNext(_state);

        bed.TakeOver(shelf.PutInForce(made with { Key = next.PublicKey }, next, isNothingWaiting: false));

        await Eventually.TrueAsync(() => KeyIdOf(broker.Events[^1]) == next.Id, "the same record is signed by the second");
        Assert.Equal(_key.Id, KeyIdOf(broker.Events[0]));
        Assert.Equal(2, bed.Log.Count("Connected to the broker"));
    }

    private static string KeyIdOf(MQTTnet.MqttApplicationMessage message) =>
        System.Text.Encoding.UTF8.GetString(message.UserProperties.Single(property => property.Name == "kid").ValueBuffer.Span);

    private string InState(string name) => Path.Combine(_state, name);

    private void Put(string certificate) => File.WriteAllText(InState(BrokerTls.CertificateFileName), certificate);

    private Task<Mosquitto> StartAsync() => BrokerTlsTests.StartAsync(
        _folder, _authority.Server(), $"cafile {Path.Combine(_folder, "authority.pem")}", $"crlfile {Path.Combine(_folder, "revoked.pem")}", "require_certificate true", "tls_version tlsv1.3");

    private ForwarderBed Bed(Mosquitto broker)
    {
        var made = TestManifests.Covering(Records.Device, 512, [Records.Of(0)]) with { Key = _key.PublicKey };
        var manifests = new ManifestShelf(_folder, new CapturingLog()).PutInForce(made, _key, isNothingWaiting: false);
        return new ForwarderBed(broker.Port, to => to with { Tls = new BrokerTls { Folder = _state } }, manifests: manifests);
    }
}
