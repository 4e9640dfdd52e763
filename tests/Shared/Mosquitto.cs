using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SocialCredit.Edge.Tests;

/// <summary>Debian's mosquitto with a configuration of its own on a free port; by default it remembers nothing.</summary>
internal sealed class Mosquitto : IAsyncDisposable
{
    private readonly string _folder = TestPaths.NewFolder();
    private readonly string _executable;
    private readonly ConcurrentQueue<string> _said = new();
    private readonly Lock _lives = new();
    private Process? _process;
    private int _ownEnds;

    private Mosquitto(string executable, int port)
    {
        (_executable, Port) = (executable, port);
        ConfigurationFile = Path.Combine(_folder, "mosquitto.conf");
    }

    public int Port { get; }

    /// <summary>Its last words of all its lives, and whether it has ended.</summary>
    public IEnumerable<string> LastWords => [.. _said.TakeLast(20), _process is { HasExited: true } ended ? $"ended with {ended.ExitCode}" : "runs"];

    /// <summary>Starts it again whenever it ends by itself, as its unit of Debian says (Restart=on-failure).</summary>
    public bool IsKeptUp { get; set; }

    /// <summary>How often it ended by itself and was started again.</summary>
    public int OwnEnds => _ownEnds;

    private string ConfigurationFile { get; init; }

    /// <summary>Starts one; skips the test, naming the package, where there is none.</summary>
    public static Task<Mosquitto> StartAsync(params string[] lines) => StartAsync(() => Task.CompletedTask, lines);

    /// <summary>As the other, but makes the files that the lines name first, once it is known that there is a mosquitto.</summary>
    public static async Task<Mosquitto> StartAsync(Func<Task> prepare, params string[] lines)
    {
        var broker = new Mosquitto(FindExecutable(), FreePort.Take());
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

    /// <summary>Starts one with a configuration that the program under test writes.</summary>
    /// <param name="write">Writes it for this port and says where it is.</param>
    public static Task<Mosquitto> StartWrittenAsync(Func<int, string> write)
    {
        FindExecutable();
        var port = FreePort.Take();
        return StartWrittenAsync(port, write(port));
    }

    /// <summary>As the other, where the port had to be known earlier.</summary>
    public static async Task<Mosquitto> StartWrittenAsync(int port, string configurationFile)
    {
        var broker = new Mosquitto(FindExecutable(), port) { ConfigurationFile = configurationFile };

        // As root it would give up the right to read a test's files.
        await File.AppendAllTextAsync(configurationFile, "\nuser root\n");
        await broker.StartAgainAsync();
        return broker;
    }

    /// <summary>As after a power cut: everything that it had in memory is gone.</summary>
    public async Task KillAsync()
    {
        Process? last;
        lock (_lives)
            (last, _process) = (_process, null);
        if (last is null)
            return;
        last.Kill();
        await last.WaitForExitAsync();
        last.Dispose();
    }

    public async Task StartAgainAsync()
    {
        lock (_lives)
            _process = StartNew();
        await Eventually.TrueAsync(AnswersAsync, $"mosquitto listens on port {Port}");
    }

    private Process StartNew()
    {
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(_executable, ["-c", ConfigurationFile]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true },
            EnableRaisingEvents = true,
        };
        process.OutputDataReceived += Hear;
        process.ErrorDataReceived += Hear;
        process.Exited += (_, _) => KeepUp(process);
        process.Start();
        // Read all the time: a pipe that is full would stop it.
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void KeepUp(Process ended)
    {
        lock (_lives)
        {
            // One that was killed by the test stands here no longer.
            if (!IsKeptUp || _process != ended)
                return;
            _ownEnds++;
            _said.Enqueue($"ended by itself with {ended.ExitCode} and was started again");
            _process = StartNew();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string FindExecutable()
    {
        string[] places = ["/usr/sbin/mosquitto", "/usr/bin/mosquitto", "/usr/local/sbin/mosquitto"];
        var executable = places.FirstOrDefault(File.Exists);
        if (executable is null)
            Assert.Skip("needs the broker mosquitto: apt-get install mosquitto");
        return executable!;
    }

    private void Hear(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is { } said)
            _said.Enqueue(said);
    }

    private async Task<bool> AnswersAsync()
    {
        if (_process is { HasExited: true })
            Assert.Fail($"mosquitto ended: {string.Join('\n', LastWords)}");
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
