using System.Diagnostics;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Forwarding;

/// <summary>A key that a real PKCS #11 token (SoftHSM) keeps: it signs records and stands behind the certificate at a real mosquitto.</summary>
public sealed class TokenKeyTests : IDisposable
{
    private const string Tool = "/usr/bin/pkcs11-tool", Module = "/usr/lib/softhsm/libsofthsm2.so", Pin = "9-8-7-6";

    private static readonly string Engine = "/usr/lib/x86_64-linux-gnu/engines-3/pkcs11.so";

    private readonly string _folder = TestPaths.NewFolder();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_key_that_never_leaves_its_token_signs_and_connects()
    {
        if (!File.Exists(Tool) || !File.Exists(Module) || !File.Exists(Engine))
            Assert.Skip("needs a token: apt-get install softhsm2 opensc libengine-pkcs11-openssl");
        await MakeTokenAsync();
        var token = new KeyToken { Module = "pkcs11", Address = "pkcs11:token=edge;object=device;type=private", Pin = () => Pin };
        using var key = DeviceKey.Open(token);
        using var authority = new TestAuthority();
        var now = TimeProvider.System.GetUtcNow();
        await File.WriteAllTextAsync(Path.Combine(_folder, BrokerTls.AuthorityFileName), authority.Pem, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(_folder, BrokerTls.CertificateFileName), authority.Device(key.SigningRequest(Records.Device), now.AddDays(-1), now.AddDays(7)), TestContext.Current.CancellationToken);
        await using var broker = await BrokerTlsTests.StartAsync(
            _folder, authority.Server(), $"cafile {Path.Combine(_folder, BrokerTls.AuthorityFileName)}", "require_certificate true", "tls_version tlsv1.3");
        var made = TestManifests.Covering(Records.Device, 512, [Records.Of(0)]) with { Key = key.PublicKey };
        var manifests = new ManifestShelf(_folder, new CapturingLog()).PutInForce(made, key, isNothingWaiting: false);

        await using var bed = new ForwarderBed(broker.Port, to => to with { Tls = new BrokerTls { Folder = _folder } }, manifests: manifests);
        bed.Append(1);

        await Eventually.TrueAsync(() => bed.State is { IsConnected: true, Sent: 1 }, $"a record went out; {bed.State.Trouble}");
        Assert.True(manifests.All[0].TryOpen(out _, out var reason), reason);
        Assert.False(File.Exists(Path.Combine(_folder, DeviceKey.FileName)));
    }

    [Fact]
    public void A_token_that_is_not_there_is_named_with_what_to_do()
    {
        var refused = Assert.Throws<IOException>(() => DeviceKey.Open(new KeyToken { Module = "no-such-engine", Address = "pkcs11:token=nowhere" }));

        Assert.Contains("The device's key pkcs11:token=nowhere cannot be opened in its token", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Is OpenSSL's module no-such-engine installed", refused.Message, StringComparison.Ordinal);
    }

    private async Task MakeTokenAsync()
    {
        var configuration = Path.Combine(_folder, "softhsm2.conf");
        await File.WriteAllTextAsync(configuration, $"directories.tokendir = {_folder}\nobjectstore.backend = file\nlog.level = ERROR\n", TestContext.Current.CancellationToken);
        // The token's module asks the C library, which .NET's own variables do not reach.
        Assert.Equal(0, setenv("SOFTHSM2_CONF", configuration, 1));
        await RunAsync("/usr/bin/softhsm2-util", configuration, "--init-token", "--free", "--label", "edge", "--pin", Pin, "--so-pin", Pin);
        await RunAsync(Tool, configuration, "--module", Module, "--token-label", "edge", "--login", "--pin", Pin, "--keypairgen", "--key-type", "EC:prime256v1", "--label", "device", "--id", "01");
    }

    private static async Task RunAsync(string program, string configuration, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SOFTHSM2_CONF"] = configuration;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await output + await error);
    }

    [System.Runtime.InteropServices.DllImport("libc", CharSet = System.Runtime.InteropServices.CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
#pragma warning disable CA2101, SYSLIB1054, CA5392, IDE1006, SA1300 // The C library's name for it; a test of one call.
    private static extern int setenv(string name, string value, int overwrite);
#pragma warning restore CA2101, SYSLIB1054, CA5392, IDE1006, SA1300
}
