namespace SocialCredit.Edge.Capture;

/// <summary>A wait of one thread on the given clock that another thread can end; allocates nothing per wait.</summary>
internal sealed class Pause : IDisposable
{
    private readonly ManualResetEventSlim _due = new();
    private readonly ITimer _timer;
    private volatile bool _isCancelled;

    public Pause(TimeProvider time) =>
        _timer = time.CreateTimer(_ => _due.Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <returns>False where the wait was cancelled, now or earlier.</returns>
    public bool For(TimeSpan duration)
    {
        if (duration > TimeSpan.Zero)
        {
            _due.Reset();
            if (!_isCancelled)
            {
                _timer.Change(duration, Timeout.InfiniteTimeSpan);
                _due.Wait();
            }
        }

        return !_isCancelled;
    }

    public void Cancel()
    {
        _isCancelled = true;
        _due.Set();
    }

    // The event is left to the collector: an abandoned thread may still wait on it.
    public void Dispose() => _timer.Dispose();
}
