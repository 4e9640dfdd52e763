using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>A score as steps from 50: one for each behaviour, in the policy's order, and one where it is held at 0 or 100.</summary>
internal sealed class Waterfall
{
    private const double Step = 5, SpanMin = 20, Shown = 0.05;

    public Waterfall(ZoneScore score)
    {
        var at = ScoreCalculator.Neutral;
        var steps = new List<WaterfallStep>();
        foreach (var behaviour in score.Behaviours)
        {
            steps.Add(new WaterfallStep(behaviour, at, at + behaviour.Points));
            at += behaviour.Points;
        }

        if (Math.Abs(score.Score - at) >= Shown)
            steps.Add(new WaterfallStep(null, at, score.Score));
        Steps = steps;
        var ends = steps.SelectMany(step => new[] { step.From, step.To }).Append(ScoreCalculator.Neutral).ToList();
        var (low, high) = (ends.Min(), ends.Max());
        var spare = Math.Max(0, SpanMin - (high - low)) / 2;
        Low = Math.Floor((low - spare) / Step) * Step;
        High = Math.Ceiling((high + spare) / Step) * Step;
    }

    public IReadOnlyList<WaterfallStep> Steps { get; }

    /// <summary>The score at the left edge.</summary>
    public double Low { get; }

    /// <summary>The score at the right edge.</summary>
    public double High { get; }

    /// <summary>Share of the width, 0..100.</summary>
    public double Percent(double score) => (score - Low) / (High - Low) * 100;
}

/// <param name="Behaviour">Null where the score is held at 0 or 100.</param>
/// <param name="From">Before it.</param>
/// <param name="To">After it.</param>
internal sealed record WaterfallStep(BehaviourScore? Behaviour, double From, double To)
{
    public double Points => To - From;
}
