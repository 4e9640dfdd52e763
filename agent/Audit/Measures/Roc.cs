namespace SocialCredit.Edge.Audit.Measures;

/// <summary>How well a score tells two worlds apart.</summary>
internal static class Roc
{
    /// <summary>
    /// The chance that the score is higher where it should be, ties counted half (Mann and Whitney, Annals of Mathematical
    /// Statistics 1947): the area under the curve of hits over false alarms. 0.5 is guessing.
    /// </summary>
    public static double Area(IReadOnlyList<double> without, IReadOnlyList<double> with)
    {
        var area = 0.0;
        foreach (var step in Steps(without, with))
            area += (double)step.With * (step.BelowWithout + step.Without / 2.0);
        return area / ((double)without.Count * with.Count);
    }

    /// <summary>Hits over false alarms, from (0, 0) to (1, 1).</summary>
    public static List<(double X, double Y)> Curve(IReadOnlyList<double> without, IReadOnlyList<double> with)
    {
        List<(double X, double Y)> curve = [(1, 1)];
        var (left, leftWith) = (without.Count, with.Count);
        foreach (var step in Steps(without, with))
        {
            (left, leftWith) = (left - step.Without, leftWith - step.With);
            curve.Add(((double)left / without.Count, (double)leftWith / with.Count));
        }

        curve.Reverse();
        return curve;
    }

    /// <summary>The largest area that epsilon permits: e^epsilon / (1 + e^epsilon) = 1/2 + (e^epsilon - 1) / (2 (e^epsilon + 1)).</summary>
    /// <remarks>Hits are at most e^epsilon a and at most 1 - (1 - a) / e^epsilon at a false alarms (Wasserman and Zhou, "A
    /// statistical framework for differential privacy", 2010); the area under those two lines is this. It is also the largest share
    /// of right guesses of a bit that is 0 or 1 with equal odds.</remarks>
    public static double AreaMax(double epsilon) => 1 / (1 + Math.Exp(-epsilon));

    /// <summary>Those two lines.</summary>
    public static List<(double X, double Y)> CurveMax(double epsilon) =>
        [(0, 0), (1 - AreaMax(epsilon), AreaMax(epsilon)), (1, 1)];

    /// <summary>Every score that came, from low to high: how often in each world, and how often a lower one without.</summary>
    private static IEnumerable<(int Without, int With, int BelowWithout)> Steps(IReadOnlyList<double> without, IReadOnlyList<double> with)
    {
        var (one, two) = (without.Order().ToArray(), with.Order().ToArray());
        var (i, j) = (0, 0);
        while (i < one.Length || j < two.Length)
        {
            var at = Math.Min(i < one.Length ? one[i] : double.PositiveInfinity, j < two.Length ? two[j] : double.PositiveInfinity);
            var (fromI, fromJ) = (i, j);
            while (i < one.Length && one[i] <= at)
                i++;
            while (j < two.Length && two[j] <= at)
                j++;
            yield return (i - fromI, j - fromJ, fromI);
        }
    }
}
