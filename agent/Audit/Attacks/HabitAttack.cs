using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Audit.Measures;
using SocialCredit.Edge.Audit.Plots;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Audit.Attacks;

/// <summary>Has somebody come on v days, and crossed on red each time? v visits permit v times epsilon, and no more.</summary>
internal sealed class HabitAttack : IAttack
{
    private const int DaysMax = 60, Others = 100, OnRed = 5;

    /// <summary>Who is right this often, of two worlds, knows.</summary>
    private const double Detected = 0.9;

    /// <summary>For chance; and where a mutant is broken and not lucky.</summary>
    private const double Slack = 0.01, CaughtFrom = 0.05;

    public string Name => "habit over days";

    public string Knows => "Adds up the same hour of v days: did one come each day and cross on red, or not at all?";

    public Outcome Run(Device device, IRandomSource coins, Effort effort)
    {
        var exact = Areas(device, effort.Of(200, 1_000, 10_000), new Exact());
        var above = Math.Max(0, exact.Max(point => point.Y - Roc.AreaMax(point.X)));
        List<Curve> curves = [new Curve("knows everyone else exactly", exact)];
        var says = $"v visits permit v times epsilon, v = 1 to {DaysMax}. Someone who knows everyone else exactly finds such a habit (AUC {Detected}) from {From(exact)} on.";
        if (effort != Effort.Mutant)
        {
            var rate = Areas(device, effort.Of(0, 300, 2_000), new RateOnly(coins));
            curves.Add(new Curve("knows the exact base rate", rate));
            says += $" Someone who knows the exact base rate only ({Others} passages and {OnRed} of them on red an hour, by chance) finds "
                + $"it from {From(rate)} on.";
        }

        return new Outcome(
            [Figure.AtMost("AUC above the permitted", above, Slack, CaughtFrom)],
            new Plot(
                "A habit of v days", "v, days", "AUC", curves,
                [new Curve("what v times epsilon 1.0 permits", [.. Enumerable.Range(1, DaysMax).Select(v => ((double)v, Roc.AreaMax(v)))])]),
            says);
    }

    private static List<(double X, double Y)> Areas(Device device, int habits, IKnowledge knowledge)
    {
        var (without, with) = (new double[habits], new double[habits]);
        var areas = new List<(double X, double Y)>();
        for (var day = 1; day <= DaysMax; day++)
        {
            for (var i = 0; i < habits; i++)
            {
                without[i] += knowledge.Score(device.Publish(knowledge.Others()));
                with[i] += knowledge.Score(device.Publish(knowledge.Others().And(new Group(1, Deeds.OnRed))));
            }

            areas.Add((day, Roc.Area(without, with)));
        }

        return areas;
    }

    private static string From(List<(double X, double Y)> areas)
    {
        var first = areas.FindIndex(point => point.Y >= Detected);
        return first < 0 ? $"no day of {DaysMax}" : $"{first + 1} days";
    }

    private interface IKnowledge
    {
        Happenings Others();

        /// <summary>Of one day; the higher, the more it looks as if one more had been there.</summary>
        double Score(EventRecord[] records);
    }

    private sealed class Exact : IKnowledge
    {
        public Happenings Others() => Happenings.Crowd(HabitAttack.Others, OnRed);

        public double Score(EventRecord[] records) => Evidence.OfPassage(records, HabitAttack.Others) + Evidence.OfDeed(records, OnRed);
    }

    /// <summary>The others come by chance, so their spread hides the one as the noise does.</summary>
    private sealed class RateOnly(IRandomSource coins) : IKnowledge
    {
        // Variance of the others and of the noise, 2q / (1-q)^2 with q = e^-epsilon.
        private const double PassagesSpread = HabitAttack.Others + 12.33, DeedsSpread = OnRed + 5.39;

        private readonly PoissonCount _passing = new(HabitAttack.Others - OnRed, coins);
        private readonly PoissonCount _onRed = new(OnRed, coins);

        public Happenings Others()
        {
            var onRed = _onRed.Draw();
            return Happenings.Crowd(_passing.Draw() + onRed, onRed);
        }

        public double Score(EventRecord[] records) => records.Where(record => record.Status == RecordStatus.Ok)
            .Sum(record => record.Passages / PassagesSpread + Evidence.Count(record) / DeedsSpread);
    }
}
