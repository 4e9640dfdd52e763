using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Audit.Measures;

namespace SocialCredit.Edge.Agent.Tests.Anonymisation;

/// <summary>The two scales of the device are held against their law by the audit, see <c>PrivacyAuditTests</c>.</summary>
public sealed class DiscreteLaplaceTests
{
    private const int Draws = 1_000_000;

    [Fact]
    public void Draws_of_a_scale_without_a_fraction_follow_the_distribution() =>
        Assert.InRange(Tail(Draw(1, 1, new SeededRandom(13)), epsilon: 1), 0.001, 0.999);

    [Fact]
    public void The_operating_systems_chance_follows_it_too() =>
        // Not seeded, so the bar is where one run in a hundred million would fall outside.
        Assert.True(Tail(Draw(5, 3, new OsRandom(), draws: 100_000), epsilon: 0.6) > 1e-8);

    [Theory]
    [InlineData(5, 2, 21, 12.33)]
    [InlineData(5, 3, 22, 5.39)]
    public void Mean_and_variance_are_those_of_the_scale(int numerator, int denominator, int seed, double stated)
    {
        var seen = Draw(numerator, denominator, new SeededRandom(seed));

        var q = Math.Exp(-(double)denominator / numerator);
        var variance = 2 * q / ((1 - q) * (1 - q));
        var mean = seen.Sum(bin => (double)bin.Key * bin.Value) / Draws;
        var spread = seen.Sum(bin => (bin.Key - mean) * (bin.Key - mean) * bin.Value) / Draws;

        Assert.Equal(stated, variance, 0.01);
        Assert.InRange(mean, -5 * Math.Sqrt(variance / Draws), 5 * Math.Sqrt(variance / Draws));
        Assert.InRange(spread / variance, 0.985, 1.015);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(-5, 2)]
    public void A_scale_that_is_not_positive_is_refused(int numerator, int denominator) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiscreteLaplace(numerator, denominator, new SeededRandom(1)));

    private static Dictionary<long, int> Draw(int numerator, int denominator, IRandomSource random, int draws = Draws)
    {
        var noise = new DiscreteLaplace(numerator, denominator, random);
        Dictionary<long, int> seen = [];
        for (var i = 0; i < draws; i++)
        {
            var x = noise.Draw();
            seen[x] = seen.GetValueOrDefault(x) + 1;
        }

        return seen;
    }

    private static double Tail(Dictionary<long, int> seen, double epsilon)
    {
        var (chiSquare, freedom) = Fit.ChiSquare(seen, x => Fit.DiscreteLaplace(x, epsilon));
        return Fit.ChiSquareTail(chiSquare, freedom);
    }
}
