namespace SocialCredit.Edge.Capture;

/// <summary>Weighs what is known of a camera into one state. Called by its own thread and by the watch.</summary>
internal sealed class CameraHealth(CameraOptions options, bool isLive, TimeProvider time)
{
    private readonly TimeSpan _rateWindow = options.LongEnough(TimeSpan.FromSeconds(10));
    private readonly TimeSpan _blindAfter = options.LongEnough(options.BlindAfter);
    private readonly Lock _gate = new();
    private CameraState _state = new(CameraStatus.Degraded, "not started", time.GetUtcNow());
    private long _lastFrameAt = time.GetTimestamp();
    private long _rateFrom = time.GetTimestamp();
    private int _rateFrames;
    private double? _slowRate;
    private string? _trouble = "not started";
    private string? _ended;
    private string _note = "";
    private PictureFault _picture;

    public CameraState State
    {
        get
        {
            lock (_gate)
                return _state;
        }
    }

    /// <summary>A frame arrived.</summary>
    /// <param name="picture">What is wrong with it.</param>
    /// <param name="note">Worth saying although all is well; empty for nothing.</param>
    /// <returns>The new state where the status changed, else null.</returns>
    public CameraState? Saw(PictureFault picture, string note)
    {
        lock (_gate)
        {
            // The time without a camera says nothing about how fast it is now that it is back.
            if (_trouble is not null)
                CountFromNow(slowRate: null);
            _lastFrameAt = time.GetTimestamp();
            _rateFrames++;
            _picture = picture;
            _note = note;
            _trouble = null;
            return Weigh();
        }
    }

    /// <summary>No frames for now, and why.</summary>
    public CameraState? Lost(string reason)
    {
        lock (_gate)
        {
            _trouble = reason;
            return Weigh();
        }
    }

    /// <summary>No frames ever again, and why.</summary>
    public CameraState? End(string reason)
    {
        lock (_gate)
        {
            _ended ??= reason;
            return Weigh();
        }
    }

    /// <summary>Time went by.</summary>
    public CameraState? Tick()
    {
        lock (_gate)
        {
            var elapsed = time.GetElapsedTime(_rateFrom);
            if (elapsed >= _rateWindow)
            {
                var rate = _rateFrames / elapsed.TotalSeconds;
                CountFromNow(isLive && rate < options.FramesPerSecond / 2 ? rate : null);
            }

            return Weigh();
        }
    }

    private void CountFromNow(double? slowRate)
    {
        _slowRate = slowRate;
        _rateFrames = 0;
        _rateFrom = time.GetTimestamp();
    }

    private CameraState? Weigh()
    {
        var (status, reason) = Judge();
        if (status == _state.Status && reason == _state.Reason)
            return null;
        var hasChanged = status != _state.Status;
        _state = new(status, reason, hasChanged ? time.GetUtcNow() : _state.Since);
        return hasChanged ? _state : null;
    }

    private (CameraStatus Status, string Reason) Judge()
    {
        if (_ended is not null)
            return (CameraStatus.Disabled, _ended);

        // Files wait for whoever takes their frames: silence of theirs says nothing.
        var isSilent = isLive && time.GetElapsedTime(_lastFrameAt) >= _blindAfter;
        if (isSilent)
            return (CameraStatus.Blind, _trouble is null ? "no frame" : $"no frame: {_trouble}");
        if (_trouble is not null)
            return (CameraStatus.Degraded, _trouble);
        if (_picture != PictureFault.None)
            return (CameraStatus.Blind, _picture == PictureFault.Black ? "the picture is black" : "the picture is frozen");
        return _slowRate is { } rate
            ? (CameraStatus.Degraded, $"{rate:0.0} frames a second, asked for {options.FramesPerSecond:0.#}")
            : (CameraStatus.Online, _note);
    }
}
