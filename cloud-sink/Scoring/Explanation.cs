using System.Globalization;

namespace SocialCredit.Edge.Sink.Scoring;

/// <summary>A score in words: every number that it is made of, and what would change it.</summary>
internal static class Explanation
{
    /// <summary>The guarantee, wherever a person meets a number of this system.</summary>
    public const string Guarantee =
        "Any one passage changes the odds of any published number by at most e (2.7); v visits, v times epsilon; "
        + "a habit kept for months at one place can be detected by someone who knows the exact base rate.";

    /// <summary>
    /// <c>C (52.4 +- 6.1): red crossing 5.6 per 1,000 against 4.0 (-4.8); ...</c>. Where there is too little data for a letter, that
    /// comes first: the numbers after it are mostly the reference.
    /// </summary>
    public static string Sentence(ZoneScore score)
    {
        var tooLittle = TooLittle(score) is { } said ? said + " " : "";
        var parts = score.Behaviours.Select(behaviour =>
            $"{Words(behaviour.Name)} {Rate(behaviour.Rate)} per 1,000 against {Rate(behaviour.Reference)} ({Points(behaviour.Points)})");
        return $"{tooLittle}{score.Grade} ({score.Score:F1} +- {score.HalfWidth:F1}): {string.Join("; ", parts)}";
    }

    /// <summary>That there are too few passages for a letter, or null.</summary>
    public static string? TooLittle(ZoneScore score) =>
        score.Ungraded.HasFlag(UngradedReasons.TooFewPassages) ? $"Too little data for a grade ({Passages(score.Exposure)})." : null;

    /// <summary>What the score rests on.</summary>
    public static string Data(ZoneScore score) =>
        $"Rests on {Passages(score.Exposure)} (each day halved per half-life of its age); "
        + $"{Percent(score.ReleasedShare)} of the windows were released; policy {score.Policy}; as of {score.AsOf:yyyy-MM-dd}.";

    /// <summary>Why there is no letter, or why the letter is not that of the day; nothing to say gives nothing.</summary>
    public static IEnumerable<string> Reservations(ZoneScore score)
    {
        if (score.Ungraded.HasFlag(UngradedReasons.TooFewPassages))
            yield return $"Ungraded: a grade needs {GradeRule.ExposureMin:F0} thousand passages, this place has {Passages(score.Exposure)}.";
        if (score.Ungraded.HasFlag(UngradedReasons.IntervalTooWide))
            yield return $"Ungraded: the interval of +- {score.HalfWidth:F1} is wider than the +- {GradeRule.HalfWidthMax:F0} that a grade allows.";
        if (score.Ungraded.HasFlag(UngradedReasons.TooFewReleased))
            yield return $"Ungraded: only {Percent(score.ReleasedShare)} of the windows were released; a grade needs half of them.";
        if (score.Grade == Grade.P)
            yield return $"Pending: somebody contests this score, and that is not decided yet. The day alone would give {(score.Ungraded == UngradedReasons.None ? score.Band : Grade.U)}.";
        else if (score.Ungraded == UngradedReasons.None && score.Grade != score.Band)
            yield return $"The day alone would give {score.Band}; a grade changes after {GradeRule.DaysToChange} days in a row in the new band.";
    }

    /// <summary>What would change the grade: the next letter up and the next down.</summary>
    public static IEnumerable<string> Changes(ZoneScore score)
    {
        if (GradeChange.Better(score) is { } better)
            yield return $"{better.To} from {GradeRule.FloorOf(better.To):F0}: {better.Points:F1} points more{Lever(better)}.";
        if (GradeChange.Worse(score) is { } worse)
            yield return $"{worse.To} below {GradeRule.FloorOf(score.Band):F0}: more than {Math.Max(0, -worse.Points):F1} points less{Lever(worse)}.";
    }

    /// <summary><c>red_crossing</c> as <c>red crossing</c>.</summary>
    public static string Words(string behaviour) => behaviour.Replace('_', ' ');

    /// <summary>One decimal; two below 1, four below 0.1.</summary>
    public static string Rate(double rate) => Math.Abs(rate) switch
    {
        >= 0.95 or 0 => rate.ToString("F1", CultureInfo.InvariantCulture),
        >= 0.095 => rate.ToString("F2", CultureInfo.InvariantCulture),
        _ => rate.ToString("0.####", CultureInfo.InvariantCulture),
    };

    /// <summary>Thousands of passages in words; below a thousand as a whole number.</summary>
    public static string Passages(double thousands) => Math.Round(thousands * 1000) switch
    {
        // Noise can make a sum negative; nobody passed a place less than not at all.
        <= 0 => "no passages",
        1 => "1 passage",
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{thousands * 1000:F0} passages"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{thousands:F1} thousand passages"),
    };

    /// <summary>With its sign; 0.0 has none.</summary>
    public static string Points(double points) => points.ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture);

    public static string Percent(double share) => $"{Math.Floor(share * 100):F0} %";

    private static string Lever(GradeChange change) => change.Lever is { } lever
        ? $", for example {Words(lever.Name)} at {Rate(change.Rate)} per 1,000 instead of {Rate(lever.Rate)}"
        : ", more than one behaviour has to change";
}
