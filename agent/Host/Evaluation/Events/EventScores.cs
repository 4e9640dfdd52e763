namespace SocialCredit.Edge.Host.Evaluation.Events;

/// <summary>How well events of one behaviour were seen; counts add up over scenes.</summary>
/// <param name="Behaviour">Its name in the catalogue.</param>
/// <param name="Hits">True events that were seen.</param>
/// <param name="Truth">True events.</param>
/// <param name="Seen">Events that the rules gave.</param>
/// <param name="Hours">How long was watched.</param>
internal sealed record EventScores(string Behaviour, int Hits, int Truth, int Seen, double Hours)
{
    public int Missed => Truth - Hits;

    public int False => Seen - Hits;

    public double Precision => Share(Hits, Seen);

    public double Recall => Share(Hits, Truth);

    public double F1 => Share(2 * Hits, Truth + Seen);

    public double FalsePerHour => Hours > 0 ? False / Hours : 0;

    /// <summary>Difference of the counts as a share of the true one: what a published count is off by.</summary>
    public double CountError => Truth == 0 ? (Seen == 0 ? 0 : double.PositiveInfinity) : Math.Abs(Seen - Truth) / (double)Truth;

    public Interval PrecisionInterval => Wilson(Hits, Seen);

    public Interval RecallInterval => Wilson(Hits, Truth);

    /// <summary>Scores by behaviour, in the order given; a behaviour with neither truth nor events has a row of zeros.</summary>
    public static IEnumerable<EventScores> Of(
        IEnumerable<string> behaviours, IReadOnlyList<TimedEvent> truth, IReadOnlyList<TimedEvent> seen, double hours)
    {
        foreach (var behaviour in behaviours)
        {
            var (real, given) = (truth.Where(e => e.Behaviour == behaviour).ToList(), seen.Where(e => e.Behaviour == behaviour).ToList());
            yield return new EventScores(behaviour, EventMatching.Match(real, given).Count(i => i >= 0), real.Count, given.Count, hours);
        }
    }

    public static EventScores operator +(EventScores a, EventScores b) =>
        new(a.Behaviour, a.Hits + b.Hits, a.Truth + b.Truth, a.Seen + b.Seen, a.Hours + b.Hours);

    /// <summary>Nothing to be wrong about is no error.</summary>
    private static double Share(int part, int whole) => whole == 0 ? 1 : (double)part / whole;

    /// <summary>95 % interval of a share (Wilson, JASA 1927).</summary>
    private static Interval Wilson(int part, int whole)
    {
        if (whole == 0)
            return new Interval(0, 1);
        const double z = 1.959964;
        var share = (double)part / whole;
        var middle = (share + z * z / (2 * whole)) / (1 + z * z / whole);
        var half = z * Math.Sqrt(share * (1 - share) / whole + z * z / (4.0 * whole * whole)) / (1 + z * z / whole);
        return new Interval(Math.Max(0, middle - half), Math.Min(1, middle + half));
    }
}

/// <summary>Where a share lies with 95 % confidence, both 0..1.</summary>
internal readonly record struct Interval(double Low, double High);
