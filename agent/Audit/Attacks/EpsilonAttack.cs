using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Audit.Measures;
using SocialCredit.Edge.Audit.Plots;

namespace SocialCredit.Edge.Audit.Attacks;

/// <summary>Measures from below the epsilon of one track-visit, at the number of passages where each step of the mechanism works.</summary>
internal sealed class EpsilonAttack : IAttack
{
    private const int OnRed = 5;
    private const double Stated = 1.00;

    /// <summary>A mutant is broken from here on; below the other, the attack has become blind.</summary>
    private const double CaughtFrom = 1.30, SharpFrom = 0.70;

    public string Name => "epsilon";

    public string Knows => "Knows everyone else exactly, plays the window with and without one track that does everything, and looks "
        + "for the event that tells most.";

    public Outcome Run(Device device, IRandomSource coins, Effort effort)
    {
        var runs = effort.Of(20_000, 20_000, 200_000);
        var bounds = new List<(string Name, EpsilonBound Bound)>();
        foreach (var (name, others) in Windows(effort))
        {
            var crowd = Happenings.Crowd(others, OnRed);
            WorldSample Play(Happenings world) => WorldSample.Of(device, world, runs, (others, OnRed));
            bounds.Add((name, EpsilonBound.Of(Play(crowd), Play(crowd.And(new Group(1, Deeds.Everything))))));
        }

        var most = bounds.Max(bound => bound.Bound.Value);
        return new Outcome(
            [Figure.Between("lower bound", most, SharpFrom, Stated, CaughtFrom, "0.00")],
            new Plot(
                "Epsilon of one track-visit, from below", "runs measured on, of each side", "lower bound of epsilon",
                [.. bounds.Select(bound => new Curve(bound.Name, bound.Bound.Curve))],
                [Curve.Level("stated: 1.0", Stated, 0, runs / 2.0), Curve.Level("mutants: 1.3", CaughtFrom, 0, runs / 2.0)]),
            $"{runs:N0} runs a side, half of them to choose the event; each bound is too high with a chance of at most 1 in 100,000.");
    }

    /// <summary>Far above the threshold, where everything is released; a mutant needs no more to be seen. Then at T and at k.</summary>
    private static IEnumerable<(string Name, int Others)> Windows(Effort effort)
    {
        yield return ("100 others", 100);
        if (effort == Effort.Mutant)
            yield break;
        yield return ("63 others, at T", 63);
        yield return ("29 others, at k", 29);
    }
}
