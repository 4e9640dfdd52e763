namespace SocialCredit.Edge.Audit.Measures;

/// <summary>
/// The least epsilon that what was seen of two neighbouring worlds permits. An event that happens with p in one and q in the other
/// world needs epsilon of at least ln(p / q); which event tells most is chosen on the first half of the runs and measured on the
/// second (Ding and others, "Detecting Violations of Differential Privacy", CCS 2018; Jagielski, Ullman and Oprea, "Auditing
/// Differentially Private Machine Learning", NeurIPS 2020).
/// </summary>
internal sealed class EpsilonBound
{
    /// <summary>Chance of a bound above the truth: one in a hundred thousand, half of it for each of the two rates.</summary>
    public const double Doubt = 1e-5;

    private const int CutsMax = 24;
    private const int CurveSteps = 8;

    private EpsilonBound(IReadOnlyList<(double Runs, double Bound)> curve) => Curve = curve;

    /// <summary>The bound from the first so many of the runs of a side that were measured on.</summary>
    public IReadOnlyList<(double Runs, double Bound)> Curve { get; }

    /// <summary>From all of them.</summary>
    public double Value => Curve[^1].Bound;

    public static EpsilonBound Of(WorldSample without, WorldSample with)
    {
        var half = without.Runs / 2;
        var found = Choose(without, with, half);
        var (likely, rare) = found.IsWithOver ? (with, without) : (without, with);
        var (hits, falseHits) = (0, 0);
        var curve = new List<(double Runs, double Bound)>();
        for (var run = half; run < without.Runs; run++)
        {
            hits += found.Happens(likely, run) ? 1 : 0;
            falseHits += found.Happens(rare, run) ? 1 : 0;
            var measured = run - half + 1;
            if (measured % Math.Max(1, half / CurveSteps) == 0 || run == without.Runs - 1)
                curve.Add((measured, Bound(hits, falseHits, measured)));
        }

        return new EpsilonBound(curve);
    }

    private static double Bound(int hits, int falseHits, int runs) =>
        Math.Log(Math.Max(Rate.AtLeast(hits, runs, Doubt / 2), double.Epsilon) / Rate.AtMost(falseHits, runs, Doubt / 2));

    private static Event Choose(WorldSample without, WorldSample with, int half)
    {
        var best = (Score: double.NegativeInfinity, Event: new Event(0, IsUp: true, 0, 0, IsWithOver: true));
        var passageCuts = Cuts(without.Passages, with.Passages, half);
        for (var axis = 0; axis < without.Axes.Count; axis++)
        {
            var countCuts = Cuts(without.Axes[axis], with.Axes[axis], half);
            var (one, two) = (Grid(without, axis), Grid(with, axis));
            foreach (var isUp in (bool[])[true, false])
            {
                var (falseHits, hits) = (Sums(one, isUp), Sums(two, isUp));
                for (var i = 0; i <= passageCuts.Length; i++)
                {
                    for (var j = 0; j <= countCuts.Length; j++)
                    {
                        Consider(axis, isUp, (i, j), (hits[i, j], falseHits[i, j]), isWithOver: true);
                        Consider(axis, isUp, (i, j), (falseHits[i, j], hits[i, j]), isWithOver: false);
                    }
                }
            }

            void Consider(int axis, bool isUp, (int Passages, int Count) at, (int Likely, int Rare) hits, bool isWithOver)
            {
                var score = Promise(hits.Likely, hits.Rare);
                if (score <= best.Score)
                    return;
                best = (score, new Event(axis, isUp, Cut(passageCuts, at.Passages, isUp), Cut(countCuts, at.Count, isUp), isWithOver));
            }

            int[,] Grid(WorldSample sample, int axis)
            {
                var grid = new int[passageCuts.Length + 1, countCuts.Length + 1];
                for (var run = 0; run < half; run++)
                    grid[Above(passageCuts, sample.Passages[run]), Above(countCuts, sample.Axes[axis][run])]++;
                return grid;
            }
        }

        return best.Event;
    }

    /// <summary>About what the lower bound will be: the log of the ratio, less four of its standard deviations.</summary>
    private static double Promise(int likely, int rare) =>
        Math.Log((likely + 0.5) / (rare + 0.5)) - 4 * Math.Sqrt(1 / (likely + 0.5) + 1 / (rare + 0.5));

    /// <summary>Values at equal shares of what came in both worlds, each once.</summary>
    private static double[] Cuts(double[] without, double[] with, int half)
    {
        double[] both = [.. without.Take(half).Concat(with.Take(half)).Where(double.IsFinite).Order()];
        return both.Length == 0
            ? []
            : [.. Enumerable.Range(0, CutsMax).Select(i => both[(int)((long)both.Length * i / CutsMax)]).Distinct()];
    }

    /// <summary>How many cuts are not above the value.</summary>
    private static int Above(double[] cuts, double value)
    {
        var found = Array.BinarySearch(cuts, value);
        return found >= 0 ? found + 1 : ~found;
    }

    /// <summary>The limit of "at least so many cuts" as "at least this", or of "at most so many" as "below this".</summary>
    private static double Cut(double[] cuts, int at, bool isUp) =>
        isUp ? at == 0 ? double.NegativeInfinity : cuts[at - 1] : at == cuts.Length ? double.PositiveInfinity : cuts[at];

    /// <summary>Of each cell, the runs in it and in all above it, or in all below it.</summary>
    private static int[,] Sums(int[,] grid, bool isUp)
    {
        var (rows, columns) = (grid.GetLength(0), grid.GetLength(1));
        var sums = (int[,])grid.Clone();
        var step = isUp ? 1 : -1;
        for (var i = isUp ? rows - 2 : 1; i >= 0 && i < rows; i -= step)
        {
            for (var j = 0; j < columns; j++)
                sums[i, j] += sums[i + step, j];
        }

        for (var j = isUp ? columns - 2 : 1; j >= 0 && j < columns; j -= step)
        {
            for (var i = 0; i < rows; i++)
                sums[i, j] += sums[i, j + step];
        }

        return sums;
    }

    /// <param name="Axis">Of <see cref="WorldSample.Axes"/>.</param>
    /// <param name="IsUp">Passages and count at least so many; otherwise both below, or nothing released.</param>
    /// <param name="PassagesCut">Of the passages.</param>
    /// <param name="CountCut">Of the count.</param>
    /// <param name="IsWithOver">It is the world with the attacked one in which this comes more often.</param>
    private sealed record Event(int Axis, bool IsUp, double PassagesCut, double CountCut, bool IsWithOver)
    {
        public bool Happens(WorldSample sample, int run)
        {
            var (passages, count) = (sample.Passages[run], sample.Axes[Axis][run]);
            return IsUp ? passages >= PassagesCut && count >= CountCut : passages < PassagesCut && count < CountCut;
        }
    }
}
