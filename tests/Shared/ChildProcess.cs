using System.Diagnostics;

namespace SocialCredit.Edge.Tests;

/// <summary>A program of ours as a process of its own that can be killed and started again; keeps the lines it prints.</summary>
/// <param name="project">The folder of its build output, beside that of this test.</param>
/// <param name="program">The executable in it.</param>
/// <param name="arguments">The same in every life.</param>
internal sealed class ChildProcess(string project, string program, params string[] arguments) : IAsyncDisposable
{
    private readonly List<string> _lines = [];
    private readonly List<string> _errors = [];
    private Process? _process;

    /// <summary>Variables of its environment beside those of this process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Whole lines of all its lives so far.</summary>
    public string[] Lines => Copy(_lines);

    public string[] Errors => Copy(_errors);

    public bool HasExited => _process is { HasExited: true };

    public int ExitCode => _process!.ExitCode;

    public void Start()
    {
        // The apphost itself, so that the signal hits the program and not a launcher.
        var start = new ProcessStartInfo(Path.Combine(FolderOf(project), program), arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(_lines, line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Starts it and waits until it says this on its standard error.</summary>
    public async Task StartAsync(string until)
    {
        var before = Errors.Length;
        Start();
        await Eventually.TrueAsync(
            () =>
            {
                Assert.False(HasExited, $"{program} ended: {string.Join(" | ", Errors.Skip(before).TakeLast(5))}");
                return Errors.Skip(before).Any(line => line.Contains(until, StringComparison.Ordinal));
            },
            $"{program} says \"{until}\"");
    }

    /// <summary>SIGKILL: no handler, no flush. What it had printed before is kept.</summary>
    public async Task KillAsync()
    {
        if (_process is null)
            return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Waits until it ends by itself; returns its exit code, once everything that it printed is kept.</summary>
    public async Task<int> EndAsync()
    {
        await _process!.WaitForExitAsync();
        return _process.ExitCode;
    }

    public Task TellAsync(string line) => _process!.StandardInput.WriteLineAsync(line);

    public async ValueTask DisposeAsync() => await KillAsync();

    // artifacts/bin/<project>/<configuration>: only there has a program all of its own dependencies beside it.
    private static string FolderOf(string project)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(own.Parent!.Parent!.FullName, project, own.Name);
    }

    private static void Keep(List<string> lines, string? line)
    {
        if (line is null)
            return;
        lock (lines)
            lines.Add(line);
    }

    private static string[] Copy(List<string> lines)
    {
        lock (lines)
            return [.. lines];
    }
}
