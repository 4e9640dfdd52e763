using MathNet.Numerics.Distributions;
using SocialCredit.Edge.Anonymisation;

namespace SocialCredit.Edge.Audit.Measures;

/// <summary>How many come by chance where a known number comes on average: Poisson's law, by its table.</summary>
internal sealed class PoissonCount(double mean, IRandomSource coins)
{
    private readonly double[] _below = [.. Enumerable.Range(0, (int)(mean + 12 * Math.Sqrt(mean))).Select(n => Poisson.CDF(mean, n))];

    public int Draw()
    {
        var at = Array.BinarySearch(_below, (coins.Below(int.MaxValue) + 0.5) / int.MaxValue);
        return at >= 0 ? at : ~at;
    }
}
