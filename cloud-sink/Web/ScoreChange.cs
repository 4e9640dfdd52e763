using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>One score against another: of the same place on two days, or of two places on one.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The second.</param>
public sealed record ScoreChange(ZoneScore From, ZoneScore To)
{
    public double Points => To.Score - From.Score;

    /// <summary>
    /// 90 % interval of the difference of two places, whose errors have nothing to do with each other. Of one place on two days it is too wide,
    /// since both rest on the same records in part.
    /// </summary>
    public double HalfWidth => Math.Sqrt(From.HalfWidth * From.HalfWidth + To.HalfWidth * To.HalfWidth);

    /// <summary>More than chance alone does in nine of ten cases.</summary>
    public bool IsClear => Math.Abs(Points) > HalfWidth;

    /// <summary>Every behaviour that either has, in the order of the second.</summary>
    public IEnumerable<(string Name, BehaviourScore? From, BehaviourScore? To)> Behaviours()
    {
        foreach (var to in To.Behaviours)
            yield return (to.Name, From.Behaviours.FirstOrDefault(from => from.Name == to.Name), to);
        foreach (var from in From.Behaviours.Where(from => To.Behaviours.All(to => to.Name != from.Name)))
            yield return (from.Name, from, null);
    }
}
