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
    private readonly Lock _gate = new();
    private readonly OutboxOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly FileStream _lock;
    private readonly ClockWatch _clock;
    private OutboxDatabase _database;
    private OutboxLedger _ledger;
    private string? _setAside;
    private bool _isRefusing;
    private bool _sawForeignReceived;

    private Outbox(OutboxOptions options, TimeProvider time, ILogger log)
    {
        (_options, _time, _log) = (options, time, log);
        _clock = new ClockWatch(time);
        _lock = OutboxFile.Lock(options.Path);
        try
        {
            (_database, _setAside) = OutboxFile.Open(options.Path);
            _ledger = OutboxLedger.Load(_database, SequenceStart(0));
        }
        catch (SqliteException unusable)
        {
            _database?.Dispose();
            _lock.Dispose();
            throw new IOException($"The outbox {options.Path} cannot be opened: {unusable.Message} Check the disk and the folder's owner.", unusable);
        }

        if (_setAside is not null)
            ForwardingLog.OutboxSetAside(log, options.Path, _setAside, _ledger.LastSequence + 1);
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
                var totals = _ledger.Totals;
                return new(totals.Records, totals.Parked, OldestAge(), new OutboxLosses(totals.Dropped, 0, 0), _isRefusing, _setAside);
            }
        }
    }

    /// <summary>Opens the outbox or makes a new one; a damaged file is set aside beside it as <c>.corrupt-N</c>.</summary>
    /// <exception cref="IOException">Another process has it, or the folder or disk cannot be used.</exception>
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
                result = Change(() => Store(record, publishAt));
                TakeAgain();
            }
            catch (Exception refused) when (refused is SqliteException or IOException)
            {
                return Refuse(refused.Message);
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
            return Query(() => _ledger.Waiting(after, limit))
                .ConvertAll(waiting => waiting.PublishAt > latest ? waiting with { PublishAt = now } : waiting);
        }
    }

    /// <summary>The record with its bytes, or null if it has left.</summary>
    public OutboxEntry? Find(uint sequence)
    {
        lock (_gate)
            return Query(() => _ledger.Find(sequence));
    }

    /// <summary>Lets go of everything that the sink has committed; returns how many records left.</summary>
    public int Covered(Received received)
    {
        lock (_gate)
        {
            // An outbox cannot be covered beyond what it gave: such a message is about another outbox under this device's name.
            var isForeign = received.Highest > _ledger.LastSequence;
            if (isForeign && !_sawForeignReceived)
                ForwardingLog.ReceivedIsForeign(_log, received.Highest, _ledger.LastSequence);
            _sawForeignReceived = isForeign;
            return isForeign ? 0 : Change(() => _ledger.Cover(received));
        }
    }

    /// <summary>Keeps the record, but does not offer it again until <see cref="Unpark"/>.</summary>
    public void Park(uint sequence, int reasonCode)
    {
        lock (_gate)
            Change(() => _ledger.Park(sequence, reasonCode));
    }

    /// <summary>Offers parked records again; returns which.</summary>
    public IReadOnlyList<uint> Unpark()
    {
        lock (_gate)
            return Change(() => _ledger.Unpark());
    }

    /// <summary>Drops what has become too old, and forgets windows that no sink would accept any more.</summary>
    public void Trim()
    {
        lock (_gate)
        {
            FollowClock();
            Change(() =>
            {
                _ledger.ForgetDrawn(_time.GetUtcNow() - OutboxOptions.DrawnMemory);
                return DropOverBound();
            });
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _database.Dispose();
            _lock.Dispose();
        }
    }

    private AppendResult Store(EventRecord record, DateTimeOffset publishAt)
    {
        if (_ledger.SequenceOfDrawn(record.Id) is { } drawn)
            return new(AppendOutcome.AlreadyDrawn, _ledger.Find(drawn));

        var now = _time.GetUtcNow();
        var latest = now + _options.HoldMax;
        var sequence = _ledger.TakeSequence();
        var payload = EventRecordJson.Encode(record with { Sequence = sequence }, _options.PayloadBytes);
        var entry = new OutboxEntry(sequence, record.Id, payload, publishAt < latest ? publishAt : latest);
        _ledger.Insert(entry, payload, now);
        DropOverBound();
        return new(AppendOutcome.Stored, entry);
    }

    private int DropOverBound()
    {
        var limit = _time.GetUtcNow() - _options.AgeMax;
        var (count, upTo, bound) = (0, 0u, "");
        while (_ledger.OverBound(_options, limit) is { } over)
        {
            (upTo, bound) = (_ledger.DropOldest(), over);
            count++;
        }

        if (count > 0)
            ForwardingLog.RecordsDropped(_log, count, upTo, bound);
        return count;
    }

    private void FollowClock()
    {
        var step = _clock.TakeStep();
        if (step == TimeSpan.Zero)
            return;
        var moved = Change(() => _ledger.MoveTimes(step));
        ForwardingLog.ClockStepped(_log, step, moved);
    }

    private TimeSpan OldestAge()
    {
        try
        {
            var age = _time.GetUtcNow() - _ledger.OldestAppendedAt();
            return age > TimeSpan.Zero ? age.Value : TimeSpan.Zero;
        }
        catch (SqliteException)
        {
            _isRefusing = true;
            return TimeSpan.Zero;
        }
    }

    private AppendResult Refuse(string reason)
    {
        if (!_isRefusing)
            ForwardingLog.OutboxRefused(_log, _options.Path, reason);
        _isRefusing = true;
        return new(AppendOutcome.Refused, null, reason);
    }

    private void TakeAgain()
    {
        if (_isRefusing)
            ForwardingLog.OutboxTakesAgain(_log, _options.Path);
        _isRefusing = false;
    }

    private T Query<T>(Func<T> query)
    {
        try
        {
            return query();
        }
        catch (SqliteException damaged) when (OutboxFile.IsDamage(damaged))
        {
            StartFresh();
            throw;
        }
    }

    private T Change<T>(Func<T> change) => Query(() =>
    {
        var before = _ledger.Totals;
        _database.Begin();
        try
        {
            var result = change();
            _database.Commit();
            return result;
        }
        catch
        {
            _database.Rollback();
            _ledger.Restore(before);
            throw;
        }
    });

    private void StartFresh()
    {
        _setAside = OutboxFile.SetAside(_options.Path);
        var fresh = OutboxDatabase.Open(_options.Path);
        _database.Dispose();
        _database = fresh;
        _ledger = OutboxLedger.Load(_database, SequenceStart(_ledger.LastSequence));
        ForwardingLog.OutboxSetAside(_log, _options.Path, _setAside, _ledger.LastSequence + 1);
    }

    // By the clock, so that a device whose disk was replaced starts above everything it ever sent: what the sink says of the
    // old outbox can then never cover a record of the new one. Good until 2106.
    private uint SequenceStart(uint lastGiven) => Math.Max(lastGiven, (uint)Math.Max(0, _time.GetUtcNow().ToUnixTimeSeconds()));
}
