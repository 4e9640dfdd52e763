using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;

namespace SocialCredit.Edge.Host;

/// <summary>
/// The way out of the device: windows that have ended become records in the outbox. It runs on a thread of its own, because a
/// camera's thread may wait for no disk; it also closes the windows of live cameras from which no frame comes.
/// </summary>
internal sealed partial class AgentExit
{
    /// <summary>More than any device closes while a disk is full; past it the oldest goes first, counted.</summary>
    private const int WindowsMax = 4096;

    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(500);

    private readonly OsRandom _random = new();
    private readonly List<CameraExit> _cameras = [];
    private readonly List<CheckpointFile> _checkpoints = [];
    private readonly Channel<LeavingWindow> _windows;
    private readonly Outbox _outbox;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly WorkerTurns _turns;
    private HeldRecord? _held;
    private bool _isClockUnset;
    private int _overflown;

    public AgentExit(Outbox outbox, TimeProvider time, ILogger log)
    {
        (_outbox, _time, _log) = (outbox, time, log);
        _turns = new WorkerTurns(1) { Time = time };
        var bounds = new BoundedChannelOptions(WindowsMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true };
        _windows = Channel.CreateBounded<LeavingWindow>(bounds, Overflow);
    }

    /// <summary>How long each zone of every camera was watched so far.</summary>
    public IEnumerable<(string Zone, TimeSpan Watched)> Exposure() => _cameras.SelectMany(camera => camera.Exposure());

    /// <summary>How long the loop has been at one turn; zero where it does not run.</summary>
    public TimeSpan LongestTurn => _turns.Longest;

    /// <summary>The exit of one camera; before <see cref="RunAsync"/>.</summary>
    /// <param name="make">Given the noise's randomness and what takes a window.</param>
    /// <param name="checkpointName">Under which open windows outlive a crash; null for a file, which can be played again.</param>
    public CameraExit Add(Func<IRandomSource, Action<LeavingWindow>, CameraExit> make, string? checkpointName)
    {
        var camera = make(_random, window => _windows.Writer.TryWrite(window));
        _cameras.Add(camera);
        if (checkpointName is null)
            return camera;
        if (CheckpointFile.For(checkpointName, camera) is { } checkpoint)
            _checkpoints.Add(checkpoint);
        else
            LogNoCheckpoint();
        return camera;
    }

    /// <summary>Goes on with the windows that the process before left open; before the first frame.</summary>
    public void Restore()
    {
        foreach (var checkpoint in _checkpoints)
            checkpoint.Restore(_log);
    }

    /// <summary>Until cancelled; then takes what was closed before, and returns.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TickInterval, _time);
        while (!cancellationToken.IsCancellationRequested)
        {
            _turns.Begin(0);
            Tick();
            Drain();
            Save();
            try
            {
                await timer.WaitForNextTickAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        Drain();
        EndHeld();
        _turns.End(0);
        Save();
    }

    private void Save()
    {
        foreach (var checkpoint in _checkpoints)
            checkpoint.Save(_log);
    }

    private void Tick()
    {
        foreach (var camera in _cameras)
            camera.Tick(_time.GetUtcNow());
    }

    /// <summary>Stores what has been closed. What cannot be stored waits here, in memory, and the outbox's state says how much.</summary>
    private void Drain()
    {
        Store();
        if (Interlocked.Exchange(ref _overflown, 0) is > 0 and var given)
            _outbox.GiveUp(given);
        _outbox.Hold(_windows.Reader.Count + (_held is null ? 0 : 1));
    }

    /// <summary>
    /// A record that the disk does not take is the only draw of its window: it is held, and offered again at the next tick.
    /// </summary>
    private void Store()
    {
        while (_held is not null || TryRelease(out _held))
        {
            var (record, publishAt) = _held!;
            var result = _outbox.Append(record, publishAt);
            if (result.Outcome == AppendOutcome.Refused)
                return;
            if (result.Outcome == AppendOutcome.Stored)
                LogStored(record.Id, record.Status);
            _held = null;
        }
    }

    private bool TryRelease(out HeldRecord? released)
    {
        released = null;
        while (IsClockSet() && _windows.Reader.TryRead(out var leaving))
        {
            var window = leaving.Window;
            if (leaving.IsLive && PlausibleClock.IsUseless(window.Start, window.End, _time.GetUtcNow()))
            {
                LogClockWasWrong(window.Zone, window.Start);
                _outbox.GiveUp(1);
                continue;
            }

            var record = leaving.Anonymiser.Release(window);
            released = new HeldRecord(record, PublishDelay.TimeOf(window, record.Profile, _random));
            return true;
        }

        return false;
    }

    /// <summary>Which windows a clock that was never set has made useless is seen only when it is set; until then they wait.</summary>
    private bool IsClockSet()
    {
        var isUnset = _windows.Reader.TryPeek(out var next) && next.IsLive && !PlausibleClock.IsSet(_time.GetUtcNow());
        if (isUnset && !_isClockUnset)
            LogClockUnset(_time.GetUtcNow());
        return !(_isClockUnset = isUnset);
    }

    /// <summary>The agent ends, and what it still holds ends with it.</summary>
    private void EndHeld()
    {
        if (_held is { } held)
            LogGivenUp(held.Record.Zone, held.Record.Start);
        var count = _held is null ? 0 : 1;
        for (; _windows.Reader.TryRead(out var leaving); count++)
            LogGivenUp(leaving.Window.Zone, leaving.Window.Start);
        if (count > 0)
            _outbox.GiveUp(count);
        _held = null;
        _outbox.Hold(0);
    }

    /// <summary>On a camera's thread, which waits for no disk.</summary>
    private void Overflow(LeavingWindow leaving)
    {
        Interlocked.Increment(ref _overflown);
        LogGivenUp(leaving.Window.Zone, leaving.Window.Start);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No RAM-backed folder at /dev/shm: a crash loses the open windows")]
    private partial void LogNoCheckpoint();

    [LoggerMessage(Level = LogLevel.Information, Message = "Closed {Record}: {Status}")]
    private partial void LogStored(string record, RecordStatus status);

    [LoggerMessage(Level = LogLevel.Error, Message = "Gave up the window of {Zone} at {Start:u}: it could not be stored")]
    private partial void LogGivenUp(string zone, DateTimeOffset start);

    [LoggerMessage(Level = LogLevel.Error, Message = "The clock shows {Now:u} and has not been set: windows wait in memory until it is; check the time service")]
    private partial void LogClockUnset(DateTimeOffset now);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Gave up the window of {Zone} at {Start:u}: the clock was wrong, and no sink takes it")]
    private partial void LogClockWasWrong(string zone, DateTimeOffset start);

    private sealed record HeldRecord(EventRecord Record, DateTimeOffset PublishAt);
}

/// <summary>A window on its way to the outbox, with what makes a record of it.</summary>
/// <param name="Window">Ended.</param>
/// <param name="Anonymiser">Of its zone.</param>
/// <param name="IsLive">Its times are the clock's; those of a file are whatever the file says.</param>
internal readonly record struct LeavingWindow(ClosedWindow Window, Anonymiser Anonymiser, bool IsLive = false);
