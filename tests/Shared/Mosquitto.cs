using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SocialCredit.Edge.Tests;

/// <summary>Debian's mosquitto with a configuration of its own on a free port; by default it remembers nothing.</summary>
internal sealed class Mosquitto : IAsyncDisposable
{
    private readonly string _folder = TestPaths.NewFolder();
    private readonly string _executable;
    private Process? _process;

    private Mosquitto(string executable, int port) => (_executable, Port) = (executable, port);

    public int Port { get; }

    private string ConfigurationFile => Path.Combine(_folder, "mosquitto.conf");

    /// <summary>Starts one; skips the test, naming the package, where there is none.</summary>
    public static Task<Mosquitto> StartAsync(params string[] lines) => StartAsync(() => Task.CompletedTask, lines);

    /// <summary>As the other, but makes the files that the lines name first, once it is known that there is a mosquitto.</summary>
    public static async Task<Mosquitto> StartAsync(Func<Task> prepare, params string[] lines)
    {
        string[] places = ["/usr/sbin/mosquitto", "/usr/bin/mosquitto", "/usr/local/sbin/mosquitto"];
        var executable = places.FirstOrDefault(File.Exists);
        if (executable is null)
            Assert.Skip("needs the broker mosquitto: apt-get install mosquitto");
        var broker = new Mosquitto(executable!, FreePort.Take());
        var isAnonymous = !lines.Any(line => line.StartsWith("allow_anonymous", StringComparison.Ordinal));
        string[] own =
        [
            // As root it would give up the right to read a test's files.
            "user root", $"listener {broker.Port} 127.0.0.1", "persistence false", "max_queued_messages 0", "max_queued_bytes 0",
            "log_type none", isAnonymous ? "allow_anonymous true" : "", .. lines,
        ];
        await prepare();
        await File.WriteAllLinesAsync(broker.ConfigurationFile, own);
        await broker.StartAgainAsync();
        return broker;
    }

    /// <summary>As after a power cut: everything that it had in memory is gone.</summary>
    public async Task KillAsync()
    {
        if (_process is null)
            return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async Task StartAgainAsync()
    {
        _process = Process.Start(new ProcessStartInfo(_executable, ["-c", ConfigurationFile])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        });
        await Eventually.TrueAsync(AnswersAsync, $"mosquitto listens on port {Port}");
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> AnswersAsync()
    {
        if (_process is { HasExited: true })
            Assert.Fail($"mosquitto ended: {await _process.StandardError.ReadToEndAsync()}");
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
