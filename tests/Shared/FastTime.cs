namespace SocialCredit.Edge.Tests;

/// <summary>The machine's clock, so many times as fast, for pauses that a test cannot wait for; timers that repeat keep their pace.</summary>
internal sealed class FastTime(int times) : TimeProvider
{
    private readonly long _from = System.GetTimestamp();
    private readonly DateTimeOffset _start = System.GetUtcNow();

    public override long TimestampFrequency => System.TimestampFrequency;

    public override long GetTimestamp() => (System.GetTimestamp() - _from) * times;

    public override DateTimeOffset GetUtcNow() => _start + (System.GetElapsedTime(_from) * times);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Timer(System.CreateTimer(callback, state, Scale(dueTime), period), this);

    private TimeSpan Scale(TimeSpan time) => time > TimeSpan.Zero ? time / times : time;

    private sealed class Timer(ITimer timer, FastTime time) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(time.Scale(dueTime), period);

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
