namespace SocialCredit.Edge.Sink.Scoring;

/// <summary>From numbers to letters: the bands, when there is no letter at all, and how slowly a letter changes.</summary>
internal sealed class GradeRule
{
    /// <summary>A 90 % interval may reach this many points to either side.</summary>
    public const double HalfWidthMax = 10;

    /// <summary>Decayed passages, in thousands, that a letter needs.</summary>
    public const double ExposureMin = 2;

    /// <summary>Share of the windows that must have been released.</summary>
    public const double ReleasedShareMin = 0.5;

    /// <summary>Days in a row in the same new band after which the letter changes.</summary>
    public const int DaysToChange = 3;

    private static readonly (Grade Grade, double From)[] Bands =
        [(Grade.A, 65), (Grade.B, 55), (Grade.C, 45), (Grade.D, 35), (Grade.E, 0)];

    private Grade _held, _next;
    private int _days;

    /// <param name="from">How the letter stood; null where there is none yet.</param>
    public GradeRule(ScoreState? from = null) => (_held, _next, _days) = from is null ? (Grade.U, Grade.U, 0) : (from.Held, from.Next, from.DaysInNext);

    /// <summary>The band of a score in 0..100.</summary>
    public static Grade BandOf(double score) => Array.Find(Bands, band => score >= band.From).Grade;

    /// <summary>The score from which a letter holds, 0 for <see cref="Grade.E"/>.</summary>
    public static double FloorOf(Grade grade) => Array.Find(Bands, band => band.Grade == grade).From;

    public static UngradedReasons WhyUngraded(double halfWidth, double exposure, double releasedShare)
    {
        var reasons = UngradedReasons.None;
        if (halfWidth > HalfWidthMax)
            reasons |= UngradedReasons.IntervalTooWide;
        if (exposure < ExposureMin)
            reasons |= UngradedReasons.TooFewPassages;
        if (releasedShare < ReleasedShareMin)
            reasons |= UngradedReasons.TooFewReleased;
        return reasons;
    }

    /// <summary>The state with how the letter stands.</summary>
    public ScoreState Into(ScoreState state) => state with { Held = _held, Next = _next, DaysInNext = _days };

    /// <summary>
    /// The letter after one more day in <paramref name="band"/>, <see cref="Grade.U"/> for a day without a letter. Ungraded
    /// counts at once, and so does the first letter after it: there is nothing to change from.
    /// </summary>
    /// <param name="band">Of the day.</param>
    /// <param name="isContested">Then no letter is shown that day; what it would be goes on beneath.</param>
    public Grade After(Grade band, bool isContested = false)
    {
        _days = band == _next ? _days + 1 : 1;
        _next = band;
        if (band == Grade.U || _held == Grade.U || _days >= DaysToChange)
            _held = band;
        return isContested ? Grade.P : _held;
    }
}
