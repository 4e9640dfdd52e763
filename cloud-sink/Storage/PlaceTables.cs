using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>Zones with their current scores, chosen and sorted by the database: a page of a list of a million.</summary>
internal sealed class PlaceTables(Database database)
{
    private const string Columns = "z.zone, z.site, z.device, z.seconds, z.first_start, z.last_start";

    public long Count(PlaceChoice choice)
    {
        var (from, values) = FromOf(choice);
        return database.Read($"SELECT COUNT(*) {from}", row => row.GetInt64(0), [.. values])[0];
    }

    public IReadOnlyList<ZoneSummary> Page(PlaceChoice choice, long offset, int limit)
    {
        var (from, values) = FromOf(choice);
        var order = choice.Order switch { ScoreOrder.BestFirst => "s.score DESC, z.zone", ScoreOrder.WorstFirst => "s.score, z.zone", _ => "z.zone" };
        return database.Read(
            $"SELECT {Columns} {from} ORDER BY {order} LIMIT ${values.Count + 1} OFFSET ${values.Count + 2}", StoredRows.SummaryOf, [.. values, limit, offset]);
    }

    /// <summary>Grade and score of these zones, as far as they are chosen; a zone of which none was computed yet is ungraded at 50.</summary>
    public IReadOnlyList<(string Zone, Grade Grade, double Score)> Scores(PlaceChoice choice, IReadOnlyCollection<string> zones)
    {
        var (from, values) = FromOf(choice with { Among = zones });
        return database.Read(
            $"SELECT z.zone, s.grade, s.score {from}",
            row => row.IsDBNull(1) ? (row.GetString(0), Grade.U, ScoreCalculator.Neutral) : (row.GetString(0), Enum.Parse<Grade>(row.GetString(1)), row.GetDouble(2)),
            [.. values]);
    }

    /// <summary>The sites that there are, the first by name.</summary>
    public IReadOnlyList<string> Sites(int limit) => database.Read("SELECT DISTINCT site FROM zone ORDER BY site LIMIT $1", row => row.GetString(0), limit);

    private static (string From, List<object?> Values) FromOf(PlaceChoice choice)
    {
        var values = new List<object?> { choice.Policy };
        var needsScore = choice.Grade is not null || choice.Order != ScoreOrder.ByZone;
        var from = needsScore
            ? "FROM zone_score s JOIN zone z ON z.zone = s.zone WHERE s.policy = $1"
            : "FROM zone z LEFT JOIN zone_score s ON s.zone = z.zone AND s.policy = $1 WHERE 1 = 1";
        if (choice.IsSimulated is { } simulated)
            from += $" AND z.zone {(simulated ? "" : "NOT ")}LIKE {Bind(SimulatedNames.Site + "-%")}";
        if (choice.Grade is { } grade)
            from += $" AND s.grade = {Bind(grade.ToString())}";
        if (choice.Site is { } site)
            from += $" AND z.site = {Bind(site)}";
        if (choice.Text is { Length: > 0 } text)
        {
            var pattern = Bind($"%{Plain(text)}%");
            from += $" AND (z.zone LIKE {pattern} ESCAPE '\\' OR z.site LIKE {pattern} ESCAPE '\\'{(choice.Named.Count > 0 ? $" OR z.zone IN ({List(choice.Named)})" : "")})";
        }

        if (choice.Without.Count > 0)
            from += $" AND z.zone NOT IN ({List(choice.Without)})";
        if (choice.Among is { } among)
            from += among.Count > 0 ? $" AND z.zone IN ({List(among)})" : " AND 1 = 0";
        return (from, values);

        string Bind(object value)
        {
            values.Add(value);
            return $"${values.Count}";
        }

        string List(IEnumerable<string> names) => string.Join(", ", names.Select(Bind));
    }

    // Names are lower case in the store; what has a meaning in a pattern stands for itself.
    private static string Plain(string text) => text.ToLowerInvariant()
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}

/// <summary>Which zones, and in which order.</summary>
/// <param name="Policy">Whose scores count.</param>
internal sealed record PlaceChoice(string Policy)
{
    /// <summary>Null for measured and simulated ones.</summary>
    public bool? IsSimulated { get; init; }

    public Grade? Grade { get; init; }

    public string? Site { get; init; }

    /// <summary>Stands somewhere in the name of the zone or the site.</summary>
    public string? Text { get; init; }

    /// <summary>Zones for which the text stands somewhere else.</summary>
    public IReadOnlyCollection<string> Named { get; init; } = [];

    /// <summary>Zones that are left out.</summary>
    public IReadOnlyCollection<string> Without { get; init; } = [];

    /// <summary>Only of these; null for all.</summary>
    public IReadOnlyCollection<string>? Among { get; init; }

    public ScoreOrder Order { get; init; }
}
