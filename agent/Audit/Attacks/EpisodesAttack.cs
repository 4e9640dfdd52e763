using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Audit.Measures;
using SocialCredit.Edge.Audit.Plots;

namespace SocialCredit.Edge.Audit.Attacks;

/// <summary>Measures from below the epsilon of a person who is in episodes too: encounters, left objects, pulses.</summary>
internal sealed class EpisodesAttack : IAttack
{
    private const int Others = 100, OnRed = 5;

    /// <summary>Below this share of what is stated the attack has become blind.</summary>
    private const double SharpShare = 0.7;

    public string Name => "episodes";

    public string Knows => "As epsilon, of one person who crosses on red and is in j episodes of the same behaviour.";

    public Outcome Run(Device device, IRandomSource coins, Effort effort)
    {
        var runs = effort.Of(4_000, 20_000, 200_000);
        var crowd = Happenings.Crowd(Others, OnRed);
        WorldSample Play(Happenings world) => WorldSample.Of(device, world, runs, (Others, OnRed));
        var without = Play(crowd);
        var (figures, curves, bars) = (new List<Figure>(), new List<Curve>(), new List<Curve>());
        foreach (var episodes in (int[])[1, 2])
        {
            var stated = Evidence.EpsilonPassages + Evidence.EpsilonCounts * (1 + episodes);
            var person = crowd.And(new Group(1, Deeds.OnRed)) with { Episodes = [.. Enumerable.Repeat(Deeds.Counted[0], episodes)] };
            var bound = EpsilonBound.Of(without, Play(person));
            figures.Add(Figure.Between(
                $"lower bound, j = {episodes}", bound.Value, SharpShare * stated, stated, stated + 0.3, "0.00"));
            curves.Add(new Curve($"j = {episodes}", bound.Curve));
            bars.Add(Curve.Level($"stated: {stated:0.0}", stated, 0, runs / 2.0));
        }

        return new Outcome(
            figures,
            new Plot("Epsilon of a person in j episodes, from below", "runs measured on, of each side", "lower bound of epsilon", curves, bars),
            "The statement is 0.4 + 0.6 (1 + j).");
    }
}
