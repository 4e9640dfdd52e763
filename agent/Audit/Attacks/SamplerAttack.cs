using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Audit.Measures;
using SocialCredit.Edge.Audit.Plots;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Audit.Attacks;

/// <summary>Takes the known truth off what is published: what is left must be discrete Laplace noise of the stated epsilons.</summary>
internal sealed class SamplerAttack : IAttack
{
    private const int Others = 100, OnRed = 5, ShownMax = 12;
    private const double TailMin = 0.001, TailMax = 0.999;

    public string Name => "sampler";

    public string Knows => "Takes the true counts off the published ones: is what is left the stated noise?";

    public bool IsOfChance => true;

    public Outcome Run(Device device, IRandomSource coins, Effort effort)
    {
        var draws = effort.Of(5_000, 200_000, 1_000_000);
        var says = $"{draws:N0} draws of each.";
        var (passages, deeds) = Draw(device, draws);
        if (!IsStated(passages, Evidence.EpsilonPassages) || !IsStated(deeds, Evidence.EpsilonCounts))
        {
            // An honest sampler is outside four times in a thousand; two times in a row, less than once in 50,000.
            says += " A first try was outside of the bar, so they were drawn once more.";
            (passages, deeds) = Draw(device, draws);
        }

        return new Outcome(
            [
                Figure.Between("chi-square p, passages", Tail(passages, Evidence.EpsilonPassages), TailMin, TailMax),
                Figure.Between("chi-square p, counts", Tail(deeds, Evidence.EpsilonCounts), TailMin, TailMax),
            ],
            new Plot(
                "The noise", "added to the truth", "share of the draws",
                [Seen("on counts, epsilon 0.6", deeds), Seen("on passages, epsilon 0.4", passages)],
                [Stated(Evidence.EpsilonCounts), Stated(Evidence.EpsilonPassages)]),
            says);
    }

    private static (Dictionary<long, int> Passages, Dictionary<long, int> Deeds) Draw(Device device, int draws)
    {
        var (passages, deeds) = (new Dictionary<long, int>(), new Dictionary<long, int>());
        var crowd = Happenings.Crowd(Others, OnRed);
        for (var i = 0; i < draws; i++)
        {
            foreach (var record in device.Publish(crowd).Where(record => record.Status == RecordStatus.Ok))
            {
                Add(passages, record.Passages - Others);
                Add(deeds, Evidence.Count(record) - OnRed);
            }
        }

        return (passages, deeds);
    }

    private static void Add(Dictionary<long, int> seen, long noise) => seen[noise] = seen.GetValueOrDefault(noise) + 1;

    private static bool IsStated(Dictionary<long, int> seen, double epsilon) => Tail(seen, epsilon) is >= TailMin and <= TailMax;

    private static double Tail(Dictionary<long, int> seen, double epsilon)
    {
        var (chiSquare, freedom) = Fit.ChiSquare(seen, x => Fit.DiscreteLaplace(x, epsilon));
        return Fit.ChiSquareTail(chiSquare, freedom);
    }

    private static Curve Seen(string name, Dictionary<long, int> seen)
    {
        double draws = seen.Values.Sum();
        return new Curve(name, [.. Enumerable.Range(-ShownMax, 2 * ShownMax + 1).Select(x => ((double)x, seen.GetValueOrDefault(x) / draws))]);
    }

    private static Curve Stated(double epsilon) => new(
        $"stated, epsilon {epsilon:0.0}",
        [.. Enumerable.Range(-ShownMax, 2 * ShownMax + 1).Select(x => ((double)x, Fit.DiscreteLaplace(x, epsilon)))]);
}
