using Microsoft.Extensions.Logging;
using SocialCredit.Edge.Host.Configuration;

namespace SocialCredit.Edge.Host;

/// <summary>Sees that a configuration or its policy changed. A faulty new one is reported once and otherwise left alone.</summary>
internal sealed partial class ConfigWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly string _path;
    private readonly string _policyPath;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private string _seen;
    private AgentConfiguration? _new;

    public ConfigWatch(string path, AgentConfiguration running, (TimeProvider Time, ILogger Log) services)
    {
        (_path, _policyPath, _log) = (path, running.PathOf(running.Options.Policy), services.Log);
        _seen = Stamp();
        _timer = services.Time.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    /// <summary>What else is wrong with a configuration that has no fault in itself, or null.</summary>
    public Func<AgentConfiguration, string?> Check { get; init; } = _ => null;

    /// <summary>The valid new configuration, once; null while there is none.</summary>
    public AgentConfiguration? TakeNew() => Interlocked.Exchange(ref _new, null);

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var stamp = Stamp();
        if (stamp == _seen)
            return;
        _seen = stamp;
        var configuration = AgentConfiguration.Load(_path, out var faults);
        var messages = faults.Select(fault => fault.ToString()).ToList();
        if (configuration is not null && Check(configuration) is { } unusable)
            messages.Add(unusable);
        if (messages.Count == 0)
        {
            Interlocked.Exchange(ref _new, configuration);
            return;
        }

        messages.ForEach(LogFault);
        LogKept(_path, messages.Count);
    }

    private string Stamp() => $"{StampOf(_path)} {StampOf(_policyPath)}";

    private static string StampOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? $"{file.LastWriteTimeUtc.Ticks}:{file.Length}" : "missing";
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Fault}")]
    private partial void LogFault(string fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Path} was changed and has {Count} faults; the running configuration stays in place")]
    private partial void LogKept(string path, int count);
}
