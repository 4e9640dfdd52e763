using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Tests.Storage;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Commands;

/// <summary><c>sink device</c> and <c>sink authority</c>: what an operator types.</summary>
public sealed class DeviceCommandTests
{
    private const string Configuration = """
        policy: policy.yaml
        enrolment: {names: [sink.example, 192.0.2.7]}
        zones:
          crossing-north: {device: edge-01}
          plaza-south: {device: edge-01}
          station-east: {device: edge-02}
        """;

    private readonly CommandRun _run = new CommandRun().With("policy.yaml", CommandRun.PolicyText).With("sink.yaml", Configuration);

    [Fact]
    public void An_invitation_prints_the_code_and_the_line_to_type_on_the_device()
    {
        Assert.Equal(0, _run.Invoke("device", "invite", "edge-01", "--zone", "crossing-north", "plaza-south", "--config", "sink.yaml"));

        var text = _run.Output.Split("--claim ")[1].Split('\n')[0];
        Assert.True(ClaimCode.TryParse(text, out var code));
        Assert.Contains($"  edge enrol --sink https://sink.example:8443 --claim {code}\n", _run.Output, StringComparison.Ordinal);
        using var authority = X509Certificate2.CreateFromPem(File.ReadAllText(Path.Combine(_run.Folder, "authority", "authority.pem")));
        Assert.Equal(ClaimCode.PinOf(authority.PublicKey.ExportSubjectPublicKeyInfo()), code.Pin);
        using var store = Store();
        Assert.Equal(EnrolmentDesk.HashOf(code.Secret), store.Enrolled.Find("edge-01")!.ClaimHash);
        Assert.Equal(-1, File.ReadAllBytes(Path.Combine(_run.Folder, "sink.db")).AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(code.Secret)));
    }

    [Fact]
    public void A_device_is_invited_approved_listed_and_revoked()
    {
        _run.Invoke("device", "invite", "edge-01", "--zone", "crossing-north", "--config", "sink.yaml");
        Assert.Equal(1, _run.Invoke("device", "approve", "edge-01", "--config", "sink.yaml"));
        Assert.Contains("edge-01 has not come yet.", _run.Errors, StringComparison.Ordinal);
        var keyId = Come();

        Assert.Equal(1, _run.Invoke("device", "approve", "edge-01", "--key-id", "other", "--config", "sink.yaml"));
        Assert.Contains($"edge-01 came with the key {keyId}, not with other.", _run.Errors, StringComparison.Ordinal);
        _run.TakeOutput();
        Assert.Equal(0, _run.Invoke("device", "approve", "edge-01", "--config", "sink.yaml"));
        var approval = _run.TakeOutput();
        Assert.Contains("edge-01 is approved for crossing-north.", approval, StringComparison.Ordinal);
        Assert.Contains($"Key: {keyId}\nCompare it with what edge enrol prints on the device.", approval, StringComparison.Ordinal);
        Assert.Contains("Its configuration also names plaza-south", approval, StringComparison.Ordinal);

        _run.Invoke("device", "list", "--config", "sink.yaml");
        Assert.Matches($"edge-01: approved since .*\n  key +{keyId}\n  zones +crossing-north \\(asks for plaza-south, too\\)\n  site +plaza-7\n  certificate +none\n  last window +none\n", _run.TakeOutput());

        Assert.Equal(0, _run.Invoke("device", "revoke", "edge-01", "--config", "sink.yaml"));
        Assert.Equal(1, _run.Invoke("device", "revoke", "edge-01", "--config", "sink.yaml"));
        Assert.Contains("edge-01 is revoked already", _run.Errors, StringComparison.Ordinal);
        using var store = Store();
        Assert.Equal(["revoked", "approved", "came", "invited"], store.Enrolled.History("edge-01").Select(change => change.Change));
    }

    [Theory]
    [InlineData("device invite edge-01 --zone station-east", "The register in sink.yaml does not give the zone station-east to edge-01.")]
    [InlineData("device invite edge-01 --zone north-clinic", "'north-clinic' reads as a clinic, and no such place is ever scored.")]
    [InlineData("device invite edge-01 --zone ../etc", "'../etc' is no name for a zone")]
    [InlineData("device invite ../../etc", "'../../etc' is no name for a device")]
    [InlineData("device invite simulated-city", "'simulated-city' is no name for a device")]
    [InlineData("device invite policy", "'policy' is no name for a device")]
    [InlineData("device invite edge-01 --site Plaza", "'Plaza' is no name for a site")]
    [InlineData("device approve edge-01", "No device edge-01 is known. Begin with: sink device invite edge-01")]
    [InlineData("device revoke edge-01", "No device edge-01 is known: sink device list names those that are.")]
    public void What_cannot_be_is_said_with_what_to_do(string line, string expected)
    {
        Assert.Equal(1, _run.Invoke([.. line.Split(' '), "--config", "sink.yaml"]));

        Assert.StartsWith(expected, _run.Errors, StringComparison.Ordinal);
        Assert.Equal("", _run.Output);
    }

    [Fact]
    public void A_device_that_is_approved_is_not_invited_again_and_its_zone_is_no_others()
    {
        _run.With("sink.yaml", "policy: policy.yaml\n").Invoke("device", "invite", "edge-01", "--zone", "crossing-north", "--config", "sink.yaml");
        Come();
        _run.Invoke("device", "approve", "edge-01", "--config", "sink.yaml");

        Assert.Equal(1, _run.Invoke("device", "invite", "edge-01", "--config", "sink.yaml"));
        Assert.Contains("edge-01 is approved already", _run.Errors, StringComparison.Ordinal);
        Assert.Equal(1, _run.Invoke("device", "invite", "edge-02", "--zone", "crossing-north", "--config", "sink.yaml"));
        Assert.Contains("The zone crossing-north is measured by edge-01", _run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_authority_is_shown_and_certifies_a_broker_and_the_sink()
    {
        var folder = Path.Combine(_run.Folder, "broker");
        Assert.Equal(0, _run.Invoke("authority", "show", "--config", "sink.yaml"));
        using var authority = CertificateAuthority.OpenOrMake(Path.Combine(_run.Folder, "authority"), TimeProvider.System);
        Assert.Contains($"Pin          {authority.Pin}", _run.Output, StringComparison.Ordinal);
        Assert.Contains(authority.Certificate.GetCertHashString(HashAlgorithmName.SHA256), _run.Output, StringComparison.Ordinal);

        Assert.Equal(0, _run.Invoke("authority", "certificate", "--name", "broker.example", "192.0.2.7", "--out", folder, "--config", "sink.yaml"));
        Assert.Equal(0, _run.Invoke("authority", "certificate", "--client", "sink", "--out", folder, "--config", "sink.yaml"));

        using var server = X509Certificate2.CreateFromPemFile(Path.Combine(folder, "server.pem"), Path.Combine(folder, "server-key.pem"));
        using var client = X509Certificate2.CreateFromPemFile(Path.Combine(folder, "sink.pem"), Path.Combine(folder, "sink-key.pem"));
        Assert.True(server.MatchesHostname("broker.example") && server.MatchesHostname("192.0.2.7"));
        Assert.Equal("CN=sink", client.Subject);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, "server-key.pem")));
        Assert.Equal(authority.Certificate.RawData, X509Certificate2.CreateFromPem(File.ReadAllText(Path.Combine(folder, "authority.pem"))).RawData);
        Assert.Equal(1, _run.Invoke("authority", "certificate", "--name", "a b", "--out", folder, "--config", "sink.yaml"));
        Assert.Contains("'a b' is neither a DNS name nor an IP address.", _run.Errors, StringComparison.Ordinal);
    }

    private string Come()
    {
        using var store = Store();
        var invited = store.Enrolled.Find("edge-01")!;
        store.Enrolled.Keep(
            invited with
            {
                State = DeviceState.Waiting,
                Key = TestManifests.KeyOf("edge-01").ExportSubjectPublicKeyInfo(),
                AskedSite = "plaza-7",
                AskedZones = ["crossing-north", "plaza-south"],
            },
            "came", RecordFixtures.Noon);
        return store.Enrolled.Find("edge-01")!.KeyId!;
    }

    private SqliteEventStore Store() => new(Path.Combine(_run.Folder, "sink.db"));
}
