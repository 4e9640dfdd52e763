using System.Globalization;
using SocialCredit.Edge.Capture.Sources;

namespace SocialCredit.Edge.Capture;

/// <summary>Where a camera's frames come from and go to.</summary>
internal readonly record struct FramePath(FramePool Pool, FrameQueue Queue, bool IsLive);

/// <summary>
/// What the thread of a camera does: open, read, mask, check, hand over; and again after a pause where a live source
/// fails. Masks are put on here, in one place for every source: no source, old or new, can forget them, and nothing but
/// the source has had the picture before.
/// </summary>
internal sealed class CameraLoop(IFrameSource source, CameraOptions options, TimeProvider time, FramePath path) : IDisposable
{
    private static readonly TimeSpan PoolPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SteadyAfter = TimeSpan.FromSeconds(10);

    private readonly PrivacyMask _mask = new(options.Masks);
    private readonly PictureWatch _picture = new(options, new PrivacyMask(options.Masks));
    private readonly TimeSpan _readDeadline = options.LongEnough(options.ReadDeadline);
    private readonly Backoff _backoff = new(options.Jitter);
    private readonly Pause _pause = new(time);
    private volatile bool _isStopped;
    private volatile string? _overdue;

    // A timestamp while a call into the source runs, else 0.
    private long _callSince;
    private bool _isOpening;

    private long _frames;
    private long _skipped;
    private long _reconnects;
    private long _openFailures;
    private (int Width, int Height) _size;
    private string _note = "";
    private DateTimeOffset _firstCapturedAt;
    private long _firstHandedOver;

    /// <summary>Told of each change of state.</summary>
    public Action<CameraState?> Progressed { get; set; } = _ => { };

    public CameraCounters Counters => new(
        Frames: Volatile.Read(ref _frames),
        Dropped: 0,
        Skipped: Volatile.Read(ref _skipped),
        Reconnects: Volatile.Read(ref _reconnects),
        OpenFailures: Volatile.Read(ref _openFailures));

    public CameraGauges Gauges => new(_picture.Light, _picture.Sharpness);

    /// <returns>Why no frame will come any more; a failure where it is not simply the end.</returns>
    public (string Reason, bool IsFailure) Run(CameraHealth health)
    {
        try
        {
            while (true)
            {
                var isFirst = _frames == 0 && _openFailures == 0 && _reconnects == 0;
                Progressed(isFirst
                    ? health.Lost(CameraTrouble.Opening, "opening")
                    : health.Lost(CameraTrouble.NoFrames, _frames == 0 ? "opening" : "reconnecting"));
                var since = time.GetTimestamp();
                var result = Open();
                var wasOpen = result.Outcome == SourceOutcome.Done;
                if (wasOpen)
                    result = Pump(health);
                if (_isStopped)
                    return ("stopped", false);
                if (!path.IsLive)
                    return Finish(result);

                Interlocked.Increment(ref wasOpen ? ref _reconnects : ref _openFailures);
                if (wasOpen && time.GetElapsedTime(since) >= SteadyAfter)
                    _backoff.Reset();
                Progressed(health.Lost(CameraTrouble.NoFrames, $"reconnecting: {_overdue ?? result.Reason ?? "the stream ended"}"));
                _overdue = null;
                if (!_pause.For(_backoff.Next()))
                    return ("stopped", false);
            }
        }
        catch (Exception broken)
        {
            // The thread is the last place that can say so; an exception that leaves it would end the process.
            return ($"capture broke: {broken.GetType().Name}: {options.Redact(broken.Message)}", true);
        }
    }

    /// <returns>What is wrong where a call into the source has taken longer than it may, else null.</returns>
    public string? FindOverdue()
    {
        var since = Volatile.Read(ref _callSince);
        var (deadline, what) = _isOpening ? (options.OpenDeadline, "to open") : (_readDeadline, "to give a frame");

        // A call that began meanwhile is another one, perhaps with another deadline.
        if (since == 0 || since != Volatile.Read(ref _callSince) || time.GetElapsedTime(since) <= deadline)
            return null;
        return string.Create(CultureInfo.InvariantCulture, $"the source took longer than {deadline.TotalSeconds:0.###} s {what}");
    }

    /// <returns>False where the call cannot be ended.</returns>
    public bool Interrupt(string reason)
    {
        _overdue = reason;
        return source.Interrupt();
    }

    public void Stop()
    {
        _isStopped = true;
        _pause.Cancel();
        source.Interrupt();
    }

    /// <summary>Only where no thread runs it any more, or ever did.</summary>
    public void Dispose()
    {
        source.Dispose();
        _pause.Dispose();
    }

    private SourceResult Pump(CameraHealth health)
    {
        while (!_isStopped)
        {
            if (!path.Pool.TryRent(PoolPatience, out var frame))
            {
                Progressed(health.Lost(
                    CameraTrouble.Broken, $"all {path.Pool.FramesMax} frames are held; whoever takes a frame must dispose it"));
                continue;
            }

            var result = Read(frame);
            if (result.Outcome == SourceOutcome.Done)
            {
                Prepare(frame, health);
                if (!path.Queue.Put(frame))
                    break;
                continue;
            }

            frame.Dispose();
            if (result.Outcome != SourceOutcome.Skipped)
                return result;
            Interlocked.Increment(ref _skipped);
        }

        return new(SourceOutcome.Ended);
    }

    private void Prepare(Frame frame, CameraHealth health)
    {
        _mask.Apply(frame.Pixels);
        frame.Index = _frames;
        if (_size != (frame.Width, frame.Height))
        {
            var (width, height) = _size;
            if (_frames > 0)
                _note = $"the picture's size changed from {width} x {height} to {frame.Width} x {frame.Height} at frame {_frames}";
            _size = (frame.Width, frame.Height);
        }

        Interlocked.Increment(ref _frames);
        var trouble = _picture.Observe(frame.Pixels, frame.CapturedAt);
        frame.ShowsPlace = trouble == CameraTrouble.None;
        Progressed(health.Saw(trouble, _note));
        if (options.Paced && !path.IsLive)
            KeepPace(frame);
    }

    private void KeepPace(Frame frame)
    {
        if (frame.Index == 0)
            (_firstCapturedAt, _firstHandedOver) = (frame.CapturedAt, time.GetTimestamp());
        _pause.For(frame.CapturedAt - _firstCapturedAt - time.GetElapsedTime(_firstHandedOver));
    }

    private SourceResult Open()
    {
        Begin(isOpening: true);
        var result = source.Open();
        Volatile.Write(ref _callSince, 0);
        return result;
    }

    private SourceResult Read(Frame frame)
    {
        Begin(isOpening: false);
        var result = source.Read(frame);
        Volatile.Write(ref _callSince, 0);
        return result;
    }

    private void Begin(bool isOpening)
    {
        _isOpening = isOpening;
        Volatile.Write(ref _callSince, time.GetTimestamp());
    }

    private (string Reason, bool IsFailure) Finish(SourceResult result) => result.Outcome == SourceOutcome.Ended
        ? ($"ended after {_frames} frames", false)
        : (result.Reason ?? "the source failed", true);
}
