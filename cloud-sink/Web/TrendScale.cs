using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>The scores that a trend spans: one scale for the whole page, so that places can be compared by eye.</summary>
public sealed record TrendScale(double Low, double High)
{
    private const double Step = 10, SpanMin = 40;

    public static TrendScale For(IEnumerable<ZoneScore> scores)
    {
        double low = ScoreCalculator.Neutral - SpanMin / 2, high = ScoreCalculator.Neutral + SpanMin / 2;
        foreach (var score in scores)
        {
            low = Math.Min(low, score.Score - score.HalfWidth);
            high = Math.Max(high, score.Score + score.HalfWidth);
        }

        return new TrendScale(Math.Max(0, Math.Floor(low / Step) * Step), Math.Min(100, Math.Ceiling(high / Step) * Step));
    }

    /// <summary>Distance from the top of a drawing of a height.</summary>
    public double Y(double score, double height) => (High - Math.Clamp(score, Low, High)) / (High - Low) * height;
}
