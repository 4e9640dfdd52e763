using System.ComponentModel;
using System.Diagnostics;

namespace SocialCredit.Edge.Capture.Sources;

/// <param name="Input">Arguments that name the input; never a secret.</param>
/// <param name="Script">Written to the decoder's standard input, which is then closed.</param>
/// <param name="Redact">Takes secrets out of what the decoder says.</param>
internal sealed record DecoderOrder(IReadOnlyList<string> Input, string Script, Func<string, string> Redact);

/// <summary>
/// The decoder of one live source as a child process. It dies with the thread that started it, even if the agent is
/// killed; it writes no core file, which would hold pictures; it inherits no secrets of ours from the environment.
/// </summary>
internal sealed class DecoderProcess : IDisposable
{
    private const int LastWordsMilliseconds = 1000;
    private static readonly string[] Inherited =
        ["PATH", "HOME", "LANG", "TZ", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR"];

    private readonly Process _process;
    private readonly DecoderLog _log;

    private DecoderProcess(Process process, DecoderOrder order)
    {
        _process = process;
        _log = new DecoderLog(process.StandardError, order.Redact);
        Output = process.StandardOutput.BaseStream;
    }

    /// <summary>The pictures, as raw bytes.</summary>
    public Stream Output { get; }

    public static (DecoderProcess? Decoder, string Fault) Start(string decoder, IEnumerable<string> arguments, DecoderOrder order)
    {
        if (Find(decoder) is not { } path)
            return (null, $"the program {decoder}, which decodes live cameras, is missing: apt-get install ffmpeg");
        try
        {
            var process = Process.Start(Describe(path, arguments))!;
            var started = new DecoderProcess(process, order);
            started.Tell(order.Script);
            return (started, "");
        }
        catch (Win32Exception refused)
        {
            return (null, $"{path} cannot be started: {refused.Message}");
        }
    }

    /// <summary>Why it stopped: the caller's finding, else the decoder's last words, else its exit code.</summary>
    public string Explain(string? finding)
    {
        if (finding is not null)
            return finding;
        var hasExited = _process.WaitForExit(LastWordsMilliseconds);
        _log.WaitForEnd(LastWordsMilliseconds);
        return _log.LastWords ?? (hasExited ? $"the stream ended (decoder exit code {_process.ExitCode})" : "the stream ended");
    }

    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It was over already.
        }
    }

    public void Dispose()
    {
        Kill();
        _process.WaitForExit(LastWordsMilliseconds);
        _process.Dispose();

        // A process leaves its pipes to the collector, which seldom runs here: a camera away for days would use up every handle.
        Output.Dispose();
    }

    private static ProcessStartInfo Describe(string path, IEnumerable<string> arguments)
    {
        // Each of these replaces itself by the next: in the end there is one child, the decoder.
        List<string> line = [];
        if (Find("prlimit") is { } prlimit)
            line.AddRange([prlimit, "--core=0:0"]);
        if (Find("setpriv") is { } setpriv)
            line.AddRange([setpriv, "--pdeathsig", "KILL"]);
        line.Add(path);
        line.AddRange(["-hide_banner", "-nostdin", "-nostats", "-loglevel", "error", "-threads", "1", "-filter_threads", "1"]);
        line.AddRange(arguments);

        var start = new ProcessStartInfo(line[0], line.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var name in start.Environment.Keys.Except(Inherited).ToArray())
            start.Environment.Remove(name);
        return start;
    }

    private static string? Find(string program)
    {
        if (program.Contains('/'))
            return File.Exists(program) ? program : null;
        var folders = Environment.GetEnvironmentVariable("PATH")?.Split(':') ?? [];
        return folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
    }

    private void Tell(string script)
    {
        try
        {
            using var input = _process.StandardInput;
            input.Write(script);
        }
        catch (IOException)
        {
            // It ended before it listened; its last words say why.
        }
    }
}
