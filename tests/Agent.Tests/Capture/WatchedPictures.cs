using OpenCvSharp;
using SocialCredit.Edge.Capture;

namespace SocialCredit.Edge.Tests.Capture;

/// <summary>A picture watch that is shown pictures, two a second, and what it said of them.</summary>
internal sealed class WatchedPictures : IDisposable
{
    public const double Step = 0.5;

    private readonly List<Mat> _kept = [];
    private double _seconds;

    public WatchedPictures(CameraOptions? options = null)
    {
        options ??= CameraRig.Options("usb:0");
        Watch = new PictureWatch(options, new PrivacyMask(options.Masks));
    }

    /// <param name="pictures">To be kept, as copies; none is shown yet.</param>
    public WatchedPictures(IEnumerable<Mat> pictures)
        : this() => _kept.AddRange(pictures.Select(picture => picture.Clone()));

    public PictureWatch Watch { get; }

    /// <summary>All that was ever said but None.</summary>
    public HashSet<CameraTrouble> Said { get; } = [];

    public IReadOnlyList<Mat> Kept => _kept;

    /// <summary>Plays a clip to its end and keeps pictures from all over it.</summary>
    public WatchedPictures Play(string clip, int keptMax = 40)
    {
        using var video = new VideoCapture(clip, VideoCaptureAPIs.FFMPEG, [70, 1]);
        var step = Math.Max(1, (int)Math.Round(video.Fps * Step));
        var keepEvery = Math.Max(1, video.FrameCount / step / keptMax);
        for (var index = 0; video.Grab(); index++)
        {
            if (index % step != 0)
                continue;
            var picture = new Mat();
            video.Retrieve(picture);
            See(picture);
            if (index / step % keepEvery == 0)
                _kept.Add(picture);
            else
                picture.Dispose();
        }

        return this;
    }

    /// <summary>Shows the pictures in turn for so many seconds.</summary>
    /// <returns>The seconds until the watch said what is waited for; null where it did not.</returns>
    public double? Show(IReadOnlyList<Mat> pictures, double seconds, CameraTrouble? until = null)
    {
        var from = _seconds;
        for (var look = 0; _seconds - from < seconds; look++)
        {
            if (See(pictures[look % pictures.Count]) == until)
                return _seconds - from;
        }

        return null;
    }

    public CameraTrouble See(Mat picture)
    {
        _seconds += Step;
        var said = Watch.Observe(picture, DateTimeOffset.UnixEpoch.AddSeconds(_seconds));
        if (said != CameraTrouble.None)
            Said.Add(said);
        return said;
    }

    public void Dispose()
    {
        foreach (var picture in _kept)
            picture.Dispose();
    }
}
