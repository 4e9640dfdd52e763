using System.Globalization;
using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>Zones with their current scores, chosen and sorted by the database: a page of a list of a million.</summary>
internal sealed class PlaceTables(Database database)
{
    private const string Columns = "z.zone, z.site, z.device, z.seconds, z.first_start, z.last_start";

    /// <summary>How many zones there are like that, measured ones and simulated ones; in an order of scores only those of which one was computed.</summary>
    public (long Measured, long Simulated) Count(PlaceChoice choice)
    {
        var (from, key, values) = FromOf(choice);
        return database.Read(
            $"SELECT (SELECT COUNT(*) {from}), (SELECT COUNT(*) {from} AND {Simulated(key)})", row => (row.GetInt64(0) - row.GetInt64(1), row.GetInt64(1)), [.. values])[0];
    }

    public IReadOnlyList<ZoneSummary> Page(PlaceChoice choice, long offset, int limit)
    {
        var (from, key, values) = FromOf(choice);
        var order = choice.Order switch { ScoreOrder.BestFirst => "{0}.score DESC, {0}.zone", ScoreOrder.WorstFirst => "{0}.score, {0}.zone", _ => "{0}.zone" };
        var (inner, outer) = (string.Format(CultureInfo.InvariantCulture, order, key[..1]), string.Format(CultureInfo.InvariantCulture, order, "p"));
        // What is passed over is passed over in the index alone; only the zones of the page are looked up.
        return database.Read(
            $"SELECT {Columns} FROM (SELECT {key}{(choice.Order == ScoreOrder.ByZone ? "" : ", s.score")} {from} ORDER BY {inner} LIMIT ${values.Count + 1} OFFSET ${values.Count + 2}) p "
            + $"JOIN zone z ON z.zone = p.zone ORDER BY {outer}",
            StoredRows.SummaryOf, [.. values, limit, offset]);
    }

    /// <summary>Grade and score of these zones, as far as they are chosen; a zone of which none was computed yet is ungraded at 50.</summary>
    public IReadOnlyList<(string Zone, Grade Grade, double Score)> Scores(PlaceChoice choice, IReadOnlyCollection<string> zones)
    {
        var (from, key, values) = FromOf(choice with { Among = zones, Order = ScoreOrder.ByZone });
        return database.Read(
            $"SELECT p.zone, s.grade, s.score FROM (SELECT {key} {from}) p LEFT JOIN zone_score s ON s.zone = p.zone AND s.policy = $1",
            row => row.IsDBNull(1) ? (row.GetString(0), Grade.U, ScoreCalculator.Neutral) : (row.GetString(0), Enum.Parse<Grade>(row.GetString(1)), row.GetDouble(2)),
            [.. values]);
    }

    /// <summary>The sites that there are, the first by name.</summary>
    public IReadOnlyList<string> Sites(int limit) => database.Read("SELECT DISTINCT site FROM zone ORDER BY site LIMIT $1", row => row.GetString(0), limit);

    /// <summary>The next sites by name.</summary>
    public IReadOnlyList<string> SitesAfter(string after, int limit) =>
        database.Read("SELECT DISTINCT site FROM zone WHERE site > $1 ORDER BY site LIMIT $2", row => row.GetString(0), after, limit);

    /// <summary>The sites of some hundred zones.</summary>
    public IReadOnlyList<string> SitesOf(IReadOnlyList<string> zones) => database.Read(
        $"SELECT DISTINCT site FROM zone WHERE {ZoneChoice.Of(zones).Where(1)}", row => row.GetString(0), [.. zones]);

    /// <summary>The zones of which some devices have the newest record.</summary>
    public ILookup<string, string> ZonesOfDevices(IReadOnlyList<string> devices)
    {
        var places = devices.Count == 0 ? "''" : string.Join(", ", devices.Select((_, at) => $"${at + 1}"));
        return database.Read(
            $"SELECT device, zone FROM zone WHERE device IN ({places}) ORDER BY zone", row => (Device: row.GetString(0), Zone: row.GetString(1)), [.. devices])
            .ToLookup(one => one.Device, one => one.Zone, StringComparer.Ordinal);
    }

    /// <summary>The next zones by name, of all sites or of one.</summary>
    public IReadOnlyList<ZoneSummary> ZonesAfter(string after, string? site, int limit) => database.Read(
        $"SELECT {Columns} FROM zone z WHERE z.zone > $1 {(site is null ? "" : "AND z.site = $3 ")}ORDER BY z.zone LIMIT $2", StoredRows.SummaryOf,
        site is null ? [after, limit] : [after, limit, site]);

    // Names have no capitals and no dot, and a dot is what comes next after the hyphen.
    private static string Simulated(string key) => $"({key} >= '{SimulatedNames.Site}-' AND {key} < '{SimulatedNames.Site}.')";

    /// <summary>Only the tables that are needed: an index of one of them is then enough.</summary>
    private static (string From, string Key, List<object?> Values) FromOf(PlaceChoice choice)
    {
        var values = new List<object?> { choice.Policy };
        var needsScore = choice.Grade is not null || choice.Order != ScoreOrder.ByZone;
        var needsZone = choice.Site is not null || choice.Text is { Length: > 0 };
        var key = needsScore ? "s.zone" : "z.zone";
        // The policy is named in either, so that it always is the first value.
        var from = !needsScore ? "FROM zone z WHERE $1 = $1"
            : needsZone ? "FROM zone_score s JOIN zone z ON z.zone = s.zone WHERE s.policy = $1"
            : "FROM zone_score s WHERE s.policy = $1";
        if (choice.IsSimulated is { } simulated)
            from += $" AND {(simulated ? "" : "NOT ")}{Simulated(key)}";
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
            from += $" AND {key} NOT IN ({List(choice.Without)})";
        if (choice.Among is { } among)
            from += among.Count > 0 ? $" AND {key} IN ({List(among)})" : " AND 1 = 0";
        return (from, key, values);

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

    /// <summary>None is left out.</summary>
    public bool IsEverything => Order == ScoreOrder.ByZone && IsSimulated is null && Grade is null && Site is null && string.IsNullOrEmpty(Text) && Without.Count == 0 && Among is null;
}
