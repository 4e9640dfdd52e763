using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Simulation;

namespace SocialCredit.Edge.Sink.Tests.Scoring;

/// <summary>
/// A 90 % interval holds the truth nine times of ten: places whose true rates are drawn from what the credibility assumes (gamma, mean r, variance
/// r / beta), 28 days of counts with the noise of the records.
/// </summary>
public sealed class IntervalCoverageTests(ITestOutputHelper output)
{
    private const int Places = 2000, Days = 28, Windows = 20;

    // 99.9 % of a binomial of 2,000 with 0.9 lie within 0.9 +- 3.29 * sqrt(0.9 * 0.1 / 2000).
    private const double Margin = 0.0221;

    private static readonly DateOnly AsOf = new(2026, 11, 22);

    [Theory]
    [InlineData(300)]
    [InlineData(1500)]
    [InlineData(8000)]
    public void The_interval_holds_the_true_score_in_about_90_percent(int passagesADay)
    {
        var share = Coverage(passagesADay, Policy(0.6));

        output.WriteLine($"{passagesADay} passages a day: the 90 % interval holds the true score in {share:P1} of {Places} places");
        Assert.InRange(share, 0.9 - Margin, 0.9 + Margin);
    }

    [Fact]
    public void An_interval_that_forgets_the_noise_is_seen()
    {
        var share = Coverage(300, Policy(double.PositiveInfinity));

        output.WriteLine($"without the noise in it: {share:P1}");
        Assert.True(share < 0.9 - Margin, $"{share}");
    }

    private static double Coverage(int passagesADay, Policy scoredUnder)
    {
        var random = new SeededNoise(20261127);
        var calculator = new ScoreCalculator(scoredUnder, Calibration.None);
        var held = 0;
        for (var place = 0; place < Places; place++)
        {
            var rates = scoredUnder.Behaviours.ToDictionary(pair => pair.Key, pair => Gamma(random, pair.Value.Reference));
            var rows = Enumerable.Range(0, Days).Select(age => new DayRow(
                AsOf.AddDays(-age), 24, Windows, passagesADay, rates.ToDictionary(pair => pair.Key, pair => Count(random, pair.Value * passagesADay / 1000)))).ToList();
            var truth = 50 + scoredUnder.Behaviours.Sum(pair =>
                (pair.Value.Sign == PolicySign.Good ? 1 : -1) * pair.Value.Weight * Math.Clamp(rates[pair.Key] / pair.Value.Reference - 1, -1, 2));
            var score = calculator.Compute("place", rows, AsOf);
            if (Math.Abs(score.Score - truth) <= score.HalfWidth)
                held++;
        }

        return (double)held / Places;
    }

    private static long Count(SeededNoise random, double mean)
    {
        var count = random.Poisson(mean);
        for (var window = 0; window < Windows; window++)
            count += random.DiscreteLaplace(0.6);
        return count;
    }

    // Mean r and variance r / 2: shape 2 r, a whole number here, so a sum of exponentials of mean one half.
    private static double Gamma(SeededNoise random, double reference)
    {
        var sum = 0.0;
        for (var part = 0; part < 2 * reference; part++)
            sum += random.Exponential() / 2;
        return sum;
    }

    private static Policy Policy(double epsilon) => Policies.Textbook(epsilon) with
    {
        Behaviours = new OrderedDictionary<string, PolicyBehaviour>
        {
            ["red_crossing"] = new() { Sign = PolicySign.Bad, Weight = 12, Reference = 8 },
            ["littering"] = new() { Sign = PolicySign.Bad, Weight = 8, Reference = 4 },
            ["yielded"] = new() { Sign = PolicySign.Good, Weight = 10, Reference = 30 },
        },
    };
}
