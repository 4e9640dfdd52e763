using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Agent.Tests.Anonymisation;
using SocialCredit.Edge.Audit;
using SocialCredit.Edge.Audit.Attacks;
using SocialCredit.Edge.Audit.Measures;

namespace SocialCredit.Edge.Agent.Tests.Audit;

/// <summary>What an audit measures with, against known answers.</summary>
public sealed class MeasuresTests
{
    // Two-sided 95 % limits; of 0 in n they are 1 - 0.025^(1/n).
    [Theory]
    [InlineData(5, 10, 0.18709, 0.81291)]
    [InlineData(0, 10, 0, 0.30850)]
    [InlineData(10, 10, 0.69150, 1)]
    [InlineData(1, 1000, 0.0000253, 0.0055589)]
    public void Limits_of_a_rate_are_those_of_Clopper_and_Pearson(int hits, int runs, double low, double high)
    {
        Assert.Equal(low, Rate.AtLeast(hits, runs, 0.025), 5e-6);
        Assert.Equal(high, Rate.AtMost(hits, runs, 0.025), 5e-6);
    }

    [Fact]
    public void The_limits_of_the_smallest_doubt_leave_out_no_more_than_it()
    {
        // The chance of at least 1400 hits in 10000 at the lower limit is the doubt itself, by the definition of the limit.
        var low = Rate.AtLeast(1_400, 10_000, EpsilonBound.Doubt);

        var tail = 0.0;
        var logTerm = Enumerable.Range(1, 10_000).Sum(i => i <= 8_600 ? Math.Log(1 - low) : Math.Log(low))
            + Enumerable.Range(1, 1_400).Sum(i => Math.Log((10_000.0 - 1_400 + i) / i));
        for (var hits = 1_400; hits <= 10_000 && logTerm > -700; hits++)
        {
            tail += Math.Exp(logTerm);
            logTerm += Math.Log((10_000.0 - hits) / (hits + 1)) + Math.Log(low / (1 - low));
        }

        Assert.Equal(1, tail / EpsilonBound.Doubt, 1e-3);
    }

    [Theory]
    [InlineData(18.307, 10, 0.05)]
    [InlineData(29.588, 10, 0.001)]
    [InlineData(43.188, 60, 0.95)]
    public void The_tail_of_chi_square_is_that_of_the_tables(double chiSquare, int freedom, double tail) =>
        Assert.Equal(tail, Fit.ChiSquareTail(chiSquare, freedom), 1e-5 + tail / 1000);

    [Fact]
    public void Two_samples_of_one_law_look_the_same_and_a_shift_does_not()
    {
        var random = new SeededRandom(51);
        double[] Sample(int shift) => [.. Enumerable.Range(0, 1_000).Select(_ => (double)random.Below(600) + shift)];

        Assert.InRange(Fit.SameTail(Sample(0), Sample(0)), 0.01, 1);
        Assert.InRange(Fit.SameTail(Sample(0), Sample(90)), 0, 1e-6);
        Assert.Equal(1, Fit.SameTail([1, 2, 3], [1, 2, 3]));
    }

    [Fact]
    public void The_area_is_the_share_of_pairs_in_the_right_order_with_ties_as_half()
    {
        Assert.Equal(7.5 / 9, Roc.Area([1, 2, 3], [2, 4, 5]), 1e-12);
        Assert.Equal(0.5, Roc.Area([1, 1], [1, 1]));
        Assert.Equal([(0, 0), (0, 1 / 3.0), (0, 2 / 3.0), (1 / 3.0, 2 / 3.0), (2 / 3.0, 1), (1, 1)], Roc.Curve([1, 2, 3], [2, 4, 5]));
    }

    [Theory]
    [InlineData(1.0, 0.741)]
    [InlineData(0.6, 0.656)]
    public void The_bars_of_the_contract_are_what_epsilon_permits_and_a_hundredth(double epsilon, double bar)
    {
        Assert.Equal(0.5 + (Math.Exp(epsilon) - 1) / (2 * (Math.Exp(epsilon) + 1)), Roc.AreaMax(epsilon), 1e-12);
        Assert.Equal(bar, Roc.AreaMax(epsilon) + 0.01, 5e-4);

        var lines = Roc.CurveMax(epsilon);
        Assert.Equal(Roc.AreaMax(epsilon), lines.Zip(lines.Skip(1), (a, b) => (b.X - a.X) * (a.Y + b.Y) / 2).Sum(), 1e-12);
    }

    [Fact]
    public void The_bound_of_epsilon_is_below_the_truth_at_every_seed_and_not_far_below()
    {
        var crowd = Happenings.Crowd(100, onRed: 5);
        var bounds = Enumerable.Range(1, 20).Select(seed =>
        {
            var device = new Device(new SeededRandom(seed));
            return EpsilonBound.Of(Play(device, crowd), Play(device, crowd.And(new Group(1, Deeds.OnRed)))).Value;
        });

        Assert.All(bounds, bound => Assert.InRange(bound, 0.3, 1));
    }

    [Fact]
    public void Two_worlds_that_are_the_same_have_no_epsilon()
    {
        var (device, crowd) = (new Device(new SeededRandom(52)), Happenings.Crowd(100, onRed: 5));

        Assert.InRange(EpsilonBound.Of(Play(device, crowd), Play(device, crowd)).Value, double.MinValue, 0);
    }

    [Fact]
    public void The_same_seed_gives_the_same_figures()
    {
        static Outcome Run(int seed) =>
            new MembershipAttack().Run(new Device(new Chance(seed).InBlocks("device")), new Chance(seed).InBlocks("coins"), Effort.Mutant);

        Assert.Equal(Run(53).Figures, Run(53).Figures);
        Assert.NotEqual(Run(53).Figures, Run(54).Figures);
    }

    [Fact]
    public void Without_a_seed_the_device_draws_as_in_the_field_where_chance_is_the_question() =>
        Assert.IsType<OsRandom>(new Chance(null).AsInTheField("device"));

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(600_001)]
    public void Chance_in_blocks_is_uniform_below_any_limit(int limit)
    {
        var chance = new Chance(null).InBlocks("device");
        var drawn = Enumerable.Range(0, 100_000).Select(_ => (double)chance.Below(limit)).ToArray();

        // Not seeded: seven standard deviations, once in 400,000 million runs.
        var (mean, deviation) = ((limit - 1) / 2.0, Math.Sqrt((double)limit * limit - 1) / Math.Sqrt(12));
        Assert.Equal(mean, drawn.Average(), 7 * deviation / Math.Sqrt(drawn.Length));
        Assert.InRange(drawn.Max(), 0.99 * (limit - 1), limit - 1);
        Assert.InRange(drawn.Min(), 0, 0.01 * limit);
    }

    [Fact]
    public void A_count_by_chance_has_the_mean_and_the_variance_of_its_law()
    {
        var count = new PoissonCount(5, new SeededRandom(55));
        var drawn = Enumerable.Range(0, 20_000).Select(_ => (double)count.Draw()).ToArray();

        Assert.Equal(5, drawn.Average(), 0.08);
        Assert.Equal(5, drawn.Average(x => (x - 5) * (x - 5)), 0.25);
    }

    private static WorldSample Play(Device device, Happenings world) => WorldSample.Of(device, world, runs: 4_000, (100, 5));
}
