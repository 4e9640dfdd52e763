namespace SocialCredit.Edge.Forwarding;

/// <summary>
/// When each waiting record is to be sent next, by time that really passes, so that a clock that is set holds nothing up.
/// A record is here once or it is on its way; whoever takes it puts it back. Records that have left the outbox meanwhile are
/// found out when they are taken.
/// </summary>
internal sealed class SendSchedule(TimeProvider time)
{
    private readonly PriorityQueue<ScheduledSend, (long Due, uint Sequence)> _queue = new();
    private readonly Lock _gate = new();

    public void Add(ScheduledSend send, TimeSpan delay)
    {
        var wait = delay > TimeSpan.Zero ? delay.TotalSeconds * time.TimestampFrequency : 0;
        lock (_gate)
            _queue.Enqueue(send, (time.GetTimestamp() + (long)wait, send.Sequence));
    }

    public bool TryTakeDue(out ScheduledSend send)
    {
        lock (_gate)
        {
            send = default;
            return _queue.TryPeek(out _, out var at) && at.Due <= time.GetTimestamp() && _queue.TryDequeue(out send, out _);
        }
    }

    /// <summary>What is due next was sent before: the sink does not have it, though a broker had.</summary>
    public bool IsResendDue
    {
        get
        {
            lock (_gate)
                return _queue.TryPeek(out var send, out var at) && send.Times > 0 && at.Due <= time.GetTimestamp();
        }
    }

    /// <summary>Until the next one is due; null if nothing is scheduled.</summary>
    public TimeSpan? UntilNext()
    {
        lock (_gate)
        {
            if (!_queue.TryPeek(out _, out var at))
                return null;
            var now = time.GetTimestamp();
            return at.Due <= now ? TimeSpan.Zero : time.GetElapsedTime(now, at.Due);
        }
    }

    /// <summary>Everything that a broker had acknowledged is due at once: that broker has forgotten it.</summary>
    public void HurryResends()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var all = _queue.UnorderedItems.ToArray();
            _queue.Clear();
            foreach (var (send, at) in all)
                _queue.Enqueue(send, send.Times > 0 ? (Math.Min(at.Due, now), send.Sequence) : at);
        }
    }
}

/// <param name="Sequence">Which record.</param>
/// <param name="Times">How often this process has sent it and a broker has acknowledged it.</param>
internal readonly record struct ScheduledSend(uint Sequence, int Times);
