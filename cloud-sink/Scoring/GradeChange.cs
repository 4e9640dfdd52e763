using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Scoring;

/// <summary>What would give a zone the letter above or below: the points, and the behaviour that is nearest to doing it alone.</summary>
/// <param name="To">The letter.</param>
/// <param name="Points">Points from here to it; negative for a worse letter.</param>
/// <param name="Lever">The behaviour whose rate has to change least in proportion; null if none can do it alone.</param>
/// <param name="Rate">The rate per 1,000 passages at which it would be done; 0 without a lever.</param>
internal sealed record GradeChange(Grade To, double Points, BehaviourScore? Lever, double Rate)
{
    /// <summary>The letter above; null for the best.</summary>
    public static GradeChange? Better(ZoneScore score)
    {
        if (score.Band == Grade.A)
            return null;
        var to = score.Band - 1;
        return Towards(score, to, GradeRule.FloorOf(to));
    }

    /// <summary>The letter below; null for the worst.</summary>
    public static GradeChange? Worse(ZoneScore score) =>
        score.Band >= Grade.E ? null : Towards(score, score.Band + 1, GradeRule.FloorOf(score.Band));

    private static GradeChange Towards(ZoneScore score, Grade to, double threshold)
    {
        var unclamped = ScoreCalculator.Neutral + score.Behaviours.Sum(behaviour => behaviour.Points);
        var points = threshold - unclamped;
        BehaviourScore? lever = null;
        double rate = 0, least = double.PositiveInfinity;
        foreach (var behaviour in score.Behaviours)
        {
            if (behaviour.Weight <= 0)
                continue;
            var sign = behaviour.Sign == PolicySign.Good ? 1 : -1;
            var excess = sign * (behaviour.Points + points) / behaviour.Weight;
            if (excess is < ScoreCalculator.ExcessMin or > ScoreCalculator.ExcessMax)
                continue;
            var needed = behaviour.Reference * (1 + excess);
            var effort = Math.Abs(needed - behaviour.Rate) / behaviour.Reference;
            if (effort < least)
                (lever, rate, least) = (behaviour, needed, effort);
        }

        return new GradeChange(to, points, lever, rate);
    }
}
