using OpenCvSharp;

namespace SocialCredit.Edge.Capture;

/// <summary>
/// One picture and when it was taken. Whoever receives a frame disposes it; its pixels then go back to their pool
/// and neither they nor the frame may be touched again.
/// </summary>
public sealed class Frame : IDisposable
{
    private readonly FramePool? _pool;
    private int _isRented = 1;

    /// <summary>A frame outside of any pool: disposing it disposes its pixels.</summary>
    /// <param name="pixels">Blue, green, red, one byte each; the frame owns it from now on.</param>
    /// <param name="capturedAt">When the picture was taken.</param>
    /// <param name="index">0-based number of the frame in its source.</param>
    public Frame(Mat pixels, DateTimeOffset capturedAt, long index)
    {
        Pixels = pixels;
        CapturedAt = capturedAt;
        Index = index;
    }

    internal Frame(FramePool pool)
        : this(new Mat(), default, 0) => _pool = pool;

    /// <summary>Blue, green, red, one byte each, rows without gaps.</summary>
    public Mat Pixels { get; }

    /// <summary>When the picture was taken.</summary>
    public DateTimeOffset CapturedAt { get; internal set; }

    /// <summary>0-based number of the frame among those its camera took; a gap is a frame that was dropped.</summary>
    public long Index { get; internal set; }

    /// <summary>False where the picture shows nothing of its place: black, frozen, dark, covered, blurred, or turned away.</summary>
    public bool ShowsPlace { get; internal set; } = true;

    public int Width => Pixels.Cols;

    public int Height => Pixels.Rows;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isRented, 0) == 0)
            return;
        if (_pool is null)
            Pixels.Dispose();
        else
            _pool.Return(this);
    }

    internal void MarkRented() => _isRented = 1;
}
