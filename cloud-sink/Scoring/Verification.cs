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
        var (first, last) = (published.Min(score => score.Date), published.Max(score => score.Date));
        if (rows.Count == 0 || rows.Min(row => row.Date) is var begin && begin > first)
        {
            var early = published.First(score => score.Date == first);
            yield return $"{early.Place}: {zone} {first:yyyy-MM-dd}: a score was published, but {(rows.Count == 0 ? "there is no row of this zone" : $"its first row is of {rows.Min(row => row.Date):yyyy-MM-dd}")}";
            yield break;
        }

        var told = published.ToDictionary(score => score.Date);
        long missing = 0;
        foreach (var (day, computed) in new ScoreCalculator(rules).Results(zone, rows, last))
        {
            if (told.TryGetValue(day, out var said))
            {
                if (Difference(said, computed) is { } difference)
                    yield return $"{said.Place}: {zone} {day:yyyy-MM-dd}: {difference}";
            }
            else if (day > first && missing++ == 0)
            {
                yield return $"{zone} {day:yyyy-MM-dd}: no score was published, but of days before and after it";
            }
        }
    }

    private static string? Difference(PublishedScore said, (double Score, double HalfWidth, Grade Grade) computed)
    {
        if (!(Math.Abs(computed.Score - said.Score) <= Tolerance))
            return $"the score {said.Score:R} was published, the rows give {computed.Score:R}";
        if (!(Math.Abs(computed.HalfWidth - said.HalfWidth) <= Tolerance))
            return $"the half-width {said.HalfWidth:R} was published, the rows give {computed.HalfWidth:R}";
        return computed.Grade != said.Grade ? $"the grade {said.Grade} was published, the rows give {computed.Grade}" : null;
    }
}
