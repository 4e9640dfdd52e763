using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Scoring;

/// <summary>
/// One zone's score, day after day: each day all sums are multiplied by 2^(-1/H) and the day's row is added, which is the sum of the contract, section
/// 5, in Horner's form. It always runs through every day, so that it gives the same bits whether it began at the first one or went on from a
/// <see cref="ScoreState"/>.
/// </summary>
internal sealed class ScoreFold
{
    // The standard normal's 95 % point: 90 % lie within it to both sides.
    private const double Quantile = 1.645;

    private readonly ScoreRules _rules;
    private readonly string _zone;
    private readonly Line[] _lines;
    private readonly double _decay, _decay2, _noiseVariance;
    private readonly GradeRule _grades;
    private DateOnly? _day;
    private Grade _grade = Grade.U;
    private bool _hasRows;
    private double _exposure;
    private long _windows, _released;

    /// <param name="rules">By which it is scored.</param>
    /// <param name="zone">Its name.</param>
    /// <param name="from">Goes on from here, which must have been made under the same rules; null to begin.</param>
    public ScoreFold(ScoreRules rules, string zone, ScoreState? from = null)
    {
        (_rules, _zone) = (rules, zone);
        _decay = Math.Pow(2, -1 / rules.Policy.HalfLifeDays);
        _decay2 = _decay * _decay;
        _noiseVariance = ScoreCalculator.NoiseVariance(rules.Policy.EpsilonCounts);
        _lines = [.. rules.BehavioursOf(zone).Select(name => new Line(name, rules.Policy.Behaviours[name], rules.Calibration.Factor(zone, name)))];
        _grades = new GradeRule(from);
        if (from is null)
            return;
        (_day, _grade, _hasRows, _exposure, _windows, _released) = (from.Day, from.Held, from.HasRows, from.Exposure, from.Windows, from.Released);
        foreach (var (line, sums) in _lines.Zip(from.Behaviours))
            line.Sums = sums;
    }

    /// <summary>The last day that is in it; null before the first.</summary>
    public DateOnly? Day => _day;

    public ScoreState State => _grades.Into(new ScoreState
    {
        Day = _day ?? throw new InvalidOperationException("There is no state before the first day."),
        HasRows = _hasRows,
        Exposure = _exposure,
        Windows = _windows,
        Released = _released,
        Behaviours = [.. _lines.Select(line => line.Sums)],
    });

    /// <summary>Goes on to the next day.</summary>
    /// <param name="day">The day after the last; any to begin with.</param>
    /// <param name="row">What was released of it; null for nothing.</param>
    /// <exception cref="ArgumentException">It is not the next day.</exception>
    public void Advance(DateOnly day, DayRow? row)
    {
        if (_day is { } before && day != before.AddDays(1))
            throw new ArgumentException($"{day:yyyy-MM-dd} does not follow {before:yyyy-MM-dd}", nameof(day));
        _day = day;
        _exposure *= _decay;
        foreach (var line in _lines)
            line.Decay(_decay, _decay2);
        if (row is not null && _rules.Counts(_zone, day))
            Add(row);
        var (score, halfWidth) = Judge();
        var ungraded = GradeRule.WhyUngraded(halfWidth, _exposure, ReleasedShare);
        _grade = _grades.After(ungraded == UngradedReasons.None ? GradeRule.BandOf(score) : Grade.U, _rules.IsContested(_zone, day));
    }

    /// <summary>The numbers of the last day alone.</summary>
    public (double Score, double HalfWidth, Grade Grade) Result
    {
        get
        {
            var (score, halfWidth) = Judge();
            return (score, halfWidth, _grade);
        }
    }

    /// <summary>The score of the last day.</summary>
    public ZoneScore Score()
    {
        var (score, halfWidth) = Judge();
        return new ZoneScore
        {
            Zone = _zone,
            AsOf = _day ?? throw new InvalidOperationException("There is no score before the first day."),
            Policy = _rules.Policy.Id,
            Score = score,
            HalfWidth = halfWidth,
            Band = GradeRule.BandOf(score),
            Grade = _grade,
            Ungraded = GradeRule.WhyUngraded(halfWidth, _exposure, ReleasedShare),
            Exposure = _exposure,
            ReleasedShare = ReleasedShare,
            Behaviours = [.. _lines.Where(IsMeasured).Select(Told)],
        };
    }

    private double ReleasedShare => _windows > 0 ? (double)_released / _windows : 0;

    private void Add(DayRow row)
    {
        _hasRows = true;
        _exposure += row.Passages / 1000.0;
        _windows += row.Windows;
        _released += row.Released;
        foreach (var line in _lines)
        {
            // A day on which a behaviour was not measured is no exposure to it: its passages would dilute the rate.
            if (row.Counts.TryGetValue(line.Name, out var events))
                line.Add(row, events);
        }
    }

    // A place without any row is measured for what the policy says; one with rows for what stands in them.
    private bool IsMeasured(Line line) => line.IsMeasured || !_hasRows;

    private (double Score, double HalfWidth) Judge()
    {
        double points = 0, variance = 0;
        foreach (var line in _lines)
        {
            if (!IsMeasured(line))
                continue;
            var judged = Of(line);
            points += judged.Points;
            variance += judged.Variance;
        }

        return (Math.Clamp(ScoreCalculator.Neutral + points, 0, 100), Quantile * Math.Sqrt(variance));
    }

    private Judged Of(Line line)
    {
        var (beta, reference, exposure, exposure2) = (_rules.Policy.Beta, line.Rule.Reference, line.Exposure, line.Exposure2);
        var noise = _noiseVariance * line.Factor * line.Factor * line.Windows2;
        var spread = exposure * exposure + beta * (exposure2 + noise / reference);
        var seen = exposure > 0;
        var credibility = seen ? exposure * exposure / spread : 0;
        var rate = seen ? reference + credibility * (line.Factor * line.Count / exposure - reference) : reference;
        var sign = line.Rule.Sign == PolicySign.Good ? 1 : -1;
        var excess = Math.Clamp(rate / reference - 1, ScoreCalculator.ExcessMin, ScoreCalculator.ExcessMax);

        var doubt = 1 - credibility;
        var sampling = seen ? credibility * credibility * (Math.Max(rate, 0) * exposure2 + noise) / (exposure * exposure) : 0;
        var scale = line.Rule.Weight / reference;
        return new Judged(
            rate, credibility,
            Points: sign * line.Rule.Weight * excess + 0.0, // + 0.0 turns minus zero into zero
            Variance: scale * scale * (doubt * doubt * reference / beta + sampling));
    }

    private BehaviourScore Told(Line line)
    {
        var judged = Of(line);
        return new BehaviourScore
        {
            Name = line.Name,
            Sign = line.Rule.Sign,
            Weight = line.Rule.Weight,
            Reference = line.Rule.Reference,
            Rate = judged.Rate,
            Credibility = judged.Credibility,
            Points = judged.Points,
        };
    }

    private readonly record struct Judged(double Rate, double Credibility, double Points, double Variance);

    /// <summary>The sums of one behaviour.</summary>
    private sealed class Line(string name, PolicyBehaviour rule, double factor)
    {
        public string Name => name;

        public PolicyBehaviour Rule => rule;

        public double Factor => factor;

        public bool IsMeasured { get; private set; }

        public double Exposure { get; private set; }

        public double Exposure2 { get; private set; }

        public double Count { get; private set; }

        public double Windows2 { get; private set; }

        public BehaviourSums Sums
        {
            get => new(name, IsMeasured, Exposure, Exposure2, Count, Windows2);
            set => (IsMeasured, Exposure, Exposure2, Count, Windows2) = (value.IsMeasured, value.Exposure, value.Exposure2, value.Count, value.Windows2);
        }

        public void Decay(double decay, double decay2)
        {
            Exposure *= decay;
            Exposure2 *= decay2;
            Count *= decay;
            Windows2 *= decay2;
        }

        public void Add(DayRow row, long events)
        {
            IsMeasured = true;
            Exposure += row.Passages / 1000.0;
            Exposure2 += row.Passages / 1000.0;
            Count += events;
            Windows2 += row.Released;
        }
    }
}
