using OpenCvSharp;
using Area = System.Collections.Generic.IReadOnlyList<SocialCredit.Edge.Domain.Point>;

namespace SocialCredit.Edge.Capture;

/// <summary>
/// Blackens areas of a picture for good. Not a motion mask: what is under it has never been seen by a detector.
/// One pixel wider than drawn, so that nothing an edge touches stays visible.
/// </summary>
internal sealed class PrivacyMask(IReadOnlyList<Area> areas)
{
    private (int Start, int Length)[] _runs = [];
    private (int Width, int Height) _size;

    /// <param name="pixels">Three bytes a pixel, rows without gaps.</param>
    public void Apply(Mat pixels)
    {
        if (areas.Count == 0)
            return;
        if (_size != (pixels.Cols, pixels.Rows))
            FitTo(pixels.Cols, pixels.Rows);

        var bytes = pixels.AsSpan<byte>();
        foreach (var (start, length) in _runs)
            bytes.Slice(start, length).Clear();
    }

    private void FitTo(int width, int height)
    {
        using var drawn = new Mat(height, width, MatType.CV_8UC1, Scalar.Black);

        // One by one: drawn together, areas that overlap would cancel each other out.
        foreach (var area in areas)
            Cv2.FillPoly(drawn, [area.Select(p => new Point(Round(p.X, width), Round(p.Y, height)))], Scalar.White);
        using var wider = new Mat();
        Cv2.Dilate(drawn, wider, null);

        var covered = wider.AsSpan<byte>();
        var runs = new List<(int, int)>();
        for (var at = 0; at < covered.Length;)
        {
            var length = covered[at..].IndexOfAnyExcept(covered[at]);
            length = length < 0 ? covered.Length - at : length;
            if (covered[at] != 0)
                runs.Add((at * 3, length * 3));
            at += length;
        }

        _runs = [.. runs];
        _size = (width, height);
    }

    private static int Round(float part, int pixels) => (int)MathF.Round(part * pixels);
}
