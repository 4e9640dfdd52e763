using OpenCvSharp;
using SocialCredit.Edge.Capture;
using Point = SocialCredit.Edge.Domain.Point;

namespace SocialCredit.Edge.Inference.Evaluation;

/// <summary>
/// What lasts in a clip, as outlines: kerbs, walls, lanes. An edge (Canny, IEEE PAMI 1986) must be there in most of the frames that
/// were looked at, so whoever passes leaves no line. For pictures that show where zones lie without showing anybody.
/// </summary>
public sealed class EdgeLines : IDisposable
{
    private const int WidthMax = 640;
    private const double CannyLow = 40, CannyHigh = 110;

    /// <summary>Outlines shorter than this are texture.</summary>
    private const double LengthPixelsMin = 24;

    private readonly Mat _small = new();
    private readonly Mat _grey = new();
    private readonly Mat _edges = new();
    private readonly Mat _kernel = Cv2.GetStructuringElement(MorphShapes.Rect, new Size(3, 3));
    private Mat? _counts;
    private int _frames;

    /// <summary>Looks at one frame; all must be of one size.</summary>
    public void Add(Frame frame)
    {
        var scale = Math.Min(1.0, (double)WidthMax / frame.Width);
        Cv2.Resize(frame.Pixels, _small, default, scale, scale, InterpolationFlags.Area);
        Cv2.CvtColor(_small, _grey, ColorConversionCodes.BGR2GRAY);
        Cv2.GaussianBlur(_grey, _grey, new Size(5, 5), 0);
        Cv2.Canny(_grey, _edges, CannyLow, CannyHigh);
        // Sensor noise moves an edge by a pixel from frame to frame.
        Cv2.Dilate(_edges, _edges, _kernel);
        _counts ??= new Mat(_edges.Size(), MatType.CV_32F, Scalar.All(0));
        Cv2.Add(_counts, _edges, _counts, dtype: MatType.CV_32F);
        _frames++;
    }

    /// <summary>Closed outlines in 0..1 of the frame; none before the first frame.</summary>
    /// <param name="share">In this share of the frames an edge must have been there, 0..1.</param>
    public IReadOnlyList<IReadOnlyList<Point>> Lasting(double share = 0.7)
    {
        if (_counts is null)
            return [];
        using var lasting = new Mat();
        Cv2.Threshold(_counts, lasting, share * _frames * 255, 255, ThresholdTypes.Binary);
        lasting.ConvertTo(lasting, MatType.CV_8U);
        Cv2.FindContours(lasting, out var outlines, out _, RetrievalModes.List, ContourApproximationModes.ApproxNone);
        return [.. outlines
            .Where(outline => Cv2.ArcLength(outline, closed: true) >= 2 * LengthPixelsMin)
            .Select(outline => (IReadOnlyList<Point>)[.. Cv2.ApproxPolyDP(outline, 1, closed: true)
                .Select(p => new Point((float)p.X / lasting.Cols, (float)p.Y / lasting.Rows))])];
    }

    public void Dispose()
    {
        foreach (var mat in (Mat?[])[_small, _grey, _edges, _kernel, _counts])
            mat?.Dispose();
    }
}
