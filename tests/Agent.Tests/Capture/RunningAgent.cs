using System.Diagnostics;
using System.Globalization;

namespace SocialCredit.Edge.Tests.Capture;

/// <summary><c>edge run</c> as a process of its own, whose every place to write to lies in one folder.</summary>
internal sealed class RunningAgent : IDisposable
{
    private const string Policy = """
        id: p-test
        behaviours:
          stop_keep_clear: {sign: bad, weight: 6, reference: 1}
        """;

    private readonly Process _process;
    private readonly List<string> _lines = [];

    /// <summary>One camera with one zone for each address; windows of five seconds, no noise.</summary>
    public RunningAgent(int brokerPort, params string[] addresses)
        : this([], Configuration(brokerPort, addresses))
    {
    }

    /// <summary>As the configuration says, started by another program.</summary>
    /// <param name="starter">With its arguments; it must replace itself by what follows.</param>
    /// <param name="configuration">Of the agent.</param>
    public RunningAgent(string[] starter, string configuration)
    {
        var models = Path.Combine(TestPaths.Root, "models");
        File.WriteAllText(Path.Combine(Folder, "policy.yaml"), Policy);
        var config = Path.Combine(Folder, "edge.yaml");
        File.WriteAllText(config, configuration);
        string[] line = [.. starter, "dotnet", Path.Combine(AppContext.BaseDirectory, "edge.dll"), "run", "--config", config, "--models", models];
        var start = new ProcessStartInfo(line[0], line.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        foreach (var variable in (string[])["HOME", "TMPDIR", "XDG_CACHE_HOME", "DOTNET_CLI_HOME"])
            start.Environment[variable] = Folder;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public string Folder { get; } = TestPaths.NewFolder();

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public string[] Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    /// <summary>Processes that it started and that run a decoder by now.</summary>
    public int[] Decoders() =>
        [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => char.IsAsciiDigit(name![0]))
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture)).Where(id => Parent(id) == _process.Id && IsDecoder(id))];

    public static bool IsDecoder(int process) => Read(process, "comm").StartsWith("ffmpeg", StringComparison.Ordinal);

    /// <summary>SIGTERM, as a service manager stops it.</summary>
    public void Terminate() => Signals.Send("TERM", Id);

    /// <summary>Waits until it has ended by itself and every line of it is here.</summary>
    public Task EndAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>One camera with one zone for each address; windows of five seconds, no noise.</summary>
    public static string Configuration(int brokerPort, params string[] addresses) => $$"""
        site: plaza-7
        device: device-1
        profile: demo
        policy: policy.yaml
        broker: {host: 127.0.0.1, port: {{brokerPort}}}
        state: state
        cameras:
        {{string.Join('\n', addresses.Select(Camera))}}
        """;

    private static string Camera(string address, int number) => $$"""
          - name: camera-{{number}}
            source: {{address}}
            framesPerSecond: 5
            aspect: 4:3
            zones:
              - name: zone-{{number}}
                polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]
                windowSeconds: 5
                behaviours:
                  passage: {}
                  stop_keep_clear: {}
        """;

    /// <summary>The fourth field of stat, after a name that may hold anything but a closing bracket at its end.</summary>
    private static int Parent(int process)
    {
        var stat = Read(process, "stat");
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 1 ? int.Parse(fields[1], CultureInfo.InvariantCulture) : 0;
    }

    private static string Read(int process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{file}");
        }
        catch (IOException)
        {
            // It has ended.
            return "";
        }
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_lines)
            _lines.Add(line);
    }
}
