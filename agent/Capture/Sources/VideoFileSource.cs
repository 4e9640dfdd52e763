using OpenCvSharp;

namespace SocialCredit.Edge.Capture.Sources;

/// <summary>
/// Every frame of a video file, in order. Decoded in this process by one thread, so that no core is taken from inference;
/// a decoder that crashes on it takes the agent along, so no camera in the field may be a file. Only a thread of its own may call it, because a file on a lost network drive blocks for good.
/// </summary>
internal sealed class VideoFileSource(string path, CameraOptions options, TimeProvider time) : IFrameSource
{
    // OpenCV's CAP_PROP_N_THREADS, which OpenCvSharp does not name.
    private const int DecoderThreads = 70;
    private const double UsualFramesPerSecond = 25;

    // Containers without an index only estimate how many frames they hold.
    private const double CompleteFrom = 0.95;

    private readonly Thinning _thinning = new(options.FramesPerSecond);
    private VideoCapture? _capture;
    private DateTimeOffset _startedAt;
    private TimeSpan _offset;
    private TimeSpan _position;
    private TimeSpan _frameTime;
    private long _grabbed;
    private long _announced;

    public SourceResult Open()
    {
        var result = OpenOnce();
        _startedAt = options.StartsAt ?? time.GetUtcNow();
        return result;
    }

    public SourceResult Read(Frame frame)
    {
        if (_capture is not { } capture)
            return SourceResult.Failed($"{path} is not open");
        while (capture.Grab())
        {
            Advance(capture);
            if (!_thinning.IsDue(_offset + _position))
                continue;
            if (!capture.Retrieve(frame.Pixels) || frame.Pixels.Empty())
                return new(SourceOutcome.Skipped);
            frame.CapturedAt = _startedAt + _offset + _position;
            return SourceResult.Done;
        }

        return AtEnd(frame);
    }

    public bool Interrupt() => false;

    public void Dispose() => _capture?.Dispose();

    private SourceResult OpenOnce()
    {
        _capture?.Dispose();
        _capture = null;
        var file = new FileInfo(path);
        if (!file.Exists)
            return SourceResult.Failed($"{path} does not exist");

        // Only the one backend: the others would take the name for a pattern or a device.
        var capture = new VideoCapture(path, VideoCaptureAPIs.FFMPEG, [DecoderThreads, 1]);
        if (!capture.IsOpened())
        {
            capture.Dispose();
            return SourceResult.Failed(file.Length == 0
                ? $"{path} is empty (0 bytes)"
                : $"{path} is not a video that can be decoded (AVI, MP4, MKV and the like)");
        }

        _capture = capture;
        var rate = capture.Fps;
        _frameTime = TimeSpan.FromSeconds(1 / (rate is > 0 and <= 1000 ? rate : UsualFramesPerSecond));
        _announced = capture.FrameCount;
        _grabbed = 0;
        return SourceResult.Done;
    }

    /// <summary>The container's own time where it rises, else one frame's time more.</summary>
    private void Advance(VideoCapture capture)
    {
        var told = TimeSpan.FromMilliseconds(capture.Get(VideoCaptureProperties.PosMsec));
        if (_grabbed == 0)
            _position = told > TimeSpan.Zero ? told : TimeSpan.Zero;
        else
            _position = told > _position ? told : _position + _frameTime;
        _grabbed++;
    }

    private SourceResult AtEnd(Frame frame)
    {
        if (_grabbed == 0)
            return SourceResult.Failed($"{path} holds no frame that can be decoded");
        if (_announced > 0 && _grabbed < (_announced * CompleteFrom) - 1)
            return SourceResult.Failed($"{path} ends after frame {_grabbed} of {_announced}: it is truncated or damaged");
        if (!options.Loop)
            return new(SourceOutcome.Ended);
        _offset += _position + _frameTime;
        var opened = OpenOnce();
        return opened.Outcome == SourceOutcome.Done ? Read(frame) : opened;
    }
}
