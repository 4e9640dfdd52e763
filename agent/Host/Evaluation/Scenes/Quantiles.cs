namespace SocialCredit.Edge.Host.Evaluation.Scenes;

/// <summary>A distribution as 13 rising numbers: the least, each tenth, and of the last tenth also 95 % and 99 %, then the greatest.</summary>
internal static class Quantiles
{
    public const int Count = 13;

    private static readonly double[] Shares = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1];

    /// <summary>Of some numbers, sorted on the way; zeros of none.</summary>
    public static double[] Of(List<double> values)
    {
        values.Sort();
        return [.. Shares.Select(share => values.Count == 0 ? 0 : values[(int)(share * (values.Count - 1))])];
    }

    /// <summary>The number below which a share of all lies, straight between those given.</summary>
    public static double At(IReadOnlyList<double> quantiles, double share)
    {
        var i = 1;
        while (i < Count - 1 && share > Shares[i])
            i++;
        return quantiles[i - 1] + (quantiles[i] - quantiles[i - 1]) * (share - Shares[i - 1]) / (Shares[i] - Shares[i - 1]);
    }
}
