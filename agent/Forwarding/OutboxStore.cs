using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Forwarding;

/// <summary>
/// The outbox's file through everything that a disk does: it is opened again when it can be, rebuilt of its whole records when it is
/// damaged, and its tally is kept beside it. Decides nothing about records; its caller serialises.
/// </summary>
internal sealed class OutboxStore : IDisposable
{
    /// <summary>Room that a new outbox takes at once, in pages of the database: 2 MB, a month of a usual device's records.</summary>
    private const int FirstRoomPages = 256, MoreRoomPages = 64;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(10);

    /// <summary>A disk that damages one file after another is given time, not files.</summary>
    private static readonly TimeSpan RebuildDelay = TimeSpan.FromMinutes(10);

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly OutboxTally _tally;
    private FileStream? _lock;
    private OutboxDatabase? _database;
    private OutboxLedger? _ledger;
    private long? _triedAt, _rebuiltAt;
    private TimeSpan _retryDelay;
    private string? _closedBecause;
    private OutboxLosses _known = OutboxLosses.None;

    /// <exception cref="IOException">Another process has the outbox, or its folder cannot be used.</exception>
    public OutboxStore(string path, TimeProvider time, ILogger log)
    {
        (_path, _time, _log) = (path, time, log);
        _tally = new OutboxTally(path + ".tally");
        try
        {
            Open();
        }
        catch (Exception refused) when (OutboxFile.IsOfDisk(refused) || OutboxFile.IsDamage(refused))
        {
            Close(refused, OutboxFile.IsDamage(refused) ? RebuildDelay : RetryDelay);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Why the file is not open, in words, or null while it is.</summary>
    public string? ClosedBecause => _ledger is null ? _closedBecause : null;

    /// <summary>Where a damaged file was put since this process began, or null.</summary>
    public string? SetAside { get; private set; }

    /// <summary>When something was dropped, lost or given up last in this process, by the monotonic clock; or null.</summary>
    public long? LossAt { get; private set; }

    /// <summary>The sink's last word, kept with the tally: of what it has, nothing can be lost here.</summary>
    public Received? Received { get; set; }

    /// <summary>Windows in RAM that the tally knows of.</summary>
    public int Held { get; private set; }

    /// <summary>All that is known of losses, those too that no disk has taken yet.</summary>
    public OutboxLosses Losses => _known.OrMore(_ledger?.Totals.Losses).OrMore(_tally.Current?.Losses);

    /// <summary>Records that wait: from the tally while the file is not open.</summary>
    public int Depth => _ledger?.Totals.Records ?? _tally.Current?.Depth ?? 0;

    /// <exception cref="IOException">The file is not open.</exception>
    /// <exception cref="SqliteException">The disk refuses, or the file was damaged; then it has been rebuilt.</exception>
    public T Query<T>(Func<OutboxLedger, T> query)
    {
        EnsureOpen();
        try
        {
            return query(_ledger!);
        }
        catch (SqliteException damaged) when (OutboxFile.IsDamage(damaged))
        {
            RebuildRunning(damaged);
            throw;
        }
    }

    /// <summary>One transaction. The tally says what it may lead to before it is committed, and what it has led to afterwards.</summary>
    /// <inheritdoc cref="Query" path="/exception"/>
    public T Change<T>(Func<OutboxLedger, T> change)
    {
        ReopenIfMounted();
        return Query(ledger =>
        {
            var before = ledger.Totals;
            _database!.Begin();
            try
            {
                if (_known != OutboxLosses.None)
                    ledger.Raise(_known);
                var result = change(ledger);
                if (ledger.LastSequence > before.LastSequence)
                    Announce(ledger, before);
                _database.Commit();
                _triedAt = null;
                Keep(ledger, before);
                return result;
            }
            catch (Exception refused)
            {
                _database.Rollback();
                ledger.Restore(before);
                if (OutboxFile.IsOfMount(refused))
                    _triedAt ??= _time.GetTimestamp();
                throw;
            }
        });
    }

    /// <summary>Before a record is taken: see <see cref="OutboxDatabase.MakeRoom"/>.</summary>
    public void MakeRoom()
    {
        ReopenIfMounted();
        Query(_ =>
        {
            _database!.MakeRoom(MoreRoomPages);
            return 0;
        });
    }

    /// <summary>See <see cref="OutboxLedger.MoveClock"/>; a file that is not open tells by its newest record when it is opened.</summary>
    public void MoveClock(TimeSpan step) => _ledger?.MoveClock(step);

    /// <summary>So many windows wait in RAM now: if this process ends before they are taken, the next one counts them.</summary>
    public void Hold(int windows)
    {
        if (windows == Held)
            return;
        Held = windows;
        _tally.TryWrite((_tally.Current ?? Tally.Nothing) with { Held = windows }, isDurable: true);
    }

    /// <summary>Counts windows that were given up before they were accepted, on a full disk too.</summary>
    public void GiveUp(int windows)
    {
        _known = Losses with { GivenUp = Losses.GivenUp + windows };
        LossAt = _time.GetTimestamp();
        _tally.TryWrite((_tally.Current ?? Tally.Nothing) with { Losses = _known }, isDurable: true);
    }

    public void Dispose()
    {
        _database?.Dispose();
        _lock?.Dispose();
    }

    private void EnsureOpen()
    {
        if (_ledger is not null)
            return;
        if (_triedAt is { } tried && _time.GetElapsedTime(tried) < _retryDelay)
            throw new IOException(_closedBecause);
        try
        {
            Open();
        }
        catch (Exception refused) when (refused is IOException or SqliteException)
        {
            Close(refused, OutboxFile.IsDamage(refused) ? RebuildDelay : RetryDelay);
            throw;
        }
    }

    private void Open()
    {
        _lock ??= OutboxFile.Lock(_path);
        OutboxRebuild.Finish(_path);
        _tally.Read();
        Received ??= _tally.Current?.Received;
        try
        {
            OpenDatabase();
        }
        catch (SqliteException damaged) when (OutboxFile.IsDamage(damaged))
        {
            _database?.Dispose();
            Rebuild(damaged.Message);
            OpenDatabase();
        }

        (_triedAt, _closedBecause) = (null, null);
        var left = _tally.Current?.Held ?? 0;
        if (left > Held)
        {
            ForwardingLog.HeldWindowsGone(_log, left - Held);
            GiveUp(left - Held);
        }

        _tally.TryWrite(TallyOf(_ledger!), isDurable: true);
        TakeFirstRoom();
    }

    private void OpenDatabase()
    {
        _database = OutboxDatabase.Open(_path);
        var start = _tally.Current?.Last ?? OutboxRebuild.StartByClock(_time.GetUtcNow());
        var ledger = OutboxLedger.Load(_database, start);
        ledger.Check();
        // A log that lost its end opens without a word. One sequence may be missing: a kill between its tally and its commit.
        if (_tally.Current is { } tally && ledger.LastSequence + (tally.IsPending ? 1 : 0) < tally.Last)
            throw OutboxDatabase.Damaged($"It ends with sequence {ledger.LastSequence}, and {tally.Last} was given.");
        if (_tally.Current is { Depth: > 0 } full && ledger.HasNoTrace)
            throw OutboxDatabase.Damaged($"It is empty, and {full.Depth} records waited in it.");
        var step = ledger.StepWhileOff(_time.GetUtcNow());
        if (step != TimeSpan.Zero)
        {
            ledger.MoveClock(step);
            ForwardingLog.ClockStepped(_log, step, ledger.Totals.Records);
        }

        _ledger = ledger;
    }

    private void TakeFirstRoom()
    {
        try
        {
            // Of a start that was killed in the middle of this.
            _database!.Execute("DELETE FROM room");
            _database.MakeRoom(FirstRoomPages);
        }
        catch (Exception full) when (OutboxFile.IsOfDisk(full))
        {
            // What is stored can be delivered; the next record is refused, and that is said.
        }
    }

    private void RebuildRunning(SqliteException damaged)
    {
        var isAgain = _rebuiltAt is { } before && _time.GetElapsedTime(before) < RebuildDelay;
        Close(damaged, isAgain ? RebuildDelay : TimeSpan.Zero);
        try
        {
            EnsureOpen();
        }
        catch (Exception refused) when (refused is IOException or SqliteException)
        {
            // Said by whoever asks next.
        }
    }

    private void Rebuild(string fault)
    {
        _rebuiltAt = _time.GetTimestamp();
        var rebuilt = OutboxRebuild.Run(_path, _tally.Current, Losses, _time.GetUtcNow());
        SetAside = rebuilt.Aside;
        LossAt = _time.GetTimestamp();
        ForwardingLog.OutboxRebuilt(_log, _path, fault, rebuilt.Aside, rebuilt.Saved, rebuilt.Lost, rebuilt.LastSequence);
        _known = Losses with { Lost = Losses.Lost + rebuilt.Lost };
        _tally.Write(new Tally(rebuilt.FirstSequence, rebuilt.LastSequence, rebuilt.Saved, Held, _known, Received: Received), isDurable: true);
    }

    private void Close(Exception refused, TimeSpan retryDelay)
    {
        _database?.Dispose();
        _lock?.Dispose();
        (_database, _lock, _ledger) = (null, null, null);
        (_triedAt, _retryDelay, _closedBecause) = (_time.GetTimestamp(), retryDelay, refused.Message);
    }

    /// <summary>A disk that became read-only is still read from; when its folder takes files again, it is another one under that name.</summary>
    private void ReopenIfMounted()
    {
        if (_ledger is null || _triedAt is not { } tried || _time.GetElapsedTime(tried) < RetryDelay)
            return;
        _triedAt = _time.GetTimestamp();
        _database!.TryDisk(1);
        Close(new IOException($"{_path} is opened again."), TimeSpan.Zero);
    }

    private void Announce(OutboxLedger ledger, OutboxTotals before)
    {
        var first = before.Records == 0 ? ledger.LastSequence : Math.Min(_tally.Current?.First ?? uint.MaxValue, ledger.FirstSequence);
        var depth = Math.Max(before.Records, ledger.Totals.Records);
        _tally.Write(new Tally(first, ledger.LastSequence, depth, Held, before.Losses, IsPending: true, Received), isDurable: true);
    }

    private void Keep(OutboxLedger ledger, OutboxTotals before)
    {
        _known = OutboxLosses.None;
        if (ledger.Totals.Losses.Dropped > before.Losses.Dropped)
            LossAt = _time.GetTimestamp();
        if (TallyOf(ledger) is var now && now != _tally.Current)
            _tally.TryWrite(now, isDurable: false);
    }

    private Tally TallyOf(OutboxLedger ledger) => new(ledger.FirstSequence, ledger.LastSequence, ledger.Totals.Records, Held, Losses, Received: Received);
}
