namespace SocialCredit.Edge.Capture;

/// <summary>Weighs what is known of a camera into one state. Called by its own thread and by the watch.</summary>
internal sealed class CameraHealth(CameraOptions options, bool isLive, TimeProvider time)
{
    private readonly TimeSpan _rateWindow = options.LongEnough(TimeSpan.FromSeconds(10));
    private readonly TimeSpan _blindAfter = options.LongEnough(options.BlindAfter);
    private readonly Lock _gate = new();
    private CameraState _state = new(CameraStatus.Degraded, CameraTrouble.Opening, "not started", time.GetUtcNow());
    private long _lastFrameAt = time.GetTimestamp();
    private long _rateFrom = time.GetTimestamp();
    private int _rateFrames;
    private double? _slowRate;
    private (CameraTrouble Trouble, string Reason)? _lost = (CameraTrouble.Opening, "not started");
    private (CameraTrouble Trouble, string Reason)? _ended;
    private string _note = "";
    private CameraTrouble _picture;

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
    /// <returns>The new state where the status or the trouble changed, else null.</returns>
    public CameraState? Saw(CameraTrouble picture, string note)
    {
        lock (_gate)
        {
            // The time without a camera says nothing about how fast it is now that it is back.
            if (_lost is not null)
                CountFromNow(slowRate: null);
            _lastFrameAt = time.GetTimestamp();
            _rateFrames++;
            _picture = picture;
            _note = note;
            _lost = null;
            return Weigh();
        }
    }

    /// <summary>No frames for now, and why.</summary>
    public CameraState? Lost(CameraTrouble trouble, string reason)
    {
        lock (_gate)
        {
            _lost = (trouble, reason);
            return Weigh();
        }
    }

    /// <summary>No frames ever again, and why.</summary>
    public CameraState? End(CameraTrouble trouble, string reason)
    {
        lock (_gate)
        {
            _ended ??= (trouble, reason);
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
        var (status, trouble, reason) = Judge();
        var (before, isSameStatus) = (_state, status == _state.Status);
        if (isSameStatus && trouble == before.Trouble && reason == before.Reason)
            return null;
        _state = new(status, trouble, reason, isSameStatus ? before.Since : time.GetUtcNow());
        return isSameStatus && trouble == before.Trouble ? null : _state;
    }

    private (CameraStatus Status, CameraTrouble Trouble, string Reason) Judge()
    {
        if (_ended is { } ended)
            return (CameraStatus.Disabled, ended.Trouble, ended.Reason);

        // Files wait for whoever takes their frames: silence of theirs says nothing.
        var isSilent = isLive && time.GetElapsedTime(_lastFrameAt) >= _blindAfter;
        if (isSilent)
            return _lost is { } why
                ? (CameraStatus.Blind, why.Trouble == CameraTrouble.Broken ? why.Trouble : CameraTrouble.NoFrames, $"no frame: {why.Reason}")
                : (CameraStatus.Blind, CameraTrouble.NoFrames, "no frame");
        if (_lost is { } lost)
            return (CameraStatus.Degraded, lost.Trouble, lost.Reason);
        if (_picture != CameraTrouble.None)
            return (CameraStatus.Blind, _picture, InWords(_picture));
        return _slowRate is { } rate
            ? (CameraStatus.Degraded, CameraTrouble.Slow, $"{rate:0.0} frames a second, asked for {options.FramesPerSecond:0.#}")
            : (CameraStatus.Online, CameraTrouble.None, _note);
    }

    private static string InWords(CameraTrouble picture) => picture switch
    {
        CameraTrouble.Black => "the picture is black",
        CameraTrouble.Frozen => "the picture is frozen",
        CameraTrouble.Dark => "the picture is too dark",
        CameraTrouble.Blurred => "the picture is blurred",
        CameraTrouble.Covered => "the lens is covered",
        CameraTrouble.Moved => "the camera looks elsewhere than where its zones were drawn",
        _ => throw new ArgumentOutOfRangeException(nameof(picture), picture, "No trouble that a picture can show."),
    };
}
