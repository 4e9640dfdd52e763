using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Tests.Scoring;

public sealed class ExplanationTests
{
    private static readonly DateOnly Today = new(2026, 11, 22);

    [Fact]
    public void The_sentence_names_every_number_of_the_score()
    {
        Assert.Equal(
            "C (52.4 +- 6.1): red crossing 5.6 per 1,000 against 4.0 (-4.8); "
            + "littering 0.30 per 1,000 against 0.50 (+3.2); yielded 42.0 per 1,000 against 30.0 (+4.0)",
            Explanation.Sentence(Score((48, 2, 360))));
    }

    [Fact]
    public void It_says_what_would_change_the_grade()
    {
        Assert.Equal(
            [
                "B from 55: 2.6 points more, for example red crossing at 4.7 per 1,000 instead of 5.6.",
                "D below 45: more than 7.4 points less, for example red crossing at 8.1 per 1,000 instead of 5.6.",
            ],
            Explanation.Changes(Score((48, 2, 360))));
    }

    [Fact]
    public void It_says_why_there_is_no_grade()
    {
        var nothing = new ScoreCalculator(Policies.Textbook(), Calibration.None).Compute("crossing-north", [], Today);

        Assert.Equal(
            [
                "Ungraded: a grade needs 2 thousand passages, this place has no passages.",
                "Ungraded: the interval of +- 15.0 is wider than the +- 10 that a grade allows.",
                "Ungraded: only 0 % of the windows were released; a grade needs half of them.",
            ],
            Explanation.Reservations(nothing));
    }

    [Fact]
    public void Too_little_data_is_said_before_any_number()
    {
        var few = new ScoreCalculator(Policies.Textbook(), Calibration.None)
            .Compute("crossing-north", [Rows.Day(Today, 21, (0, 0, 1))], Today);

        Assert.StartsWith("Too little data for a grade (21 passages). U (", Explanation.Sentence(few), StringComparison.Ordinal);
        Assert.StartsWith("Rests on 21 passages (", Explanation.Data(few), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-0.003, "no passages")]
    [InlineData(0.001, "1 passage")]
    [InlineData(0.021, "21 passages")]
    [InlineData(0.9994, "999 passages")]
    [InlineData(0.9996, "1.0 thousand passages")]
    [InlineData(8, "8.0 thousand passages")]
    public void Passages_below_a_thousand_are_counted_one_by_one(double thousands, string text) =>
        Assert.Equal(text, Explanation.Passages(thousands));

    [Theory]
    [InlineData(4, "4.0")]
    [InlineData(0.3, "0.30")]
    [InlineData(0.04, "0.04")]
    [InlineData(-0.5, "-0.50")]
    [InlineData(0, "0.0")]
    public void A_rate_keeps_the_digits_that_matter(double rate, string text) => Assert.Equal(text, Explanation.Rate(rate));

    private static ZoneScore Score((long, long, long) counts) =>
        new ScoreCalculator(Policies.Textbook(double.PositiveInfinity), Calibration.None)
            .Compute("crossing-north", [Rows.Day(Today, 8000, counts)], Today);
}
