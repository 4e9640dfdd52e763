using SocialCredit.Edge.Host.Staging;

namespace SocialCredit.Edge.Host;

/// <summary>Sees that a configuration, its policy or a model of it changed. A faulty new one is reported once and otherwise left alone.</summary>
internal sealed class ConfigWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly ConfigurationStage _stage;
    private readonly StagedConfiguration _running;
    private readonly ITimer _timer;
    private readonly Lock _looking = new();
    private string _seen;
    private StagedConfiguration? _new;

    /// <param name="stage">Decides what is to run.</param>
    /// <param name="running">What runs.</param>
    /// <param name="time">Of the looks.</param>
    public ConfigWatch(ConfigurationStage stage, StagedConfiguration running, TimeProvider time)
    {
        (_stage, _running) = (stage, running);
        // What changed while this one was opened is looked at once more.
        _seen = "";
        _timer = time.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    /// <summary>Another configuration that is to run, once; null while there is none.</summary>
    public StagedConfiguration? TakeNew() => Interlocked.Exchange(ref _new, null);

    public void Dispose()
    {
        _timer.Dispose();
        // A look that is under way must not meet another watch's.
        lock (_looking)
            _seen = "";
    }

    private void Look()
    {
        if (!_looking.TryEnter())
            return;
        try
        {
            var stamp = _stage.Stamp(_running.Configuration);
            if (stamp == _seen)
                return;
            _seen = stamp;
            var next = _stage.Decide();
            Interlocked.Exchange(ref _new, next?.Sha256 == _running.Sha256 ? null : next);
        }
        finally
        {
            _looking.Exit();
        }
    }
}
