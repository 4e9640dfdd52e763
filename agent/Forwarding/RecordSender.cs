using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Forwarding;

/// <summary>
/// Knows when each record of the outbox is to be sent and what the broker's answer means for it. Outlives connections;
/// its sends run side by side, everything else belongs to the forwarder's loop.
/// </summary>
internal sealed class RecordSender(Outbox outbox, ForwardingOptions options, ForwardingCounters counters, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan HousekeepingDelay = TimeSpan.FromMinutes(1);

    private readonly SendSchedule _schedule = new(time);
    private uint _discovered;
    private int _inFlight;
    private long _busyUntil;
    private long _unparkAt;
    private long _housekeepingAt;
    private string? _outboxTrouble;

    /// <summary>Ends the loop's wait; anyone may signal it.</summary>
    public WakeUp WakeUp { get; } = new(time);

    /// <summary>See <see cref="SendSchedule.IsResendDue"/>.</summary>
    public bool IsResendDue => _schedule.IsResendDue;

    /// <summary>Records on their way to the broker.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Finds what was appended, drops what is too old, offers parked records again. The disk may refuse; then later.</summary>
    public void Housekeep()
    {
        try
        {
            if (time.GetTimestamp() >= _housekeepingAt)
            {
                _housekeepingAt = After(HousekeepingDelay);
                outbox.Trim();
            }

            if (time.GetTimestamp() >= Volatile.Read(ref _unparkAt))
            {
                Volatile.Write(ref _unparkAt, After(options.ParkedRetryDelay));
                // The later ones are discovered below as if they were new.
                foreach (var sequence in outbox.Unpark().Where(sequence => sequence <= _discovered))
                    _schedule.Add(new(sequence, 0), TimeSpan.Zero);
            }

            Discover();
            _outboxTrouble = null;
        }
        catch (Exception failed) when (failed is SqliteException or IOException)
        {
            SayOutboxFailed(failed);
        }
    }

    /// <summary>Starts every send that is due and has room; returns how long there is nothing more to do.</summary>
    public TimeSpan SendDue(BrokerConnection connection, int inFlightMax)
    {
        var busy = Until(Volatile.Read(ref _busyUntil));
        if (busy > TimeSpan.Zero)
            return busy;
        while (connection.IsConnected && Volatile.Read(ref _inFlight) < inFlightMax && _schedule.TryTakeDue(out var send))
        {
            Interlocked.Increment(ref _inFlight);
            _ = SendAsync(connection, send);
        }

        var rest = Until(Math.Min(_housekeepingAt, Volatile.Read(ref _unparkAt)));
        var isFull = Volatile.Read(ref _inFlight) >= inFlightMax;
        return isFull || _schedule.UntilNext() is not { } next || rest < next ? rest : next;
    }

    /// <summary>A connection was made: what is not acknowledged goes first, and what an empty broker had acknowledged as well.</summary>
    public void StartOver(bool brokerForgot)
    {
        if (brokerForgot)
            _schedule.HurryResends();
        _busyUntil = 0;
    }

    /// <summary>Waits for what is on its way: a closed connection fails it at once, an open one answers or runs out of time.</summary>
    public async Task EndSendsAsync()
    {
        while (Volatile.Read(ref _inFlight) > 0)
            await WakeUp.WaitAsync(options.AnswerTimeout, CancellationToken.None);
    }

    /// <summary>The sink's word on what it has committed.</summary>
    public void TakeReceived(string topic, byte[] payload)
    {
        if (Received.TryDecode(payload) is not { } received)
        {
            ForwardingLog.ReceivedNotUnderstood(log, topic);
            return;
        }

        try
        {
            counters.CountCovered(outbox.Covered(received));
        }
        catch (Exception failed) when (failed is SqliteException or IOException)
        {
            // The next message says it again.
            SayOutboxFailed(failed);
        }
    }

    private async Task SendAsync(BrokerConnection connection, ScheduledSend send)
    {
        try
        {
            // A record that has left meanwhile is done.
            if (outbox.Find(send.Sequence) is not { } entry)
                return;
            var isWhole = EventRecordJson.TryDecode(entry.Payload.Span, out var record, out _);
            var code = isWhole ? await connection.PublishAsync(entry, record!) : ReasonCodes.PayloadFormatInvalid;
            Conclude(send, code, connection.IsConnected);
        }
        catch (Exception failed) when (failed is SqliteException or IOException)
        {
            SayOutboxFailed(failed);
            _schedule.Add(send, options.BusyDelay);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
            WakeUp.Signal();
        }
    }

    private void Conclude(ScheduledSend send, int? code, bool isConnected)
    {
        switch (code is null ? DeliveryOutcome.Keep : ReasonCodes.Judge(code.Value))
        {
            case DeliveryOutcome.Accepted:
                counters.CountSent(isResend: send.Times > 0);
                _schedule.Add(send with { Times = send.Times + 1 }, PatienceAfter(send.Times + 1, code!.Value));
                break;
            case DeliveryOutcome.Reject:
                outbox.Park(send.Sequence, code!.Value);
                counters.CountParked();
                Volatile.Write(ref _unparkAt, After(options.ParkedRetryDelay));
                ForwardingLog.RecordParked(log, send.Sequence, code.Value, ReasonCodes.Name(code.Value));
                break;
            default:
                var isBusy = code is not null && isConnected;
                if (isBusy)
                    BePatient(code!.Value);
                _schedule.Add(send, isConnected ? options.BusyDelay : TimeSpan.Zero);
                break;
        }
    }

    private void BePatient(int code)
    {
        var until = After(options.BusyDelay);
        var isNews = Interlocked.Exchange(ref _busyUntil, until) < time.GetTimestamp();
        if (isNews)
            ForwardingLog.BrokerBusy(log, code, ReasonCodes.Name(code), options.BusyDelay);
    }

    private void Discover()
    {
        const int atOnce = 1000;
        IReadOnlyList<WaitingRecord> found;
        do
        {
            found = outbox.Pending(_discovered, atOnce);
            var now = time.GetUtcNow();
            foreach (var (sequence, publishAt) in found)
            {
                _schedule.Add(new(sequence, 0), publishAt - now);
                _discovered = sequence;
            }
        }
        while (found.Count == atOnce);
    }

    private void SayOutboxFailed(Exception failed)
    {
        if (Interlocked.Exchange(ref _outboxTrouble, failed.Message) != failed.Message)
            ForwardingLog.OutboxFailed(log, failed.Message);
    }

    private TimeSpan PatienceAfter(int times, int code)
    {
        // The broker took it and threw it away, since no sink has a session there: no use in waiting for the sink's word.
        var isThrownAway = code == ReasonCodes.NoMatchingSubscribers;
        var (first, max) = isThrownAway ? (options.BusyDelay, options.ResendDelay) : (options.ResendDelay, options.ResendDelayMax);
        var patience = first * Math.Pow(2, Math.Min(times - 1, 20));
        return patience < max ? patience : max;
    }

    private long After(TimeSpan delay) => time.GetTimestamp() + (long)(delay.TotalSeconds * time.TimestampFrequency);

    private TimeSpan Until(long timestamp) => time.GetElapsedTime(time.GetTimestamp(), timestamp);
}
