using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace SocialCredit.Edge.Operation;

/// <summary>
/// Catches what native libraries write to descriptor 2, past every log of ours: OpenCV, FFmpeg and ONNX Runtime name addresses
/// there. It comes back as lines of the log, without secrets, and not more than a bounded number.
/// </summary>
public sealed partial class StandardError : IDisposable
{
    private const int LineBytesMax = 1024;
    private const int LinesMax = 20;
    private const int FullBytes = 32 * 1024;
    private const uint BytesToRead = 0x541B;
    private const short Readable = 1;
    private const int DuplicateAtLeast = 1030, SetFlags = 2, SetStatus = 4, CloseOnExec = 1, CloseOnExecFlag = 0x80000, NonBlocking = 0x800;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);

    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly int _real;
    private readonly Process? _keeper;
    private readonly Thread _listener;
    private readonly ManualResetEventSlim _isEnding = new();
    private long _since;
    private int _lines;
    private bool _isInKey;

    private StandardError(int reading, int real, Process? keeper, (TimeProvider Time, ILogger Log) with)
    {
        (_real, _keeper, _time, _log) = (real, keeper, with.Time, with.Log);
        _since = _time.GetTimestamp();
        _listener = new Thread(() => Listen(reading)) { IsBackground = true, Name = "standard error" };
        _listener.Start();
    }

    /// <summary>Where a person or the journal reads, caught or not.</summary>
    internal static int Descriptor { get; private set; } = 2;

    /// <summary>From now on, until it is disposed; null, and said so, where the system does not let us.</summary>
    public static StandardError? Catch(TimeProvider time, ILogger log)
    {
        // Opened now, .NET's own stream goes on to the real one.
        Console.Error.Flush();
        var pipe = new int[2];
        var real = Control(2, DuplicateAtLeast, 3);
        if (real < 0 || MakePipe(pipe, CloseOnExecFlag) != 0)
        {
            NotCaught(log);
            return null;
        }

        // A library that writes faster than we read loses lines; it must not make its thread wait, which may be a camera's.
        _ = Control(pipe[1], SetStatus, NonBlocking);
        var keeper = StartKeeper(pipe[0]);
        _ = Replace(pipe[1], 2);
        _ = Close(pipe[1]);
        Descriptor = real;
        return new StandardError(pipe[0], real, keeper, (time, log));
    }

    public void Dispose()
    {
        // The last writing end of the pipe is closed by this, so the listener comes to its end.
        _ = Replace(_real, 2);
        Descriptor = 2;
        _isEnding.Set();
        _listener.Join(TimeSpan.FromSeconds(1));
        if (_lines > LinesMax)
            LeftOut(_log, _lines - LinesMax);
        _keeper?.Dispose();
        _ = Close(_real);
    }

    /// <summary>
    /// A process that crashes takes its pipe along, and the words that say why. A shell holds the pipe as well; when we are gone it
    /// passes on what nobody has read, without what looks like a password.
    /// </summary>
    private static Process? StartKeeper(int reading)
    {
        const string script = """
            trap '' TERM INT HUP
            read -r _
            exec sed -E 's#://[^[:space:]]*@#://***@#g; s#((password|passwd|pwd|token|secret)[=:] *)[^[:space:]]+#\1***#g' "/proc/self/fd/$1" >&2
            """;
        var start = new ProcessStartInfo("/bin/sh", ["-c", script, "sh", $"{reading}"]) { RedirectStandardInput = true, UseShellExecute = false };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/bin:/bin";
        try
        {
            _ = Control(reading, SetFlags, 0);
            return Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // Without a shell only the words of a crash are lost.
            return null;
        }
        finally
        {
            _ = Control(reading, SetFlags, CloseOnExec);
        }
    }

    private void Listen(int reading)
    {
        using var stream = new FileStream(new SafeFileHandle(reading, ownsHandle: true), FileAccess.Read, bufferSize: 0);
        var (line, isTooLong) = (new byte[LineBytesMax], false);
        var (bytes, length) = (new byte[4096], 0);
        while (true)
        {
            AwaitQuiet(reading);
            var count = stream.Read(bytes);
            if (count <= 0)
                break;
            foreach (var one in bytes.AsSpan(0, count))
            {
                if (one == (byte)'\n')
                {
                    if (!isTooLong)
                        Tell(line.AsSpan(0, length));
                    (length, isTooLong) = (0, false);
                }
                else if (!isTooLong)
                {
                    line[length++] = one;
                    isTooLong = length == LineBytesMax;
                    if (isTooLong)
                        Tell(line);
                }
            }
        }

        if (length > 0 && !isTooLong)
            Tell(line.AsSpan(0, length));
    }

    /// <summary>
    /// What is written just before a crash must still be in the pipe when we are gone: nothing is taken out of it before nobody has
    /// written for a while, unless it gets full.
    /// </summary>
    private void AwaitQuiet(int reading)
    {
        var poll = new Poll { Descriptor = reading, Wanted = Readable };
        _ = Await(ref poll, 1, -1);
        var before = -1;
        while (Ask(reading, BytesToRead, out var waiting) == 0 && waiting > before && waiting < FullBytes)
        {
            before = waiting;
            if (_isEnding.Wait(Quiet))
                return;
        }
    }

    private void Tell(ReadOnlySpan<byte> line)
    {
        var text = Encoding.UTF8.GetString(line).Trim();
        if (text.Length == 0 || IsOfKey(text))
            return;
        if (_time.GetElapsedTime(_since) >= Every)
        {
            if (_lines > LinesMax)
                LeftOut(_log, _lines - LinesMax);
            (_since, _lines) = (_time.GetTimestamp(), 0);
        }

        if (++_lines <= LinesMax)
            Said(_log, text);
    }

    /// <summary>A private key goes over many lines, of which only the first and the last can be known as one's.</summary>
    private bool IsOfKey(string line)
    {
        var isKey = _isInKey;
        if (line.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            _isInKey = line.Contains("-----BEGIN", StringComparison.Ordinal) && !line.Contains("-----END", StringComparison.Ordinal);
        return isKey;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A library says: {Line}")]
    private static partial void Said(ILogger logger, string line);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} more lines of libraries were left out")]
    private static partial void LeftOut(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The standard error cannot be caught: what libraries write there is not looked through for secrets")]
    private static partial void NotCaught(ILogger logger);

    [DllImport("libc", EntryPoint = "poll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Await(ref Poll poll, nuint count, int milliseconds);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Ask(int descriptor, nuint request, out int answer);

    [DllImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MakePipe([Out] int[] ends, int flags);

    [DllImport("libc", EntryPoint = "dup2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Replace(int from, int to);

    [DllImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int descriptor, int command, int argument);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);

    /// <summary>pollfd of poll(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }
}
