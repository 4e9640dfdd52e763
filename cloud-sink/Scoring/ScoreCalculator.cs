using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Scoring;

/// <summary>
/// The score of a zone: Buehlmann-Straub credibility with the privacy noise inside the credibility. A pure function of rows,
/// policy, calibration and day; sums run in the order of the days, so that the order of the rows does not change one bit.
/// </summary>
internal sealed class ScoreCalculator(Policy policy, Calibration calibration)
{
    /// <summary>Points of a place at the reference rates.</summary>
    public const double Neutral = 50;

    /// <summary>Least and most that the rate may exceed the reference, as a share of it: one behaviour moves 3 weights at most.</summary>
    public const double ExcessMin = -1, ExcessMax = 2;

    // The standard normal's 95 % point: 90 % lie within it to both sides.
    private const double Quantile = 1.645;

    private readonly double _noiseVariance = NoiseVariance(policy.EpsilonCounts);

    /// <summary>Variance of the discrete Laplace noise on one count; 0 for an infinite epsilon.</summary>
    public static double NoiseVariance(double epsilon)
    {
        var q = Math.Exp(-epsilon);
        return 2 * q / ((1 - q) * (1 - q));
    }

    /// <summary>The score as of a day. Rows after it are ignored; without rows the score is 50.</summary>
    /// <exception cref="ArgumentException">Two rows are of one day.</exception>
    public ZoneScore Compute(string zone, IEnumerable<DayRow> rows, DateOnly asOf) => History(zone, rows, asOf)[^1];

    /// <summary>The scores of every day from the first row to <paramref name="asOf"/>, at least that one.</summary>
    /// <exception cref="ArgumentException">Two rows are of one day.</exception>
    public IReadOnlyList<ZoneScore> History(string zone, IEnumerable<DayRow> rows, DateOnly asOf)
    {
        var sorted = rows.Where(row => row.Date <= asOf).OrderBy(row => row.Date).ToArray();
        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Date == sorted[i - 1].Date)
                throw new ArgumentException($"zone {zone} has two rows of {sorted[i].Date:yyyy-MM-dd}", nameof(rows));
        }

        var first = sorted.Length > 0 ? sorted[0].Date : asOf;
        var weights = new double[asOf.DayNumber - first.DayNumber + 1];
        for (var age = 0; age < weights.Length; age++)
            weights[age] = Math.Pow(2, -age / policy.HalfLifeDays);

        var grades = new GradeRule();
        var history = new List<ZoneScore>(weights.Length);
        var known = 0;
        for (var day = first; day <= asOf; day = day.AddDays(1))
        {
            while (known < sorted.Length && sorted[known].Date <= day)
                known++;
            var score = OfDay(zone, new Span(sorted.AsMemory(0, known), weights, day));
            var band = score.Ungraded == UngradedReasons.None ? score.Band : Grade.U;
            history.Add(score with { Grade = grades.After(band) });
        }

        return history;
    }

    private ZoneScore OfDay(string zone, Span span)
    {
        var behaviours = new List<BehaviourScore>();
        double points = 0, variance = 0;
        foreach (var name in policy.BehavioursOf(zone))
        {
            if (!span.Measures(name))
                continue;
            var (behaviour, itsVariance) = Of(name, calibration.Factor(zone, name), span.Sum(name));
            behaviours.Add(behaviour);
            points += behaviour.Points;
            variance += itsVariance;
        }

        var score = Math.Clamp(Neutral + points, 0, 100);
        var halfWidth = Quantile * Math.Sqrt(variance);
        var (exposure, releasedShare) = span.Exposure();
        return new ZoneScore
        {
            Zone = zone,
            AsOf = span.Day,
            Policy = policy.Id,
            Score = score,
            HalfWidth = halfWidth,
            Band = GradeRule.BandOf(score),
            Grade = Grade.U,
            Ungraded = GradeRule.WhyUngraded(halfWidth, exposure, releasedShare),
            Exposure = exposure,
            ReleasedShare = releasedShare,
            Behaviours = behaviours,
        };
    }

    private (BehaviourScore Score, double Variance) Of(string name, double factor, Sums sums)
    {
        var rule = policy.Behaviours[name];
        var (reference, exposure, exposure2) = (rule.Reference, sums.Exposure, sums.Exposure2);
        var noise = _noiseVariance * factor * factor * sums.Windows2;
        var spread = exposure * exposure + policy.Beta * (exposure2 + noise / reference);
        var seen = exposure > 0;
        var credibility = seen ? exposure * exposure / spread : 0;
        var rate = seen ? reference + credibility * (factor * sums.Count / exposure - reference) : reference;
        var sign = rule.Sign == PolicySign.Good ? 1 : -1;
        var excess = Math.Clamp(rate / reference - 1, ExcessMin, ExcessMax);

        var doubt = 1 - credibility;
        var sampling = seen ? credibility * credibility * (Math.Max(rate, 0) * exposure2 + noise) / (exposure * exposure) : 0;
        var scale = rule.Weight / reference;
        var score = new BehaviourScore
        {
            Name = name,
            Sign = rule.Sign,
            Weight = rule.Weight,
            Reference = reference,
            Rate = rate,
            Credibility = credibility,
            Points = sign * rule.Weight * excess + 0.0, // + 0.0 turns minus zero into zero
        };
        return (score, scale * scale * (doubt * doubt * reference / policy.Beta + sampling));
    }

    private readonly record struct Sums(double Exposure, double Exposure2, double Count, double Windows2);

    /// <summary>The rows up to a day, and the weight of each age.</summary>
    private readonly record struct Span(ReadOnlyMemory<DayRow> Rows, double[] Weights, DateOnly Day)
    {
        /// <summary>A place without any row is measured for what the policy says; one with rows for what stands in them.</summary>
        public bool Measures(string behaviour)
        {
            foreach (var row in Rows.Span)
            {
                if (row.Counts.ContainsKey(behaviour))
                    return true;
            }

            return Rows.IsEmpty;
        }

        // A day on which a behaviour was not measured is no exposure to it: its passages would dilute the rate.
        public Sums Sum(string behaviour)
        {
            double exposure = 0, exposure2 = 0, count = 0, windows2 = 0;
            foreach (var row in Rows.Span)
            {
                if (!row.Counts.TryGetValue(behaviour, out var events))
                    continue;
                var weight = Weights[Day.DayNumber - row.Date.DayNumber];
                exposure += weight * row.Passages / 1000;
                exposure2 += weight * weight * row.Passages / 1000;
                count += weight * events;
                windows2 += weight * weight * row.Released;
            }

            return new Sums(exposure, exposure2, count, windows2);
        }

        public (double Thousands, double ReleasedShare) Exposure()
        {
            double thousands = 0, windows = 0, released = 0;
            foreach (var row in Rows.Span)
            {
                var weight = Weights[Day.DayNumber - row.Date.DayNumber];
                thousands += weight * row.Passages / 1000;
                windows += row.Windows;
                released += row.Released;
            }

            return (thousands, windows > 0 ? released / windows : 0);
        }
    }
}
