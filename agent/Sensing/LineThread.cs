namespace SocialCredit.Edge.Sensing;

/// <summary>A thread that calls the step whenever it is due, or somebody wakes it.</summary>
/// <param name="step">What is to be done by now.</param>
/// <param name="dueAt">When the next step is due; asked on the thread.</param>
/// <param name="broken">Told of what the step throws, after which it is called no more.</param>
/// <param name="time">The clock.</param>
internal sealed class LineThread(
    Action<DateTimeOffset> step, Func<DateTimeOffset> dueAt, Action<Exception> broken, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan PauseMax = TimeSpan.FromMinutes(1);

    private readonly ManualResetEventSlim _wake = new();
    private Thread? _thread;
    private ITimer? _timer;
    private volatile bool _isStopped;

    public void Start()
    {
        _timer = time.CreateTimer(_ => _wake.Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _thread = new Thread(Run) { IsBackground = true, Name = "lines" };
        _thread.Start();
    }

    public void Wake() => _wake.Set();

    public void Dispose()
    {
        _isStopped = true;
        _wake.Set();
        _thread?.Join();
        // The event is left to the collector: the timer may still be about to set it.
        _timer?.Dispose();
    }

    private void Run()
    {
        try
        {
            while (!_isStopped)
            {
                // Before the step: a call during it must lead to another one.
                _wake.Reset();
                step(time.GetUtcNow());
                // One reading of the clock: between two of them the pause could become negative, which no timer takes.
                var pause = dueAt() - time.GetUtcNow();
                _timer!.Change(TimeSpan.FromTicks(Math.Clamp(pause.Ticks, 0, PauseMax.Ticks)), Timeout.InfiniteTimeSpan);
                if (!_isStopped)
                    _wake.Wait();
            }
        }
        catch (Exception fault)
        {
            // The thread is the last place that can say so; an exception that leaves it would end the process.
            broken(fault);
        }
    }
}
