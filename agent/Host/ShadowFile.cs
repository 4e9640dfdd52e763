using System.Text;
using Microsoft.Extensions.Logging;

namespace SocialCredit.Edge.Host;

/// <summary>
/// The differences of a camera's shadow in RAM-backed storage, for the owner alone, where <c>edge shadow</c> reads them: neither a log nor
/// a disk nor a message ever has them.
/// </summary>
internal sealed partial class ShadowFile : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly string? _path;
    private readonly ShadowDifference _difference;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private IReadOnlyList<string> _written = [];
    private bool _isRefusing;

    /// <param name="name">Of device and camera.</param>
    /// <param name="difference">What is written whenever it changes.</param>
    /// <param name="time">Of the timer.</param>
    /// <param name="log">Is told where it cannot be written.</param>
    public ShadowFile(string name, ShadowDifference difference, TimeProvider time, ILogger log)
    {
        (_path, _difference, _log) = (PathOf(name), difference, log);
        if (_path is null)
            LogNoFolder(log);
        _timer = time.CreateTimer(_ => Write(), null, Interval, Interval);
    }

    /// <summary>Where the differences of a camera are; null where there is no RAM-backed folder.</summary>
    public static string? PathOf(string name) => RamFolder.Find() is { } folder ? Path.Combine(folder, $"{name}.shadow.txt") : null;

    public void Dispose()
    {
        _timer.Dispose();
        if (_path is not null)
            File.Delete(_path);
    }

    private void Write()
    {
        var lines = _difference.Lines;
        if (_path is null || ReferenceEquals(lines, _written))
            return;
        try
        {
            StateFile.Write(_path, Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
            (_written, _isRefusing) = (lines, false);
        }
        catch (IOException refused)
        {
            if (!_isRefusing)
                LogNotWritten(_log, _path, refused.Message);
            _isRefusing = true;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No RAM-backed folder at /dev/shm: nobody can read what the shadow tells")]
    private static partial void LogNoFolder(ILogger log);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The shadow's differences cannot be written to {Path}: {Reason}")]
    private static partial void LogNotWritten(ILogger log, string path, string reason);
}
