using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Scoring;

/// <summary>
/// The score of a zone: Buehlmann-Straub credibility with the privacy noise inside the credibility. A pure function of rows,
/// policy, calibration and day; sums run in the order of the days, so that the order of the rows does not change one bit.
/// </summary>
internal sealed class ScoreCalculator(ScoreRules rules)
{
    /// <summary>Points of a place at the reference rates.</summary>
    public const double Neutral = 50;

    /// <summary>Least and most that the rate may exceed the reference, as a share of it: one behaviour moves 3 weights at most.</summary>
    public const double ExcessMin = -1, ExcessMax = 2;

    public ScoreCalculator(Policy policy, Calibration calibration)
        : this(new ScoreRules(policy, calibration))
    {
    }

    /// <summary>Variance of the discrete Laplace noise on one count; 0 for an infinite epsilon.</summary>
    public static double NoiseVariance(double epsilon)
    {
        var q = Math.Exp(-epsilon);
        return 2 * q / ((1 - q) * (1 - q));
    }

    /// <summary>The score as of a day. Rows after it are ignored; without rows the score is 50.</summary>
    /// <exception cref="ArgumentException">Two rows are of one day.</exception>
    public ZoneScore Compute(string zone, IEnumerable<DayRow> rows, DateOnly asOf)
    {
        var fold = new ScoreFold(rules, zone);
        foreach (var (day, row) in Days(zone, rows, asOf))
            fold.Advance(day, row);
        return fold.Score();
    }

    /// <summary>The scores of every day from the first row to <paramref name="asOf"/>, at least that one.</summary>
    /// <exception cref="ArgumentException">Two rows are of one day.</exception>
    public IReadOnlyList<ZoneScore> History(string zone, IEnumerable<DayRow> rows, DateOnly asOf)
    {
        var fold = new ScoreFold(rules, zone);
        var history = new List<ZoneScore>();
        foreach (var (day, row) in Days(zone, rows, asOf))
        {
            fold.Advance(day, row);
            history.Add(fold.Score());
        }

        return history;
    }

    /// <summary>The numbers alone of every day from the first row to <paramref name="asOf"/>, one by one, so that they take no room.</summary>
    /// <exception cref="ArgumentException">Two rows are of one day.</exception>
    public IEnumerable<(DateOnly Day, (double Score, double HalfWidth, Grade Grade) Result)> Results(string zone, IEnumerable<DayRow> rows, DateOnly asOf)
    {
        var fold = new ScoreFold(rules, zone);
        foreach (var (day, row) in Days(zone, rows, asOf))
        {
            fold.Advance(day, row);
            yield return (day, fold.Result);
        }
    }

    private static IEnumerable<(DateOnly Day, DayRow? Row)> Days(string zone, IEnumerable<DayRow> rows, DateOnly asOf)
    {
        var sorted = rows.Where(row => row.Date <= asOf).OrderBy(row => row.Date).ToArray();
        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Date == sorted[i - 1].Date)
                throw new ArgumentException($"zone {zone} has two rows of {sorted[i].Date:yyyy-MM-dd}", nameof(rows));
        }

        var next = 0;
        for (var day = sorted.Length > 0 ? sorted[0].Date : asOf; day <= asOf; day = day.AddDays(1))
            yield return (day, next < sorted.Length && sorted[next].Date == day ? sorted[next++] : null);
    }
}
