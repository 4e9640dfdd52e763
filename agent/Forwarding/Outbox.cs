using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Forwarding;

/// <summary>
/// Every record is durable here before anything is sent, keeps its sequence and its bytes, and leaves only when the sink has
/// committed it or a bound is reached. Safe for one writer and one forwarder on different threads.
/// </summary>
public sealed class Outbox : IDisposable
{
    /// <summary>A loss is shown as a trouble for so long; the counts stay.</summary>
    private static readonly TimeSpan AttentionTime = TimeSpan.FromDays(1);

    /// <summary>Damage that is found early is found while most of the records are still whole.</summary>
    private static readonly TimeSpan CheckInterval = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly OutboxOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ClockWatch _clock;
    private readonly OutboxStore _store;
    private string? _refusedBecause;
    private bool _sawForeignReceived;
    private long _checkedAt;

    private Outbox(OutboxOptions options, TimeProvider time, ILogger log)
    {
        (_options, _time, _log) = (options, time, log);
        _clock = new ClockWatch(time);
        _checkedAt = time.GetTimestamp();
        _store = new OutboxStore(options.Path, time, log);
        if (_store.ClosedBecause is { } reason)
            Refuse(reason);
    }

    /// <summary>Raised after a record became durable, on the thread that appended it.</summary>
    public event EventHandler? Appended;

    /// <summary>How the outbox stands; never throws.</summary>
    public OutboxState State
    {
        get
        {
            lock (_gate)
            {
                var (parked, age) = ParkedAndAge();
                var trouble = _store.ClosedBecause ?? _refusedBecause;
                var isFreshLoss = _store.LossAt is { } at && _time.GetElapsedTime(at) < AttentionTime;
                return new(_store.Depth, parked, age, _store.Losses, trouble is not null, _store.SetAside)
                {
                    Held = _store.Held,
                    Trouble = trouble,
                    NeedsAttention = trouble is not null || parked > 0 || _store.Held > 0 || isFreshLoss,
                };
            }
        }
    }

    /// <summary>
    /// Opens the outbox or makes a new one. A damaged file is rebuilt of its whole records and set aside as <c>.corrupt-N</c>. A disk
    /// that is full, read-only or broken does not throw: the outbox then refuses and tries again by itself, see <see cref="State"/>.
    /// </summary>
    /// <exception cref="IOException">Another process has it, or the folder cannot be used.</exception>
    public static Outbox Open(OutboxOptions options, TimeProvider time, ILogger log) => new(options, time, log);

    /// <summary>
    /// Gives the record its sequence, encodes it once and stores the bytes. When this returns
    /// <see cref="AppendOutcome.Stored"/> they survive a power cut. Waits for the disk: not for the frame thread.
    /// </summary>
    /// <exception cref="ArgumentException">The record does not fit into <see cref="OutboxOptions.PayloadBytes"/>.</exception>
    public AppendResult Append(EventRecord record, DateTimeOffset publishAt)
    {
        AppendResult result;
        lock (_gate)
        {
            try
            {
                FollowClock();
                _store.MakeRoom();
                (result, var dropped) = _store.Change(ledger => (Store(ledger, record, publishAt), DropOverBound(ledger)));
                TakeAgain();
                SayDropped(dropped);
            }
            catch (Exception refused) when (refused is SqliteException or IOException)
            {
                Refuse(refused.Message);
                return new(AppendOutcome.Refused, null, refused.Message);
            }
        }

        if (result.Outcome == AppendOutcome.Stored)
            Appended?.Invoke(this, EventArgs.Empty);
        return result;
    }

    /// <summary>Records after a sequence that are to be sent, in order, with the time before which they are not.</summary>
    public IReadOnlyList<WaitingRecord> Pending(uint after, int limit)
    {
        lock (_gate)
        {
            FollowClock();
            var now = _time.GetUtcNow();
            // A publish time further away than any can be comes from a clock that was wrong before a restart.
            var latest = now + _options.HoldMax;
            return _store.Query(ledger => ledger.Waiting(after, limit))
                .ConvertAll(waiting => waiting.PublishAt > latest ? waiting with { PublishAt = now } : waiting);
        }
    }

    /// <summary>The record with its bytes, or null if it has left.</summary>
    public OutboxEntry? Find(uint sequence)
    {
        lock (_gate)
            return _store.Query(ledger => ledger.Find(sequence));
    }

    /// <summary>Lets go of everything that the sink has committed; returns how many records left.</summary>
    public int Covered(Received received)
    {
        lock (_gate)
        {
            // An outbox cannot be covered beyond what it gave: such a message is about another outbox under this device's name.
            var (last, covered) = _store.Query(ledger => (ledger.LastSequence, ledger.CoveredBy(received)));
            var isForeign = received.Highest > last;
            if (isForeign && !_sawForeignReceived)
                ForwardingLog.ReceivedIsForeign(_log, received.Highest, last);
            _sawForeignReceived = isForeign;
            if (isForeign)
                return 0;
            _store.Received = received;
            foreach (var batch in covered.Chunk(OutboxLedger.BatchMax))
                _store.Change(ledger => ledger.Delete(batch));
            return covered.Count;
        }
    }

    /// <summary>Keeps the record, but does not offer it again until <see cref="Unpark"/>.</summary>
    public void Park(uint sequence, int reasonCode)
    {
        lock (_gate)
            _store.Change(ledger => ledger.Park(sequence, reasonCode));
    }

    /// <summary>Offers parked records again; returns which.</summary>
    public IReadOnlyList<uint> Unpark()
    {
        lock (_gate)
            return _store.Change(ledger => ledger.Unpark());
    }

    /// <summary>Drops what has become too old, and forgets windows that no sink would accept any more.</summary>
    public void Trim()
    {
        lock (_gate)
        {
            FollowClock();
            if (_time.GetElapsedTime(_checkedAt) >= CheckInterval)
            {
                _checkedAt = _time.GetTimestamp();
                _store.Query(ledger => ledger.Check());
            }

            SayDropped(_store.Change(ledger =>
            {
                ledger.ForgetDrawn(_time.GetUtcNow() - OutboxOptions.DrawnMemory);
                return DropOverBound(ledger);
            }));
        }
    }

    /// <summary>
    /// Says how many windows wait in memory because they cannot be stored: shown in <see cref="State"/>, and written beside the database, so
    /// that windows which end with the process are counted by the next one.
    /// </summary>
    public void Hold(int windows)
    {
        lock (_gate)
            _store.Hold(windows);
    }

    /// <summary>Counts windows that were given up before they were accepted. The count is durable as soon as the disk takes it.</summary>
    public void GiveUp(int windows)
    {
        lock (_gate)
            _store.GiveUp(windows);
    }

    public void Dispose()
    {
        lock (_gate)
            _store.Dispose();
    }

    private AppendResult Store(OutboxLedger ledger, EventRecord record, DateTimeOffset publishAt)
    {
        if (ledger.SequenceOfDrawn(record.Id) is { } drawn)
            return new(AppendOutcome.AlreadyDrawn, ledger.Find(drawn));

        var now = _time.GetUtcNow();
        // Made before the clock was set; nothing was given by it yet.
        if (ledger.HasNoTrace && ledger.LastSequence < OutboxRebuild.StartByClock(PlausibleClock.Least))
            ledger.StartAt(OutboxRebuild.StartByClock(now));
        var latest = now + _options.HoldMax;
        var sequence = ledger.TakeSequence();
        var payload = EventRecordJson.Encode(record with { Sequence = sequence }, _options.PayloadBytes);
        var entry = new OutboxEntry(sequence, record.Id, payload, publishAt < latest ? publishAt : latest);
        ledger.Draw(entry.Id, sequence, now);
        ledger.Insert(entry, now);
        return new(AppendOutcome.Stored, entry);
    }

    private Dropped DropOverBound(OutboxLedger ledger)
    {
        var now = _time.GetUtcNow();
        var (count, upTo, bound) = (0, 0u, "");
        while (count < OutboxLedger.BatchMax && ledger.OverBound(_options, now) is { } over)
        {
            (upTo, bound) = (ledger.DropOldest(), over);
            count++;
        }

        return new(count, upTo, bound);
    }

    private void SayDropped(Dropped dropped)
    {
        if (dropped.Count > 0)
            ForwardingLog.RecordsDropped(_log, dropped.Count, dropped.UpTo, dropped.Bound, _store.Losses.Dropped);
    }

    private void FollowClock()
    {
        var step = _clock.TakeStep();
        if (step == TimeSpan.Zero)
            return;
        _store.MoveClock(step);
        ForwardingLog.ClockStepped(_log, step, _store.Depth);
    }

    private (int Parked, TimeSpan Age) ParkedAndAge()
    {
        if (_store.ClosedBecause is not null)
            return (0, TimeSpan.Zero);
        try
        {
            return _store.Query(ledger => (ledger.Totals.Parked, ledger.AgeOfOldest(_time.GetUtcNow())));
        }
        catch (Exception unread) when (unread is SqliteException or IOException)
        {
            return (0, TimeSpan.Zero);
        }
    }

    private void Refuse(string reason)
    {
        if (_refusedBecause is null)
            ForwardingLog.OutboxRefused(_log, _options.Path, reason);
        _refusedBecause = reason;
    }

    private void TakeAgain()
    {
        if (_refusedBecause is not null)
            ForwardingLog.OutboxTakesAgain(_log, _options.Path);
        _refusedBecause = null;
    }

    private readonly record struct Dropped(int Count, uint UpTo, string Bound);
}
