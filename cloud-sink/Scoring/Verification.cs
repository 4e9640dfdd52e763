namespace SocialCredit.Edge.Sink.Scoring;

/// <summary>A score as it was published.</summary>
internal sealed record PublishedScore(string Zone, DateOnly Date, string Policy, int Revision, double Score, double HalfWidth, Grade Grade)
{
    /// <summary>File and line, for what is said of it.</summary>
    public string Place { get; init; } = "";
}

/// <summary>Computes published scores again, from public rows and rules alone, and says where they differ.</summary>
internal static class Verification
{
    /// <summary>Scores and half-widths may differ by so much: other machines round the last digits otherwise.</summary>
    public const double Tolerance = 1e-9;

    /// <summary>Of the scores of one zone under one policy, in words; nothing where all are right.</summary>
    /// <param name="rules">The rules that are said to have been in force.</param>
    /// <param name="rows">All rows of the zone, from its first day on.</param>
    /// <param name="published">What was published of it under this policy.</param>
    /// <exception cref="ArgumentException">Two rows are of one day.</exception>
    public static IEnumerable<string> Differences(ScoreRules rules, IReadOnlyCollection<DayRow> rows, IReadOnlyCollection<PublishedScore> published)
    {
        if (published.Count == 0)
            yield break;
        var zone = published.First().Zone;
        var history = new ScoreCalculator(rules).History(zone, rows, published.Max(score => score.Date)).ToDictionary(score => score.AsOf);
        foreach (var said in published.OrderBy(score => score.Date))
        {
            if (!history.TryGetValue(said.Date, out var computed))
                yield return $"{said.Place}: {zone} {said.Date:yyyy-MM-dd}: a score was published, but the first row is of {rows.Min(row => row.Date):yyyy-MM-dd}";
            else if (!(Math.Abs(computed.Score - said.Score) <= Tolerance))
                yield return $"{said.Place}: {zone} {said.Date:yyyy-MM-dd}: the score {said.Score:R} was published, the rows give {computed.Score:R}";
            else if (!(Math.Abs(computed.HalfWidth - said.HalfWidth) <= Tolerance))
                yield return $"{said.Place}: {zone} {said.Date:yyyy-MM-dd}: the half-width {said.HalfWidth:R} was published, the rows give {computed.HalfWidth:R}";
            else if (computed.Grade != said.Grade)
                yield return $"{said.Place}: {zone} {said.Date:yyyy-MM-dd}: the grade {said.Grade} was published, the rows give {computed.Grade}";
        }
    }
}
