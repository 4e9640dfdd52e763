using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.Logging;
using SocialCredit.Edge.Configuration;

namespace SocialCredit.Edge.Operation;

/// <summary>
/// What nobody foresaw ends the program, whatever thread or task it comes from: with one clear line, the stack in the log, and an
/// exit code by which the service manager starts it again. A program that goes on with half of its threads only looks alive.
/// </summary>
public static partial class LastWords
{
    /// <summary>EX_SOFTWARE of sysexits(3).</summary>
    public const int ExitCode = 70;

    private static string _program = "";
    private static byte[] _outOfMemory = [];
    private static int _isSaid;

    /// <summary>The log that is open, which is closed before the end.</summary>
    internal static ServiceLog? Log { get; set; }

    /// <summary>First of all, once for a process.</summary>
    public static void Prepare(string program)
    {
        _program = program;

        // There may be no room for it later.
        _outOfMemory = Encoding.UTF8.GetBytes(
            $"{program}: out of memory. Raise MemoryMax= of the service, or give it fewer cameras, workers or a smaller model.\n");
        AppDomain.CurrentDomain.UnhandledException += (_, thrown) => End((Exception)thrown.ExceptionObject);
        TaskScheduler.UnobservedTaskException += (_, thrown) => Judge(thrown.Exception.GetBaseException());
    }

    /// <summary>Says it once; the exit code to end with.</summary>
    public static int Say(Exception fault)
    {
        if (Interlocked.Exchange(ref _isSaid, 1) != 0)
            return ExitCode;
        if (fault.GetBaseException() is OutOfMemoryException)
        {
            _ = Write(StandardError.Descriptor, _outOfMemory, _outOfMemory.Length);
            return ExitCode;
        }

        if (Log is { } log)
        {
            Broke(log.Factory.CreateLogger(_program), fault);
            log.Dispose();
        }

        var line = Encoding.UTF8.GetBytes(Redactor.Clean($"{_program}: ended by a fault of its own: {InOneLine(fault)}. The log has the rest; please report it.\n"));
        _ = Write(StandardError.Descriptor, line, line.Length);
        return ExitCode;
    }

    /// <summary>Kind and message, without the stack.</summary>
    internal static string InOneLine(Exception fault)
    {
        var cause = fault.GetBaseException();
        return $"{cause.GetType().Name}: {cause.Message.ReplaceLineEndings(" ").TrimEnd(' ', '.')}";
    }

    private static void End(Exception fault)
    {
        // Not Environment.Exit, which waits for what may be what hangs.
        ExitNow(Say(fault));
    }

    /// <summary>A task that nobody awaits: libraries leave some behind when a connection breaks, which is no fault of ours.</summary>
    private static void Judge(Exception fault)
    {
        var isOurs = fault is OutOfMemoryException || fault.StackTrace?.Contains("SocialCredit.Edge", StringComparison.Ordinal) == true;
        if (isOurs)
            End(fault);
        else if (Log is { } log)
            LeftBehind(log.Factory.CreateLogger(_program), fault);
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The program ends by a fault of its own")]
    private static partial void Broke(ILogger logger, Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A library left a failed task behind")]
    private static partial void LeftBehind(ILogger logger, Exception fault);

    [DllImport("libc", EntryPoint = "write")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Write(int descriptor, byte[] bytes, nint count);

    [DllImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void ExitNow(int code);
}
