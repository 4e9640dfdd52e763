using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Calibration;

/// <summary>
/// The homography that fits four or more measured points best: direct linear transformation on normalised points (Hartley and
/// Zisserman, Multiple View Geometry, 2nd ed., algorithm 4.2 with the normalisation of section 4.4).
/// </summary>
internal static class Homography
{
    /// <summary>Of the second smallest singular value to the largest: below, more than one plane fits.</summary>
    private const double UniqueMin = 1e-4;

    /// <summary>0..1 of the frame to metres, row by row; null where the points leave it open.</summary>
    public static double[]? Fit(IReadOnlyList<MeasuredPoint> points)
    {
        var image = Normalisation.Of(points.Select(p => p.Image));
        var ground = Normalisation.Of(points.Select(p => p.Metres));
        var (values, vectors) = SymmetricEigen.Of(NormalMatrix(points, image, ground));
        var isUnique = Math.Sqrt(Math.Max(0, values[1])) > UniqueMin * Math.Sqrt(values[^1]);
        if (!isUnique)
            return null;
        var h = new double[9];
        for (var i = 0; i < 9; i++)
            h[i] = vectors[i, 0];
        return Denormalise(h, image, ground);
    }

    private static double[,] NormalMatrix(IReadOnlyList<MeasuredPoint> points, Normalisation image, Normalisation ground)
    {
        var sum = new double[9, 9];
        Span<double> row = stackalloc double[9];
        foreach (var point in points)
        {
            var (x, y) = image.Apply(point.Image);
            var (u, v) = ground.Apply(point.Metres);
            ReadOnlySpan<double> across = [x, y, 1, 0, 0, 0, -u * x, -u * y, -u];
            ReadOnlySpan<double> along = [0, 0, 0, x, y, 1, -v * x, -v * y, -v];
            across.CopyTo(row);
            AddSquare(sum, row);
            along.CopyTo(row);
            AddSquare(sum, row);
        }

        return sum;
    }

    private static void AddSquare(double[,] sum, ReadOnlySpan<double> row)
    {
        for (var i = 0; i < 9; i++)
        {
            for (var j = 0; j < 9; j++)
                sum[i, j] += row[i] * row[j];
        }
    }

    /// <summary>Inverse of the ground's normalisation, times h, times the image's.</summary>
    private static double[] Denormalise(double[] h, Normalisation image, Normalisation ground)
    {
        var result = new double[9];
        for (var row = 0; row < 3; row++)
        {
            var (a, b, c) = (h[(3 * row) + 0] * image.Scale, h[(3 * row) + 1] * image.Scale, h[(3 * row) + 2]);
            result[(3 * row) + 0] = a;
            result[(3 * row) + 1] = b;
            result[(3 * row) + 2] = c - (a * image.X) - (b * image.Y);
        }

        for (var column = 0; column < 3; column++)
        {
            var w = result[6 + column];
            result[column] = (result[column] / ground.Scale) + (ground.X * w);
            result[3 + column] = (result[3 + column] / ground.Scale) + (ground.Y * w);
        }

        return result;
    }

    /// <summary>Moves the centroid to the origin and the mean distance from it to the square root of 2.</summary>
    private readonly record struct Normalisation(double X, double Y, double Scale)
    {
        public static Normalisation Of(IEnumerable<Point> points)
        {
            var all = points.ToArray();
            var (x, y) = (all.Average(p => (double)p.X), all.Average(p => (double)p.Y));
            return new Normalisation(x, y, Math.Sqrt(2) / all.Average(p => Math.Sqrt(((p.X - x) * (p.X - x)) + ((p.Y - y) * (p.Y - y)))));
        }

        public (double X, double Y) Apply(Point p) => ((p.X - X) * Scale, (p.Y - Y) * Scale);
    }
}
