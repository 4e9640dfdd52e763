using OpenCvSharp;

namespace SocialCredit.Edge.Capture.Sources;

/// <summary>
/// The pictures of a folder (*.jpg, *.jpeg, *.png) by name, as if they were frames of a video. Decoded in this process, so no
/// camera in the field may be a folder.
/// </summary>
internal sealed class ImageFolderSource(string folder, CameraOptions options, TimeProvider time) : IFrameSource
{
    private const double UsualFramesPerSecond = 10;

    private readonly double _framesPerSecond = options.FramesPerSecond > 0 ? options.FramesPerSecond : UsualFramesPerSecond;
    private string[] _files = [];
    private DateTimeOffset _startedAt;
    private long _position;
    private long _decoded;

    public SourceResult Open()
    {
        if (!Directory.Exists(folder))
            return SourceResult.Failed($"{folder} does not exist");
        _files = [.. PictureFile.In(folder)];
        _startedAt = options.StartsAt ?? time.GetUtcNow();
        _position = 0;
        _decoded = 0;
        return _files.Length > 0 ? SourceResult.Done : SourceResult.Failed($"{folder} holds no *.jpg or *.png");
    }

    public SourceResult Read(Frame frame)
    {
        var isPassDone = _position > 0 && _position % _files.Length == 0;
        if (isPassDone && _decoded == 0)
            return SourceResult.Failed($"none of the {_files.Length} pictures in {folder} can be decoded");
        if (_position >= _files.Length && !options.Loop)
            return new(SourceOutcome.Ended);

        var file = _files[_position % _files.Length];
        frame.CapturedAt = _startedAt + TimeSpan.FromSeconds(_position / _framesPerSecond);
        _position++;
        using var decoded = Cv2.ImRead(file, ImreadModes.Color);
        if (decoded.Empty())
            return new(SourceOutcome.Skipped, $"{file} cannot be decoded");
        decoded.CopyTo(frame.Pixels);
        _decoded++;
        return SourceResult.Done;
    }

    public bool Interrupt() => false;

    public void Dispose()
    {
        // Nothing stays open between two pictures.
    }
}
