using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using SocialCredit.Edge.Capture.Sources;

namespace SocialCredit.Edge.Capture;

/// <summary>
/// One camera: its source on a thread of its own, watched over. A source that fails is opened again for ever (live) or
/// ends (files); one that hangs is killed (live) or left behind on its thread (files). Nothing it does throws or hangs here.
/// </summary>
public sealed partial class Camera : IDisposable
{
    private const int FilesAhead = 4;
    private const int FramesMax = FilesAhead + 6;
    private static readonly TimeSpan WatchEvery = TimeSpan.FromMilliseconds(250);
    private const int DisposeTries = 12;

    private readonly CameraOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly IReadOnlyList<string> _faults;
    private readonly FrameQueue _queue;
    private readonly FramePool _pool = new(FramesMax);
    private readonly CameraHealth _health;
    private readonly CameraLoop? _loop;
    private Thread? _thread;
    private ITimer? _watch;

    /// <param name="options">Wrong ones disable the camera with a reason instead of throwing.</param>
    /// <param name="time">Stamps live frames and times every deadline.</param>
    /// <param name="log">Told of every change of status.</param>
    public Camera(CameraOptions options, TimeProvider time, ILogger log)
    {
        (_options, _time, _log) = (options, time, log);
        _faults = options.FindFaults();
        IsLive = SourceAddress.TryParse(options.Source, out var address, out _) && address.IsLive;
        _queue = new FrameQueue(keepsNewestOnly: IsLive, FilesAhead);
        _health = new CameraHealth(options, IsLive, time);
        if (_faults.Count == 0)
            _loop = new CameraLoop(FrameSources.Create(address!, options, time), options, time, new(_pool, _queue, IsLive));
    }

    /// <summary>Told of every change of status, on a thread of the camera; set it before <see cref="Start"/>.</summary>
    public Action<CameraState>? StateChanged { get; set; }

    /// <summary>An RTSP or USB camera, whose frames are lost where nobody takes them.</summary>
    public bool IsLive { get; }

    /// <summary>No frame will come any more, and every one that came was taken. Live sources never end.</summary>
    public bool IsEnded => _queue.IsDrained;

    /// <summary>Why a file stopped before its end, or was never begun; null where all is well.</summary>
    public string? Failure { get; private set; }

    public CameraState State => _health.State;

    public CameraCounters Counters => (_loop?.Counters ?? default) with { Dropped = _queue.Dropped };

    public CameraGauges Gauges => _loop?.Gauges ?? new(float.NaN, float.NaN);

    /// <summary>Begins to take pictures; call it once.</summary>
    public void Start()
    {
        if (_loop is null)
        {
            End(CameraTrouble.Disabled, string.Join(' ', _faults));
            return;
        }

        _loop.Progressed = Tell;
        _thread = new Thread(Run) { IsBackground = true, Name = $"capture {_options.Name}" };
        _thread.Start();
        _watch = _time.CreateTimer(_ => Watch(), null, WatchEvery, WatchEvery);
    }

    /// <summary>The newest frame of a live source, the next one of a file. Whoever receives a frame disposes it.</summary>
    /// <returns>False where none came in time, or <see cref="IsEnded"/>.</returns>
    public bool TryTake([NotNullWhen(true)] out Frame? frame, TimeSpan timeout) => _queue.TryTake(timeout, out frame);

    /// <summary>Returns within seconds whatever the source does; frames that are still out stay valid until disposed.</summary>
    public void Dispose()
    {
        _watch?.Dispose();
        _queue.Dispose();
        if (_thread is null)
            _loop?.Dispose();

        // Again and again: a decoder that was just being started when it should have been killed is killed the next time.
        for (var i = 0; i < DisposeTries && _thread is { IsAlive: true }; i++)
        {
            _loop!.Stop();
            _thread.Join(WatchEvery);
        }

        _pool.Dispose();
    }

    private void Run()
    {
        using (_loop)
        {
            var (reason, isFailure) = _loop!.Run(_health);
            End(isFailure ? CameraTrouble.Broken : CameraTrouble.Ended, reason);
        }
    }

    private void Watch()
    {
        Tell(_health.Tick());
        if (_loop!.FindOverdue() is not { } overdue || _loop.Interrupt(overdue))
            return;

        // A file whose native call never returns: its background thread is left behind, the camera goes on without it.
        _watch?.Dispose();
        End(CameraTrouble.Broken, overdue);
    }

    private void End(CameraTrouble trouble, string reason)
    {
        if (trouble != CameraTrouble.Ended)
            Failure ??= reason;
        Tell(_health.End(trouble, reason));
        _queue.Complete();
    }

    private void Tell(CameraState? changed)
    {
        if (changed is null)
            return;
        var isExpected = changed.Status == CameraStatus.Online || (changed.Status == CameraStatus.Disabled && Failure is null);
        var reason = changed.Reason.Length > 0 ? changed.Reason : "frames arrive";
        Changed(_log, isExpected ? LogLevel.Information : LogLevel.Warning, _options.Name, changed.Status, reason);
        StateChanged?.Invoke(changed);
    }

    [LoggerMessage(Message = "Camera {Camera} became {Status}: {Reason}")]
    private static partial void Changed(ILogger log, LogLevel level, string camera, CameraStatus status, string reason);
}
