using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Tests.Ingestion;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Brokers;

/// <summary>The files that the sink keeps for a mosquitto, and how it is told.</summary>
public sealed class MosquittoFilesTests : IDisposable
{
    private readonly string _folder = TestPaths.NewFolder();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_has_not_changed_is_not_written_again()
    {
        using var authority = CertificateAuthority.OpenOrMake(Path.Combine(_folder, "authority"), TimeProvider.System);
        var files = new MosquittoFiles(Path.Combine(_folder, "broker"), authority, TimeProvider.System);
        var roll = new BrokerRoll { KeyIds = new Dictionary<string, string> { ["camera-1"] = "k" } };
        var revoked = roll with { RevokedCertificates = [new RevokedCertificate("4A01", TimeProvider.System.GetUtcNow())] };

        Assert.True(files.Begin(["broker.example"], 8883, _folder, "pid"));
        Assert.True(files.Refresh(roll, "sink"));
        Assert.False(files.Refresh(roll, "sink"));
        Assert.True(files.Refresh(revoked, "sink"));
        Assert.False(files.Refresh(revoked, "sink"));
        Assert.True(files.Refresh(revoked with { KeyIds = new Dictionary<string, string>() }, "sink"));
    }

    [Fact]
    public void The_list_of_revoked_certificates_is_written_anew_each_month_so_that_it_is_never_out_of_date()
    {
        var roll = new BrokerRoll();
        using var authority = CertificateAuthority.OpenOrMake(Path.Combine(_folder, "authority"), TimeProvider.System);
        new MosquittoFiles(_folder, authority, TimeProvider.System).Refresh(roll, "sink");

        Assert.True(new MosquittoFiles(_folder, authority, new ShiftedTime(TimeProvider.System.GetUtcNow().AddDays(32))).Refresh(roll, "sink"));
    }

    [Fact]
    public void A_configuration_that_is_there_stays_as_its_owner_left_it()
    {
        using var authority = CertificateAuthority.OpenOrMake(Path.Combine(_folder, "authority"), TimeProvider.System);
        var files = new MosquittoFiles(Path.Combine(_folder, "broker"), authority, TimeProvider.System);
        files.Begin(["broker.example"], 8883, _folder, "pid");
        var configuration = Path.Combine(_folder, "broker", "mosquitto.conf");
        File.AppendAllText(configuration, "# mine\n");

        Assert.False(files.Begin(["broker.example"], 8883, _folder, "pid"));
        Assert.EndsWith("# mine\n", File.ReadAllText(configuration), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_owner_and_the_group_read_the_key_and_everybody_may_read_the_rights()
    {
        using var authority = CertificateAuthority.OpenOrMake(Path.Combine(_folder, "authority"), TimeProvider.System);
        var files = new MosquittoFiles(Path.Combine(_folder, "broker"), authority, TimeProvider.System);
        files.Begin(["broker.example"], 8883, _folder, "pid");
        files.Refresh(new BrokerRoll(), "sink");

        const UnixFileMode forGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        Assert.Equal(forGroup, File.GetUnixFileMode(Path.Combine(files.Folder, MosquittoFiles.ServerName)));
        Assert.Equal(forGroup | UnixFileMode.OtherRead, File.GetUnixFileMode(Path.Combine(files.Folder, MosquittoFiles.AccessName)));
        Assert.DoesNotContain(Directory.EnumerateFiles(files.Folder), file => Path.GetFileName(file).StartsWith('.'));
    }

    [Theory]
    [InlineData("camera-1\nuser sink")]
    [InlineData("#")]
    [InlineData("+")]
    public void A_name_cannot_write_a_line_of_rights(string device) =>
        Assert.Throws<ArgumentException>(() => MosquittoFiles.Access(new BrokerRoll { KeyIds = new Dictionary<string, string> { [device] = "k" } }, "sink"));

    [Fact]
    public void A_device_with_the_sinks_name_gets_no_rights() =>
        Assert.Single(MosquittoFiles.Access(new BrokerRoll { KeyIds = new Dictionary<string, string> { ["sink"] = "k" } }, "sink")
            .Split('\n'), line => line.StartsWith("user ", StringComparison.Ordinal));

    [Fact]
    public void Nobody_but_mosquitto_is_signalled()
    {
        var pidFile = Path.Combine(_folder, "pid");
        File.WriteAllText(pidFile, $"{Environment.ProcessId}\n");

        Assert.Contains("and not mosquitto", MosquittoReload.Send(pidFile), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mosquitto_that_is_still_starting_is_not_ended_by_the_signal()
    {
        // As mosquitto is between its pid file and its handlers: the name, and nothing that catches the signal.
        var program = Path.Combine(_folder, "mosquitto");
        File.Copy("/bin/sleep", program);
        using var starting = System.Diagnostics.Process.Start(program, "60");
        var pidFile = Path.Combine(_folder, "pid");
        File.WriteAllText(pidFile, $"{starting.Id}\n");

        var problem = MosquittoReload.Send(pidFile);

        Assert.Contains("still starting", problem, StringComparison.Ordinal);
        Assert.False(starting.HasExited);
        starting.Kill();
        starting.WaitForExit();
    }

    [Theory]
    [InlineData("", "holds no number")]
    [InlineData("-1", "holds no number")]
    [InlineData("1", "holds no number")]
    [InlineData("4194999", "Is the broker running")]
    public void What_is_wrong_with_a_file_of_a_number_is_said(string text, string expected)
    {
        var pidFile = Path.Combine(_folder, "pid");
        File.WriteAllText(pidFile, text);

        Assert.Contains(expected, MosquittoReload.Send(pidFile), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_of_a_number_is_said() =>
        Assert.Contains("Is the broker running", MosquittoReload.Send(Path.Combine(_folder, "nothing")), StringComparison.Ordinal);

    [Fact]
    public async Task A_certificate_that_is_due_is_made_again_and_taken_by_the_broker_that_runs()
    {
        var (authorityFolder, pidFile) = (Path.Combine(_folder, "authority"), Path.Combine(_folder, "pid"));
        using var past = CertificateAuthority.OpenOrMake(authorityFolder, TlsBroker.Past);
        using var authority = CertificateAuthority.OpenOrMake(authorityFolder, TimeProvider.System);
        await using var broker = await Mosquitto.StartWrittenAsync(port =>
        {
            // 300 days old, of 365.
            var old = new MosquittoFiles(_folder, past, TlsBroker.Past);
            old.Begin(["127.0.0.1", "broker.example"], port, _folder, pidFile);
            old.Refresh(new BrokerRoll(), "sink");
            return Path.Combine(_folder, MosquittoFiles.ConfigurationName);
        });
        using var client = authority.IssueClient("sink", TimeSpan.FromDays(1));
        var before = await CertificateOfAsync(broker.Port, client, authority);

        new MosquittoCare(new MosquittoFiles(_folder, authority, TimeProvider.System), pidFile, "sink", NullLogger.Instance).Look(new BrokerRoll());

        await Eventually.TrueAsync(async () => (await CertificateOfAsync(broker.Port, client, authority)).SerialNumber != before.SerialNumber, "the new one is shown");
        var after = await CertificateOfAsync(broker.Port, client, authority);
        Assert.True(after.NotAfter > before.NotAfter);
        Assert.True(after.MatchesHostname("broker.example"));
        Assert.True(after.MatchesHostname("127.0.0.1"));
    }

    [Theory]
    [InlineData("damaged")]
    [InlineData("of somebody else's, and due")]
    public async Task A_broker_certificate_that_cannot_be_made_again_ends_nothing_and_a_revocation_is_told_all_the_same(string kind)
    {
        using var authority = CertificateAuthority.OpenOrMake(Path.Combine(_folder, "authority"), TimeProvider.System);
        var files = new MosquittoFiles(Path.Combine(_folder, "broker"), authority, TimeProvider.System);
        files.Begin(["broker.example"], 8883, _folder, "pid");
        await File.WriteAllTextAsync(Path.Combine(files.Folder, MosquittoFiles.ServerName), kind == "damaged" ? "no certificate" : WithoutNames());
        var (pidFile, told) = (Path.Combine(_folder, "pid"), Path.Combine(_folder, "told"));
        using var broker = await CatchingAsync($"touch {told}");
        await File.WriteAllTextAsync(pidFile, $"{broker.Id}\n");

        new MosquittoCare(files, pidFile, "sink", NullLogger.Instance).Look(
            new BrokerRoll { RevokedCertificates = [new RevokedCertificate("4A01", TimeProvider.System.GetUtcNow())] });

        await Eventually.TrueAsync(() => File.Exists(told), "the broker is told");
        Assert.Contains("1 revoked certificates", await File.ReadAllTextAsync(Path.Combine(files.Folder, MosquittoFiles.RevokedName)), StringComparison.Ordinal);
        Assert.Contains("sink broker files", Assert.Throws<IOException>(() => files.Refresh(new BrokerRoll(), "sink")).Message, StringComparison.Ordinal);
        broker.Kill();
        await broker.WaitForExitAsync();
    }

    // Named as mosquitto, and expecting the signal as it does once it has started.
    private async Task<System.Diagnostics.Process> CatchingAsync(string atSignal)
    {
        var program = Path.Combine(_folder, "mosquitto");
        File.Copy("/bin/bash", program);
        var broker = System.Diagnostics.Process.Start(
            // A shell traps no signal that was ignored when it began, as under nohup.
            new System.Diagnostics.ProcessStartInfo("env", ["--default-signal=HUP", program, "-c", $"trap '{atSignal}' HUP; echo ready; while :; do sleep 0.05; done"])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            })!;
        Assert.Equal("ready", await broker.StandardOutput.ReadLineAsync());
        return broker;
    }

    private static string WithoutNames()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var old = new CertificateRequest("CN=broker", key, HashAlgorithmName.SHA256).CreateSelfSigned(TlsBroker.Past.GetUtcNow(), TimeProvider.System.GetUtcNow().AddDays(1));
        return $"{old.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    private static async Task<X509Certificate2> CertificateOfAsync(int port, X509Certificate2 client, CertificateAuthority authority)
    {
        var trusted = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trusted.CustomTrustStore.Add(authority.Certificate);
        using var line = new TcpClient("127.0.0.1", port);
        await using var secured = new SslStream(line.GetStream());
        await secured.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "127.0.0.1",
            EnabledSslProtocols = SslProtocols.Tls13,
            ClientCertificates = [client],
            CertificateChainPolicy = trusted,
        });
        return X509CertificateLoader.LoadCertificate(secured.RemoteCertificate!.GetRawCertData());
    }
}
