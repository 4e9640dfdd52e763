namespace SocialCredit.Edge.Domain;

/// <summary>
/// Where on the ground a foot point stands, in metres: a plane homography (Hartley and Zisserman, Multiple View Geometry, 2nd
/// ed., section 2.3) from 0..1 of the frame to the ground. The origin and the axes are those of whoever measured.
/// </summary>
public sealed class GroundPlane
{
    private readonly double[] _toGround;
    private readonly double[] _toImage;

    /// <param name="imageToGround">Row by row, 3x3. Its sign is chosen by this constructor so that <paramref name="visible"/> is in front.</param>
    /// <param name="visible">A point of the frame, 0..1, of which it is known that it shows ground.</param>
    /// <exception cref="ArgumentException">Not nine finite numbers, or no plane: the matrix has no inverse.</exception>
    public GroundPlane(ReadOnlySpan<double> imageToGround, Point visible)
    {
        if (imageToGround.Length != 9)
            throw new ArgumentException("A homography has nine numbers.", nameof(imageToGround));
        var h = imageToGround.ToArray();
        if (h[6] * visible.X + h[7] * visible.Y + h[8] < 0)
        {
            for (var i = 0; i < h.Length; i++)
                h[i] = -h[i];
        }

        _toGround = h;
        _toImage = Inverse(h) ?? throw new ArgumentException("The homography has no inverse: the points lie on one line.", nameof(imageToGround));
    }

    /// <summary>The homography, row by row: 0..1 of the frame to metres.</summary>
    public ReadOnlySpan<double> ImageToGround => _toGround;

    /// <summary>A plan drawn to scale, seen from straight above.</summary>
    /// <param name="widthMetres">Of the ground that the whole frame shows.</param>
    /// <param name="heightMetres">The same, from top to bottom.</param>
    public static GroundPlane FromAbove(double widthMetres, double heightMetres) =>
        new([widthMetres, 0, 0, 0, heightMetres, 0, 0, 0, 1], new Point(0.5f, 0.5f));

    /// <summary>Metres of a point in 0..1 of the frame; false on or above the horizon, where there is no ground.</summary>
    public bool TryToMetres(Point image, out Point metres)
    {
        var w = _toGround[6] * image.X + _toGround[7] * image.Y + _toGround[8];
        if (!(w > 1e-9))
        {
            metres = new Point(float.NaN, float.NaN);
            return false;
        }

        metres = new Point(
            (float)((_toGround[0] * image.X + _toGround[1] * image.Y + _toGround[2]) / w),
            (float)((_toGround[3] * image.X + _toGround[4] * image.Y + _toGround[5]) / w));
        return true;
    }

    /// <summary>The place in the frame, 0..1 and beyond, of a point of the ground; not a number where the camera cannot see it.</summary>
    public Point ToImage(Point metres)
    {
        var w = _toImage[6] * metres.X + _toImage[7] * metres.Y + _toImage[8];
        var x = (_toImage[0] * metres.X + _toImage[1] * metres.Y + _toImage[2]) / w;
        var y = (_toImage[3] * metres.X + _toImage[4] * metres.Y + _toImage[5]) / w;
        var isVisible = _toGround[6] * x + _toGround[7] * y + _toGround[8] > 0;
        return isVisible ? new Point((float)x, (float)y) : new Point(float.NaN, float.NaN);
    }

    /// <summary>Metres on the ground between two points of the frame; not a number where one of them shows no ground.</summary>
    public float Distance(Point a, Point b)
    {
        TryToMetres(a, out var from);
        TryToMetres(b, out var to);
        var (x, y) = (to.X - from.X, to.Y - from.Y);
        return MathF.Sqrt(x * x + y * y);
    }

    private static double[]? Inverse(double[] m)
    {
        double[] adjugate =
        [
            m[4] * m[8] - m[5] * m[7], m[2] * m[7] - m[1] * m[8], m[1] * m[5] - m[2] * m[4],
            m[5] * m[6] - m[3] * m[8], m[0] * m[8] - m[2] * m[6], m[2] * m[3] - m[0] * m[5],
            m[3] * m[7] - m[4] * m[6], m[1] * m[6] - m[0] * m[7], m[0] * m[4] - m[1] * m[3],
        ];
        var determinant = m[0] * adjugate[0] + m[1] * adjugate[3] + m[2] * adjugate[6];
        var size = m.Max(Math.Abs);
        if (!double.IsFinite(determinant) || Math.Abs(determinant) <= 1e-12 * size * size * size)
            return null;
        return [.. adjugate.Select(a => a / determinant)];
    }
}
