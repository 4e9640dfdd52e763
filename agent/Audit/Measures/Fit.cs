using MathNet.Numerics.Distributions;

namespace SocialCredit.Edge.Audit.Measures;

/// <summary>Goodness of fit: whether chance is the chance that it should be.</summary>
internal static class Fit
{
    private const int ExpectedMin = 10;

    /// <summary>Pearson's statistic and its degrees of freedom; values expected fewer than 10 times are taken together at each end.</summary>
    /// <param name="seen">How often each value came.</param>
    /// <param name="probability">Of each value; symmetric about 0 and falling.</param>
    public static (double ChiSquare, int Freedom) ChiSquare(IReadOnlyDictionary<long, int> seen, Func<long, double> probability)
    {
        double draws = seen.Values.Sum();
        var edge = 0L;
        while (draws * probability(edge + 1) >= ExpectedMin)
            edge++;
        var (chiSquare, inside) = (0.0, 0.0);
        for (var x = -edge; x <= edge; x++)
        {
            var expected = draws * probability(x);
            chiSquare += Share(seen.GetValueOrDefault(x), expected);
            inside += expected;
        }

        // Both tails are equally likely.
        var tail = (draws - inside) / 2;
        chiSquare += Share(seen.Where(bin => bin.Key < -edge).Sum(bin => bin.Value), tail);
        chiSquare += Share(seen.Where(bin => bin.Key > edge).Sum(bin => bin.Value), tail);
        return (chiSquare, (int)(2 * edge) + 2);
    }

    /// <summary>The probability of a chi-square at least so great.</summary>
    public static double ChiSquareTail(double chiSquare, int freedom) => 1 - ChiSquared.CDF(freedom, chiSquare);

    /// <summary>Probability of each value of discrete Laplace noise: q = e^-epsilon.</summary>
    public static double DiscreteLaplace(long x, double epsilon)
    {
        var q = Math.Exp(-epsilon);
        return (1 - q) / (1 + q) * Math.Pow(q, Math.Abs(x));
    }

    /// <summary>The probability of a largest distance at least so great between two samples of one distribution.</summary>
    public static double SameTail(IEnumerable<double> first, IEnumerable<double> second)
    {
        var (one, two) = (first.Order().ToArray(), second.Order().ToArray());
        var (distance, i, j) = (0.0, 0, 0);
        while (i < one.Length && j < two.Length)
        {
            var at = Math.Min(one[i], two[j]);
            while (i < one.Length && one[i] <= at)
                i++;
            while (j < two.Length && two[j] <= at)
                j++;
            distance = Math.Max(distance, Math.Abs((double)i / one.Length - (double)j / two.Length));
        }

        return KolmogorovTail(distance, (double)one.Length * two.Length / (one.Length + two.Length));
    }

    /// <summary>Kolmogorov's series in Stephens' form for finite samples (Journal of the Royal Statistical Society B, 1970).</summary>
    private static double KolmogorovTail(double distance, double size)
    {
        var scaled = distance * (Math.Sqrt(size) + 0.12 + 0.11 / Math.Sqrt(size));

        // The series does not settle for distances so small that their probability is 1.
        if (scaled < 0.2)
            return 1;
        var tail = 0.0;
        for (var k = 1; k <= 100; k++)
            tail += (k % 2 == 1 ? 2 : -2) * Math.Exp(-2 * k * k * scaled * scaled);
        return Math.Clamp(tail, 0, 1);
    }

    private static double Share(int count, double expected) => (count - expected) * (count - expected) / expected;
}
