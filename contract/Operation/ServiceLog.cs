using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Sinks.File;

namespace SocialCredit.Edge.Operation;

/// <summary>
/// The log of a program that runs as a service: to the console or the journal, and to a file where the configuration asks. It is
/// written on a thread of its own, because a camera's thread may wait for no disk and no reader; if more than the bound waits, the
/// newest is left out.
/// </summary>
public sealed class ServiceLog : IDisposable
{
    private const int LinesMax = 10_000;

    /// <summary>Files that share the bytes of <see cref="LogSection.MegabytesMax"/>.</summary>
    private const int Files = 4;

    private readonly Logger _logger;

    private ServiceLog(Logger logger)
    {
        _logger = logger;
        Factory = new SerilogLoggerFactory(logger);
        LastWords.Log = this;
    }

    public ILoggerFactory Factory { get; }

    /// <param name="section">Of the configuration.</param>
    /// <param name="folder">From which the file's path is read.</param>
    /// <param name="isVerbose">Debug lines too, and stacks on the console.</param>
    /// <param name="isOnError">The console's standard error instead of its output.</param>
    public static ServiceLog Open(LogSection section, string folder, bool isVerbose, bool isOnError)
    {
        var isJournal = Journal.Has(isOnError ? 2 : 1);
        var console = isJournal
            ? new LineFormatter("{Message:l}", hasStack: true, isJournal: true)
            : new LineFormatter("{Timestamp:HH:mm:ss} {Level:u3} {Message:l}", hasStack: isVerbose, isJournal: false);
        var configuration = new LoggerConfiguration()
            .MinimumLevel.Is(isVerbose ? LogEventLevel.Debug : LogEventLevel.Information)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)

            // What fails at the start is said by the command, in one line.
            .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LogEventLevel.Fatal)
            .WriteTo.Async(
                sinks => sinks.Console(console, standardErrorFromLevel: isOnError ? LogEventLevel.Verbose : null), bufferSize: LinesMax);
        if (section.File is { } file)
            configuration.WriteTo.Async(sinks => ToFile(sinks, Path.GetFullPath(Path.Combine(folder, file)), section), bufferSize: LinesMax);
        return new ServiceLog(configuration.CreateLogger());
    }

    /// <summary>Returns when all that was said has been written.</summary>
    public void Dispose()
    {
        LastWords.Log = null;
        Factory.Dispose();
        _logger.Dispose();
    }

    private static void ToFile(LoggerSinkConfiguration sinks, string path, LogSection section)
    {
        // What this process writes from now on is its user's alone.
        _ = SetMask(0b111_111);
        sinks.File(
            new LineFormatter("{Timestamp:yyyy-MM-dd HH:mm:ss.fffzzz} {Level:u3} {Message:l}", hasStack: true, isJournal: false),
            path,
            fileSizeLimitBytes: section.MegabytesMax * 1024L * 1024 / Files,
            rollOnFileSizeLimit: true,
            retainedFileCountLimit: Files,
            encoding: new UTF8Encoding(false),
            hooks: new Private());
    }

    [DllImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint SetMask(uint mask);

    /// <summary>A file that was there before may have been readable for others.</summary>
    private sealed class Private : FileLifecycleHooks
    {
        public override Stream OnFileOpened(string path, Stream underlyingStream, Encoding encoding)
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return underlyingStream;
        }
    }
}
