namespace SocialCredit.Edge.Agent.Tests.Anonymisation;

/// <summary>Goodness of fit, for tests of chance.</summary>
internal static class Statistics
{
    /// <summary>Pearson's statistic and its degrees of freedom; values expected fewer than 10 times are taken together at each end.</summary>
    public static (double ChiSquare, int Freedom) ChiSquare(Dictionary<long, int> seen, int draws, Func<long, double> probability)
    {
        var edge = 0L;
        while (draws * probability(edge + 1) >= 10)
            edge++;
        var (chiSquare, inside, insideSeen) = (0.0, 0.0, 0);
        for (var x = -edge; x <= edge; x++)
        {
            var expected = draws * probability(x);
            var count = seen.GetValueOrDefault(x);
            chiSquare += (count - expected) * (count - expected) / expected;
            inside += expected;
            insideSeen += count;
        }

        // Both tails are equally likely.
        var tail = (draws - inside) / 2;
        var (low, high) = (seen.Where(bin => bin.Key < -edge).Sum(bin => bin.Value), seen.Where(bin => bin.Key > edge).Sum(bin => bin.Value));
        Assert.Equal(draws, insideSeen + low + high);
        chiSquare += ((low - tail) * (low - tail) + (high - tail) * (high - tail)) / tail;
        return (chiSquare, (int)(2 * edge) + 2);
    }

    /// <summary>The probability of a chi-square at least so great (Wilson and Hilferty's normal form, good to three digits here).</summary>
    public static double ChiSquareTail(double chiSquare, int freedom)
    {
        var spread = 2.0 / (9 * freedom);
        return NormalTail((Math.Cbrt(chiSquare / freedom) - (1 - spread)) / Math.Sqrt(spread));
    }

    /// <summary>The probability of a largest distance at least so great between a sample and the uniform distribution on 0..1.</summary>
    public static double KolmogorovTail(double[] sample)
    {
        Array.Sort(sample);
        var distance = 0.0;
        for (var i = 0; i < sample.Length; i++)
            distance = Math.Max(distance, Math.Max((i + 1.0) / sample.Length - sample[i], sample[i] - (double)i / sample.Length));
        var scaled = distance * (Math.Sqrt(sample.Length) + 0.12 + 0.11 / Math.Sqrt(sample.Length));
        var tail = 0.0;
        for (var k = 1; k <= 100; k++)
            tail += (k % 2 == 1 ? 2 : -2) * Math.Exp(-2 * k * k * scaled * scaled);
        return Math.Clamp(tail, 0, 1);
    }

    /// <summary>Simpson's rule over twelve standard deviations.</summary>
    private static double NormalTail(double z)
    {
        const int steps = 4000;
        var width = 12.0 / steps;
        var sum = 0.0;
        for (var i = 0; i <= steps; i++)
        {
            var x = Math.Abs(z) + i * width;
            var weight = i is 0 or steps ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * Math.Exp(-x * x / 2);
        }

        var tail = sum * width / 3 / Math.Sqrt(2 * Math.PI);
        return z >= 0 ? tail : 1 - tail;
    }
}
