namespace SocialCredit.Edge.Audit.Plots;

/// <summary>Figures of one attack as curves.</summary>
/// <param name="Title">What is shown.</param>
/// <param name="Across">Title of the axis across, with its unit.</param>
/// <param name="Up">Title of the axis up, with its unit.</param>
/// <param name="Curves">What was measured; the first is also drawn of each mutant that the attack caught.</param>
/// <param name="Bars">What must not be passed.</param>
internal sealed record Plot(string Title, string Across, string Up, IReadOnlyList<Curve> Curves, IReadOnlyList<Curve> Bars);

internal sealed record Curve(string Name, IReadOnlyList<(double X, double Y)> Points)
{
    /// <summary>The same value everywhere between two ends.</summary>
    public static Curve Level(string name, double value, double from, double to) => new(name, [(from, value), (to, value)]);

    /// <summary>The share of a sample below each value; at most 200 points.</summary>
    public static Curve Shares(string name, IEnumerable<double> sample)
    {
        double[] sorted = [.. sample.Order()];
        var step = Math.Max(1, sorted.Length / 200);
        return new Curve(name, [.. Enumerable.Range(0, sorted.Length).Where(i => i % step == 0).Select(i => (sorted[i], (double)i / sorted.Length))]);
    }
}
