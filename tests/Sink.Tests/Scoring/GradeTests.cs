using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Tests.Scoring;

public sealed class GradeTests
{
    private static readonly DateOnly First = new(2026, 9, 1);

    [Theory]
    [InlineData(100, "A")]
    [InlineData(65, "A")]
    [InlineData(64.999, "B")]
    [InlineData(55, "B")]
    [InlineData(54.999, "C")]
    [InlineData(45, "C")]
    [InlineData(44.999, "D")]
    [InlineData(35, "D")]
    [InlineData(34.999, "E")]
    [InlineData(0, "E")]
    public void Bands_begin_at_their_lower_end(double score, string band) =>
        Assert.Equal(band, GradeRule.BandOf(score).ToString());

    [Theory]
    [InlineData("CCDDC", "CCCCC")]
    [InlineData("CDDDD", "CCCDD")]
    [InlineData("CDDCDDD", "CCCCCCD")]
    [InlineData("CDEDEEE", "CCCCCCE")]
    [InlineData("CCUUC", "CCUUC")]
    [InlineData("UUBBC", "UUBBB")]
    [InlineData("CUD", "CUD")]
    public void A_letter_changes_on_the_third_day_in_a_row(string bands, string letters)
    {
        var rule = new GradeRule();

        var given = string.Concat(bands.Select(band => rule.After(Enum.Parse<Grade>(band.ToString())).ToString()));

        Assert.Equal(letters, given);
    }

    [Theory]
    [InlineData(10, 2, 0.5, UngradedReasons.None)]
    [InlineData(10.001, 2, 0.5, UngradedReasons.IntervalTooWide)]
    [InlineData(10, 1.999, 0.5, UngradedReasons.TooFewPassages)]
    [InlineData(10, 2, 0.499, UngradedReasons.TooFewReleased)]
    internal void Each_doubt_alone_takes_the_letter(double halfWidth, double exposure, double released, UngradedReasons why) =>
        Assert.Equal(why, GradeRule.WhyUngraded(halfWidth, exposure, released));

    [Fact]
    public void Less_than_half_of_the_windows_gives_U_and_exactly_half_a_letter()
    {
        var half = Enumerable.Range(0, 40).Select(i => Rows.Day(First.AddDays(i), 8000, (32, 4, 240), released: 12));
        var less = Enumerable.Range(0, 40).Select(i => Rows.Day(First.AddDays(i), 8000, (32, 4, 240), released: 11));
        var calculator = new ScoreCalculator(Policies.Textbook(), Calibration.None);

        Assert.Equal(Grade.C, calculator.Compute("crossing-north", half, First.AddDays(39)).Grade);
        Assert.Equal(Grade.U, calculator.Compute("crossing-north", less, First.AddDays(39)).Grade);
    }

    [Fact]
    public void The_letter_follows_the_score_three_days_late()
    {
        var rows = Enumerable.Range(0, 90).Select(i => Rows.Day(First.AddDays(i), 8000, (i < 40 ? 32 : 96, 4, 240)));
        var history = new ScoreCalculator(Policies.Textbook(), Calibration.None)
            .History("crossing-north", rows, First.AddDays(89));

        var crossed = history.ToList().FindIndex(day => day.Ungraded == UngradedReasons.None && day.Band == Grade.D);

        Assert.InRange(crossed, 41, 87);
        Assert.Equal([Grade.C, Grade.C, Grade.D], history.Skip(crossed).Take(3).Select(day => day.Grade));
    }
}
