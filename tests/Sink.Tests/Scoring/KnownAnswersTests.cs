using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Tests.Scoring;

/// <summary>Figures worked out by hand from the formula of contract.md, section 5.</summary>
public sealed class KnownAnswersTests
{
    private static readonly DateOnly Today = new(2026, 11, 22);

    [Fact]
    public void Without_noise_the_textbook_case_scores_52_point_4()
    {
        var score = Score(double.PositiveInfinity, 48, 2, 360);

        // Z = 64 / (64 + 2 * 8) = 0.8; rates 5.6, 0.3 and 42; variance 4.752 + 8.704 + 0.44 = 13.896.
        Assert.Equal(52.4, score.Score, 1e-9);
        Assert.Equal(1.645 * Math.Sqrt(13.896), score.HalfWidth, 1e-9);
        Assert.Equal([5.6, 0.3, 42], score.Behaviours.Select(b => Math.Round(b.Rate, 9)));
        Assert.Equal([-4.8, 3.2, 4.0], score.Behaviours.Select(b => Math.Round(b.Points, 9)));
        Assert.Equal(Grade.C, score.Grade);
    }

    [Fact]
    public void Noise_of_variance_20_on_each_count_pulls_towards_50_and_widens_the_interval()
    {
        // The variance is v times the released windows: with 20 / v of them it is 20. Twenty windows make it so.
        var score = Score(EpsilonOfVariance(1), 48, 2, 360, released: 20);

        Assert.Equal(51.267760, score.Score, 1e-6);
        Assert.Equal(10.9555, score.HalfWidth, 1e-4);
        Assert.Equal(Grade.U, score.Grade);
        Assert.Equal(UngradedReasons.IntervalTooWide, score.Ungraded);
    }

    [Fact]
    public void A_hundredfold_count_costs_two_weights_and_no_more()
    {
        var score = Score(double.PositiveInfinity, 400, 4, 240);

        Assert.Equal(26.0, score.Score, 1e-9);
        Assert.Equal([-24.0, 0.0, 0.0], score.Behaviours.Select(b => b.Points));
    }

    [Fact]
    public void Epsilon_of_0_point_6_gives_a_variance_of_5_point_39()
    {
        Assert.Equal(5.3918466, ScoreCalculator.NoiseVariance(0.6), 1e-6);
        Assert.Equal(0, ScoreCalculator.NoiseVariance(double.PositiveInfinity));
    }

    [Fact]
    public void Without_data_a_zone_scores_50_with_the_interval_of_not_knowing()
    {
        var score = new ScoreCalculator(Policies.Textbook(), Calibration.None).Compute("crossing-north", [], Today);

        // Variance of the prior: sum of w^2 / (r beta) = 18 + 64 + 100 / 60.
        Assert.Equal(50, score.Score);
        Assert.Equal(1.645 * Math.Sqrt(18 + 64 + 100 / 60.0), score.HalfWidth, 1e-9);
        Assert.Equal(Grade.U, score.Grade);
        Assert.Equal(3, score.Behaviours.Count);
    }

    [Fact]
    public void A_day_weighs_half_after_28_days()
    {
        var policy = Policies.Textbook(double.PositiveInfinity);
        var score = new ScoreCalculator(policy, Calibration.None)
            .Compute("crossing-north", [Rows.Day(Today.AddDays(-28), 8000, (48, 2, 360))], Today);

        // E = 4, E2 = 2: Z = 16 / (16 + 4) = 0.8; the rates are those of today.
        Assert.Equal(4, score.Exposure, 1e-12);
        Assert.Equal(52.4, score.Score, 1e-9);
        Assert.Equal(16 / 20.0, score.Behaviours[0].Credibility, 1e-12);
    }

    [Fact]
    public void The_calibration_scales_the_count_and_its_noise()
    {
        var policy = Policies.Textbook(EpsilonOfVariance(1));
        var half = new Calibration(new Dictionary<string, IReadOnlyDictionary<string, double>>
        {
            ["crossing-north"] = new Dictionary<string, double> { ["red_crossing"] = 0.5 },
        });

        var score = new ScoreCalculator(policy, half)
            .Compute("crossing-north", [Rows.Day(Today, 8000, (96, 2, 360), released: 20)], Today);

        // D = 48, V = 0.25 * 20 = 5: Z = 64 / (64 + 2 * (8 + 5 / 4)) = 64 / 82.5.
        Assert.Equal(64 / 82.5, score.Behaviours[0].Credibility, 1e-9);
        Assert.Equal(4 + 64 / 82.5 * 2, score.Behaviours[0].Rate, 1e-9);
    }

    [Fact]
    public void Negative_noised_counts_are_kept()
    {
        var score = Score(double.PositiveInfinity, -8, 4, 240);

        // mu = 4 + 0.8 * (-1 - 4) = 0: no floor at a count of nothing.
        Assert.Equal(0, score.Behaviours[0].Rate, 1e-12);
        Assert.Equal(12, score.Behaviours[0].Points, 1e-9);
    }

    [Fact]
    public void Rows_after_the_day_are_ignored()
    {
        var calculator = new ScoreCalculator(Policies.Textbook(), Calibration.None);
        var today = Rows.Day(Today, 8000, (48, 2, 360));

        var alone = calculator.Compute("crossing-north", [today], Today);
        var withTomorrow = calculator.Compute("crossing-north", [Rows.Day(Today.AddDays(1), 9000, (900, 9, 9)), today], Today);

        Assert.Equal(alone.Score, withTomorrow.Score);
        Assert.Equal(alone.HalfWidth, withTomorrow.HalfWidth);
    }

    [Fact]
    public void A_behaviour_that_was_not_measured_is_no_part_of_the_sum()
    {
        var policy = Policies.Textbook(double.PositiveInfinity);
        var row = new DayRow(Today, 24, 24, 8000, new Dictionary<string, long> { ["red_crossing"] = 48 });

        var score = new ScoreCalculator(policy, Calibration.None).Compute("crossing-north", [row], Today);

        Assert.Equal(50 - 4.8, score.Score, 1e-9);
        Assert.Equal(1.645 * Math.Sqrt(4.752), score.HalfWidth, 1e-9);
        Assert.Single(score.Behaviours);
    }

    [Fact]
    public void A_day_without_a_behaviour_does_not_dilute_its_rate()
    {
        var policy = Policies.Textbook(double.PositiveInfinity);
        var calculator = new ScoreCalculator(policy, Calibration.None);
        var measured = Rows.Day(Today, 8000, (48, 2, 360));
        var without = new DayRow(Today.AddDays(-1), 24, 24, 8000, new Dictionary<string, long> { ["yielded"] = 240 });

        var score = calculator.Compute("crossing-north", [measured, without], Today);

        Assert.Equal(5.6, score.Behaviours[0].Rate, 1e-9);
    }

    [Fact]
    public void Two_rows_of_one_day_are_refused()
    {
        var row = Rows.Day(Today, 8000, (48, 2, 360));
        var calculator = new ScoreCalculator(Policies.Textbook(), Calibration.None);

        var thrown = Assert.Throws<ArgumentException>(() => calculator.Compute("crossing-north", [row, row], Today));

        Assert.Contains("two rows of 2026-11-22", thrown.Message, StringComparison.Ordinal);
    }

    private static ZoneScore Score(double epsilon, long red, long littering, long yielded, int released = 20) =>
        new ScoreCalculator(Policies.Textbook(epsilon), Calibration.None)
            .Compute("crossing-north", [Rows.Day(Today, 8000, (red, littering, yielded), released)], Today);

    /// <summary>2 q / (1 - q)^2 = v solved for q, then epsilon = -ln q.</summary>
    private static double EpsilonOfVariance(double variance) =>
        -Math.Log((1 + variance - Math.Sqrt(1 + 2 * variance)) / variance);
}
