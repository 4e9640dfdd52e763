using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Tests.Serving;
using SocialCredit.Edge.Sink.Web;

namespace SocialCredit.Edge.Sink.Tests.Web;

/// <summary>What the pages draw, as numbers.</summary>
public sealed class DrawingTests
{
    private static readonly ScoreCalculator Calculator = new(new ScoreRules(TestCity.Policy, Calibration.None));

    [Theory]
    [InlineData(48, 2, 360)]
    [InlineData(0, 0, 0)]
    [InlineData(9000, 900, 0)]
    public void The_steps_of_a_waterfall_go_from_50_to_the_score_and_fit_its_width(long red, long litter, long yielded)
    {
        var score = Calculator.Compute("crossing-north", [Row(8000, red, litter, yielded)], new DateOnly(2026, 11, 22));

        var fall = new Waterfall(score);

        var at = ScoreCalculator.Neutral;
        foreach (var step in fall.Steps)
        {
            Assert.Equal(at, step.From);
            Assert.InRange(fall.Percent(step.From), 0, 100);
            Assert.InRange(fall.Percent(step.To), 0, 100);
            at = step.To;
        }

        Assert.Equal(score.Score, at, 1);
        Assert.Equal(fall.Steps.Count(step => step.Behaviour is null), score.Score is 0 or 100 ? 1 : 0);
    }

    [Fact]
    public void A_difference_is_clear_only_beyond_both_intervals_together()
    {
        var day = new DateOnly(2026, 11, 22);
        var good = Calculator.Compute("crossing-north", [Row(800_000, 800, 100, 40_000)], day);
        var bad = Calculator.Compute("plaza-edge", [Row(800_000, 8000, 900, 12_000)], day);
        var near = Calculator.Compute("plaza-edge", [Row(80_000, 81, 10, 4_000)], day);

        Assert.True(new ScoreChange(good, bad).IsClear);
        Assert.False(new ScoreChange(good, near).IsClear);
        Assert.Equal(bad.Score - good.Score, new ScoreChange(good, bad).Points);
    }

    [Fact]
    public void Places_on_the_plan_stand_inside_of_it_and_north_is_above()
    {
        MapPoint[] points = [Point(51.30, 12.30), Point(51.40, 12.50), Point(51.35, 12.40)];

        var plan = new MapPlan(points);

        Assert.All(plan.Marks, mark => Assert.True(mark.X is > 0 and < MapPlan.Width && mark.Y is > 0 and < MapPlan.Height));
        Assert.True(plan.Marks[1].Y < plan.Marks[0].Y);
        Assert.True(plan.Marks[1].X > plan.Marks[0].X);
        Assert.Single(new MapPlan([Point(51.3, 12.3), Point(51.3, 12.3)]).Marks);
        Assert.InRange(new MapPlan([.. Enumerable.Range(0, 4000).Select(i => Point(51 + i % 64 / 64.0, 12 + i / 64 / 64.0))]).Marks.Count, 20, 200);
    }

    [Fact]
    public void Policies_differ_in_what_was_added_changed_and_taken_out()
    {
        var before = TestCity.Policy;
        var after = before with
        {
            HalfLifeDays = 14,
            Behaviours = new OrderedDictionary<string, PolicyBehaviour>
            {
                ["red_crossing"] = before.Behaviours["red_crossing"] with { Weight = 9 },
                ["wrong_way"] = new() { Sign = PolicySign.Bad, Weight = 4, Reference = 2 },
                ["yielded"] = before.Behaviours["yielded"],
                ["waited_on_red"] = before.Behaviours["waited_on_red"],
            },
        };

        var found = PolicyDifference.Between(before, after).Select(one => (one.Behaviour, one.What, one.Before, one.After)).ToList();

        Assert.Contains((null, "halfLifeDays", "28", "14"), found);
        Assert.Contains(("red_crossing", "weight", "12", "9"), found);
        Assert.Contains(("wrong_way", "reference", null, "2"), found);
        Assert.Contains(("littering", "sign", "bad", null), found);
        Assert.DoesNotContain(found, one => one.Behaviour == "yielded");
        Assert.Empty(PolicyDifference.Between(before, before with { Id = "p-9" }));
    }

    private static DayRow Row(long passages, long red, long litter, long yielded) => new(
        new DateOnly(2026, 11, 22), 24, 24, passages,
        new Dictionary<string, long> { ["red_crossing"] = red, ["littering"] = litter, ["yielded"] = yielded, ["waited_on_red"] = passages * 9 / 100 });

    private static MapPoint Point(double latitude, double longitude) => new("crossing-north", "", latitude, longitude, Grade.C, 50);
}
