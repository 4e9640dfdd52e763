namespace SocialCredit.Edge.Behaviour.Calibration;

/// <summary>Middle and spread that a few wild values do not move.</summary>
internal static class Robust
{
    public static double Median(IEnumerable<double> values) => Quantile(values, 0.5);

    /// <summary>Nearest rank; not a number of nothing.</summary>
    public static double Quantile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }

    /// <summary>Standard deviation as the median absolute deviation tells it of normal values (Huber, Robust Statistics, 5.1).</summary>
    public static double Sigma(IReadOnlyCollection<double> values)
    {
        var middle = Median(values);
        return 1.4826 * Median(values.Select(v => Math.Abs(v - middle)));
    }

    /// <summary>Square near 0, straight beyond the bend (Huber 1964).</summary>
    public static double Huber(double sigmas, double bend)
    {
        var size = Math.Abs(sigmas);
        return size <= bend ? size * size : (2 * bend * size) - (bend * bend);
    }
}
