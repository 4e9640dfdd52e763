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
    private HeldRecord? _held;
    private long _lost;
    private long _turnedAt;

    public AgentExit(Outbox outbox, TimeProvider time, ILogger log)
    {
        (_outbox, _time, _log) = (outbox, time, log);
        var bounds = new BoundedChannelOptions(WindowsMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true };
        _windows = Channel.CreateBounded<LeavingWindow>(bounds, GiveUp);
    }

    /// <summary>How long each zone of every camera was watched so far.</summary>
    public IEnumerable<(string Zone, TimeSpan Watched)> Exposure() => _cameras.SelectMany(camera => camera.Exposure());

    /// <summary>Windows that were given up because the disk took nothing.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>How long the loop has been at one turn; zero where it does not run.</summary>
    public TimeSpan LongestTurn => Volatile.Read(ref _turnedAt) is not 0 and var at ? _time.GetElapsedTime(at) : TimeSpan.Zero;

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
            Volatile.Write(ref _turnedAt, _time.GetTimestamp());
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
        Volatile.Write(ref _turnedAt, 0);
        if (_held is { } held)
            LogLost(held.Record.Zone, held.Record.Start, Interlocked.Increment(ref _lost));
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

    /// <summary>
    /// A record that the disk does not take is the only draw of its window: it is held, and offered again at the next tick.
    /// </summary>
    private void Drain()
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
        if (!_windows.Reader.TryRead(out var leaving))
            return false;
        var record = leaving.Anonymiser.Release(leaving.Window);
        released = new HeldRecord(record, PublishDelay.TimeOf(leaving.Window, record.Profile, _random));
        return true;
    }

    private void GiveUp(LeavingWindow leaving) =>
        LogLost(leaving.Window.Zone, leaving.Window.Start, Interlocked.Increment(ref _lost));

    [LoggerMessage(Level = LogLevel.Warning, Message = "No RAM-backed folder at /dev/shm: a crash loses the open windows")]
    private partial void LogNoCheckpoint();

    [LoggerMessage(Level = LogLevel.Information, Message = "Closed {Record}: {Status}")]
    private partial void LogStored(string record, RecordStatus status);

    [LoggerMessage(Level = LogLevel.Error, Message = "Gave up the window of {Zone} at {Start:u}, {Count} so far: the disk takes nothing")]
    private partial void LogLost(string zone, DateTimeOffset start, long count);

    private sealed record HeldRecord(EventRecord Record, DateTimeOffset PublishAt);
}

/// <summary>A window on its way to the outbox, with what makes a record of it.</summary>
internal readonly record struct LeavingWindow(ClosedWindow Window, Anonymiser Anonymiser);
