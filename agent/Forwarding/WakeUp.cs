using System.Threading.Channels;

namespace SocialCredit.Edge.Forwarding;

/// <summary>Ends another task's wait. Signals that nobody waits for are kept as one.</summary>
internal sealed class WakeUp(TimeProvider time)
{
    private readonly Channel<bool> _signals =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Signal() => _signals.Writer.TryWrite(true);

    /// <summary>Returns at a signal, after the delay, or when cancelled; it does not throw.</summary>
    public async Task WaitAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        if (delay <= TimeSpan.Zero)
            return;
        using var timer = new CancellationTokenSource(delay, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await _signals.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // The caller looks at its own token and clock.
        }
    }
}
