using System.Globalization;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Calibration;

/// <summary>
/// A ground plane from four or more measured points, with its error. Straight lines must be straight in the picture: the
/// distortion of wide lenses is not modelled and shows as error.
/// </summary>
public sealed class PointFit
{
    /// <summary>A homography has eight unknowns and a point gives two equations.</summary>
    public const int PointsMin = 4;

    /// <summary>Single precision is finer than a tenth of a millimetre up to here.</summary>
    private const float MetresMax = 1000;

    /// <summary>Of the short axis of a set of points to its long one.</summary>
    private const double WidthShareMin = 0.02;

    /// <summary>What a tape measure can tell apart.</summary>
    private const double TieMetres = 0.05;

    private PointFit(IReadOnlyList<MeasuredPoint> points, GroundPlane plane)
    {
        (Points, Plane) = (points, plane);
        ErrorsMetres = [.. points.Select(p => ErrorMetres(plane, p))];
        ErrorsShare = [.. points.Select(p => Length(plane.ToImage(p.Metres), p.Image))];
    }

    public GroundPlane Plane { get; }

    public IReadOnlyList<MeasuredPoint> Points { get; }

    /// <summary>Of each point: metres between where it was measured and where the plane puts it.</summary>
    public IReadOnlyList<double> ErrorsMetres { get; }

    /// <summary>The same in the picture, as a share of it (x in widths, y in heights).</summary>
    public IReadOnlyList<double> ErrorsShare { get; }

    /// <summary>
    /// Of each point: its error in metres under the plane of all the others, which had no chance to bend to it. Not a number
    /// where the others alone make no plane; empty with four points.
    /// </summary>
    public IReadOnlyList<double> LeftOutMetres { get; private init; } = [];

    /// <summary>Any plane goes through four points exactly, so that their errors are 0 and say nothing.</summary>
    public bool IsExact => Points.Count == PointsMin;

    public double RmsMetres => Math.Sqrt(ErrorsMetres.Average(e => e * e));

    public double LargestMetres => ErrorsMetres.Max();

    /// <summary>Root mean square of <see cref="LeftOutMetres"/>; not a number with four points.</summary>
    public double LeftOutRmsMetres
    {
        get
        {
            var known = LeftOutMetres.Where(double.IsFinite).ToArray();
            return known.Length == 0 ? double.NaN : Math.Sqrt(known.Average(e => e * e));
        }
    }

    /// <summary>Null and every fault, or the fit. Whether its error is small enough is asked of <see cref="Refusal"/>.</summary>
    /// <param name="aspect">Width of the frame over its height.</param>
    public static PointFit? Make(IReadOnlyList<MeasuredPoint> points, double aspect, out IReadOnlyList<PointFault> faults)
    {
        faults = [.. PlaceFaults(points), .. TwinFaults(points)];
        if (faults.Count == 0 && LineFault(points, aspect) is { } line)
            faults = [line];
        if (faults.Count > 0)
            return null;
        if (PlaneOf(points) is not { } plane)
        {
            faults = [new PointFault(null, "no camera sees such a ground: some of its points would lie behind it.", "Two points are swapped, or an x for a y; compare each with the picture.")];
            return null;
        }

        return new PointFit(points, plane) { LeftOutMetres = points.Count == PointsMin ? [] : [.. points.Select((p, i) => LeftOut(points, i, p))] };
    }

    /// <summary>Null where no point is further off than <paramref name="errorMetresMax"/>; else which point is worst, and what to do.</summary>
    public PointFault? Refusal(double errorMetresMax)
    {
        if (LargestMetres <= errorMetresMax)
            return null;
        var without = Points.Select((_, i) => Make([.. Points.Where((_, k) => k != i)], 1, out var _)?.LargestMetres ?? double.PositiveInfinity).ToArray();
        var best = without.Min();
        // Any four points fit exactly, so of five none can be accused; and points in rows can fit without this one or without that one.
        var isOpen = Points.Count == PointsMin + 1;
        var suspects = Enumerable.Range(0, Points.Count).Where(i => isOpen || without[i] <= best + TieMetres).OrderByDescending(i => ErrorsMetres[i]).ToArray();
        var worst = suspects[0];
        var cure = suspects.Length == 1
            ? $"Measure it again, or leave it out: then the largest error is {Metres(best)}."
            : isOpen
                ? "Measure it again, and a sixth point: six can tell which one is wrong."
                : $"Measure it again, and further points: point {string.Join(" or ", suspects[1..].Order())} could be wrong instead.";
        return new PointFault(
            worst,
            $"does not fit the others: the plane is off by up to {Metres(LargestMetres)}, more than errorMetresMax {Metres(errorMetresMax)}.",
            cure);
    }

    private static IEnumerable<PointFault> PlaceFaults(IReadOnlyList<MeasuredPoint> points)
    {
        if (points.Count < PointsMin)
            yield return new PointFault(null, $"has {points.Count} points; a plane needs four.", "Measure four or more, the fifth shows the error.");
        for (var i = 0; i < points.Count; i++)
        {
            var (image, metres) = points[i];
            if (!(image.X is >= 0 and <= 1 && image.Y is >= 0 and <= 1))
                yield return new PointFault(i, "lies outside the picture.", "image: is in shares of the picture, 0..1, not pixels.");
            if (!(Math.Abs(metres.X) <= MetresMax && Math.Abs(metres.Y) <= MetresMax))
                yield return new PointFault(i, "is further than 1,000 m from the origin.", "Count metres from a corner of the place, not from a map's origin.");
        }
    }

    private static IEnumerable<PointFault> TwinFaults(IReadOnlyList<MeasuredPoint> points)
    {
        for (var i = 0; i < points.Count; i++)
        {
            for (var k = 0; k < i; k++)
            {
                if (Length(points[i].Image, points[k].Image) < 0.005)
                    yield return new PointFault(i, $"is the same place in the picture as point {k}.", "Take one of them away, or correct it.");
                else if (Length(points[i].Metres, points[k].Metres) < 0.05)
                    yield return new PointFault(i, $"is the same place on the ground as point {k}.", "Take one of them away, or correct it.");
            }
        }
    }

    /// <summary>All points on one line fix no plane, and neither do all but one.</summary>
    private static PointFault? LineFault(IReadOnlyList<MeasuredPoint> points, double aspect)
    {
        for (var left = -1; left < points.Count; left++)
        {
            var rest = points.Where((_, i) => i != left).ToArray();
            var isLine = WidthShare(rest.Select(p => ((double)p.Image.X * aspect, (double)p.Image.Y))) < WidthShareMin
                || WidthShare(rest.Select(p => ((double)p.Metres.X, (double)p.Metres.Y))) < WidthShareMin;
            if (isLine)
                return new PointFault(null, left < 0 ? "all points lie on one line." : $"all points but point {left} lie on one line.", "Measure points that span an area, such as the corners of a crossing.");
        }

        return null;
    }

    private static double WidthShare(IEnumerable<(double X, double Y)> points)
    {
        var all = points.ToArray();
        var (x, y) = (all.Average(p => p.X), all.Average(p => p.Y));
        var (xx, yy, xy) = (all.Sum(p => (p.X - x) * (p.X - x)), all.Sum(p => (p.Y - y) * (p.Y - y)), all.Sum(p => (p.X - x) * (p.Y - y)));
        var (mean, half) = ((xx + yy) / 2, Math.Sqrt((((xx - yy) / 2) * ((xx - yy) / 2)) + (xy * xy)));
        return Math.Sqrt(Math.Max(0, mean - half) / (mean + half));
    }

    /// <summary>Null where the points leave the plane open, or some of them would lie behind the camera.</summary>
    private static GroundPlane? PlaneOf(IReadOnlyList<MeasuredPoint> points)
    {
        if (Homography.Fit(points) is not { } h)
            return null;
        var depths = points.Select(p => (h[6] * p.Image.X) + (h[7] * p.Image.Y) + h[8]).ToArray();
        var isInFront = depths.All(d => d > 0) || depths.All(d => d < 0);
        return isInFront && IsInvertible(h) ? new GroundPlane(h, points[0].Image) : null;
    }

    private static bool IsInvertible(double[] h)
    {
        var determinant = (h[0] * ((h[4] * h[8]) - (h[5] * h[7]))) - (h[1] * ((h[3] * h[8]) - (h[5] * h[6]))) + (h[2] * ((h[3] * h[7]) - (h[4] * h[6])));
        var size = h.Max(Math.Abs);
        return Math.Abs(determinant) > 1e-11 * size * size * size;
    }

    private static double LeftOut(IReadOnlyList<MeasuredPoint> points, int index, MeasuredPoint point)
    {
        MeasuredPoint[] others = [.. points.Where((_, i) => i != index)];
        return LineFault(others, 1) is null && PlaneOf(others) is { } plane ? ErrorMetres(plane, point) : double.NaN;
    }

    private static double ErrorMetres(GroundPlane plane, MeasuredPoint point) =>
        plane.TryToMetres(point.Image, out var there) ? Length(there, point.Metres) : double.PositiveInfinity;

    private static double Length(Point a, Point b) => Math.Sqrt(((b.X - a.X) * (b.X - a.X)) + ((b.Y - a.Y) * (b.Y - a.Y)));

    private static string Metres(double metres) => string.Create(CultureInfo.InvariantCulture, $"{metres:0.00} m");
}
