using System.Data.Common;
using System.Text.Json;
using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>The scores that were computed: of each zone as it stands, and of each day that is over for good.</summary>
internal sealed class ScoreTables(Database database)
{
    /// <summary>More rows in one statement gain nothing.</summary>
    private const int RowsMax = 1000;

    private const string CurrentColumns =
        "zone, policy, day, score, half_width, grade, band, exposure, released_share, points, ungraded, site, shadow, drift, rules, inputs, computed_at, last_start";

    private const string DayColumns =
        "zone, policy, day, score, half_width, grade, band, exposure, released_share, points, revision, shadow, rules, inputs, reason, computed_at";

    private static readonly string CurrentUpdate = string.Join(", ", CurrentColumns.Split(", ")[2..].Select(column => $"{column} = excluded.{column}"));

    /// <summary>
    /// Keeps the newest score of zones; an older one than is kept, from another sink, changes nothing. Of two from the same newest window the one
    /// counts whose rows were read later.
    /// </summary>
    public void KeepCurrent(IEnumerable<CurrentScore> scores)
    {
        // By name, so that two sinks that keep the same zones never wait for each other in a ring.
        foreach (var rows in scores.OrderBy(score => score.Score.Zone, StringComparer.Ordinal).ThenBy(score => score.Score.Policy, StringComparer.Ordinal).Chunk(RowsMax))
        {
            database.Insert(
                $"INSERT INTO zone_score ({CurrentColumns})",
                $"ON CONFLICT (zone, policy) DO UPDATE SET {CurrentUpdate} WHERE excluded.day > zone_score.day OR (excluded.day = zone_score.day AND "
                + "(excluded.last_start > zone_score.last_start OR (excluded.last_start = zone_score.last_start AND excluded.computed_at >= zone_score.computed_at)))",
                [
                    .. ColumnsOf([.. rows.Select(row => row.Score)]), Of(rows, row => (long)row.Score.Ungraded), Of(rows, row => row.Site), Of(rows, row => row.IsShadow ? 1L : 0),
                    Of(rows, row => string.Join(' ', row.Drift)), Of(rows, row => row.Rules), Of(rows, row => row.Inputs),
                    Of(rows, row => row.ComputedAt.ToUnixTimeMilliseconds()), Of(rows, row => row.LastStart.ToUnixTimeSeconds()),
                ]);
        }
    }

    /// <summary>Adds scores of days that are over; a revision that is there already stays as it is.</summary>
    public void KeepDays(IEnumerable<DayScore> scores)
    {
        foreach (var rows in scores.OrderBy(score => score.Score.Zone, StringComparer.Ordinal).ThenBy(score => score.Score.Policy, StringComparer.Ordinal)
            .ThenBy(score => score.Score.Day).Chunk(RowsMax))
        {
            database.Insert(
                $"INSERT INTO score_day ({DayColumns})", "ON CONFLICT DO NOTHING",
                [
                    .. ColumnsOf([.. rows.Select(row => row.Score)]), Of(rows, row => (long)row.Revision), Of(rows, row => row.IsShadow ? 1L : 0), Of(rows, row => row.Rules),
                    Of(rows, row => row.Inputs), Of(rows, row => row.Reason), Of(rows, row => row.ComputedAt.ToUnixTimeMilliseconds()),
                ]);
        }
    }

    /// <summary>Keeps from where zones go on.</summary>
    public void KeepStates(IEnumerable<KeyValuePair<(string Zone, string Policy), KeptState>> states)
    {
        foreach (var rows in states.OrderBy(state => state.Key.Zone, StringComparer.Ordinal).ThenBy(state => state.Key.Policy, StringComparer.Ordinal).Chunk(RowsMax))
        {
            database.Insert(
                "INSERT INTO score_state (zone, policy, day, rules, state, chain)",
                "ON CONFLICT (zone, policy) DO UPDATE SET day = excluded.day, rules = excluded.rules, state = excluded.state, chain = excluded.chain",
                Of(rows, row => row.Key.Zone), Of(rows, row => row.Key.Policy), Of(rows, row => (long)row.Value.State.Day.DayNumber), Of(rows, row => row.Value.Rules),
                Of(rows, row => JsonSerializer.Serialize(row.Value.State)), Of(rows, row => Convert.ToHexStringLower(row.Value.Chain)));
        }
    }

    /// <summary>From where zones go on, under all policies.</summary>
    public Dictionary<(string Zone, string Policy), KeptState> States(ZoneChoice zones)
    {
        var states = new Dictionary<(string, string), KeptState>();
        database.Each(
            $"SELECT zone, policy, rules, state, chain FROM score_state WHERE {zones.Where(1)}",
            row => states[(row.GetString(0), row.GetString(1))] = new KeptState(
                JsonSerializer.Deserialize<ScoreState>(row.GetString(3))!, row.GetString(2), Convert.FromHexString(row.GetString(4))),
            [.. zones.Values]);
        return states;
    }

    /// <summary>The last revision of each day from one on, in short: zone, policy, day.</summary>
    public Dictionary<(string Zone, string Policy), SortedDictionary<DateOnly, DayMark>> Marks(ZoneChoice zones, DateOnly from)
    {
        var marks = new Dictionary<(string, string), SortedDictionary<DateOnly, DayMark>>();
        database.Each(
            $"SELECT zone, policy, day, revision, score, half_width, grade, rules, inputs FROM score_day WHERE day >= $1 AND {zones.Where(2)} ORDER BY zone, policy, day, revision",
            row =>
            {
                var key = (row.GetString(0), row.GetString(1));
                if (!marks.TryGetValue(key, out var ofZone))
                    marks.Add(key, ofZone = []);
                ofZone[DayOf(row, 2)] = new DayMark(
                    (int)row.GetInt64(3), (row.GetDouble(4), row.GetDouble(5), Enum.Parse<Grade>(row.GetString(6))), row.GetString(7), row.GetString(8));
            },
            [from.DayNumber, .. zones.Values]);
        return marks;
    }

    /// <summary>The score of a zone as it stands; null where none was computed yet.</summary>
    public CurrentScore? Find(string zone, string policy) =>
        database.Read($"SELECT {CurrentColumns} FROM zone_score WHERE zone = $1 AND policy = $2", ReadCurrent, zone, policy) is [var found] ? found : null;

    /// <summary>What a zone would be under the policies that are tried.</summary>
    public List<CurrentScore> Shadows(string zone) =>
        database.Read($"SELECT {CurrentColumns} FROM zone_score WHERE zone = $1 AND shadow = 1 ORDER BY policy", ReadCurrent, zone);

    /// <summary>A page of current scores under a policy.</summary>
    public List<CurrentScore> Page(string policy, ScoreQuery query, int limit)
    {
        var values = new List<object?> { policy };
        var where = "policy = $1";
        if (query.Site is { } site)
            where += $" AND zone IN (SELECT z.zone FROM zone z WHERE z.site = {Bind(site)})";
        if (query.Grade is { } grade)
            where += $" AND grade = {Bind(grade.ToString())}";
        if (query.Text is { Length: > 0 } text)
            where += $" AND (zone LIKE {Bind($"%{text.ToLowerInvariant().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%")} ESCAPE '\\' {Either(query.Named)})";
        if (query.Behaviour is { } behaviour)
            where += $" AND points LIKE {Bind($"%\"{behaviour.Replace("_", "\\_", StringComparison.Ordinal)}\":%")} ESCAPE '\\'";
        if (query.After is { } after)
        {
            where += query.Order switch
            {
                ScoreOrder.ByZone => $" AND zone > {Bind(after.Zone)}",
                ScoreOrder.BestFirst => $" AND (score, zone) < ({Bind(after.Score)}, {Bind(after.Zone)})",
                _ => $" AND (score, zone) > ({Bind(after.Score)}, {Bind(after.Zone)})",
            };
        }

        var order = query.Order switch { ScoreOrder.ByZone => "zone", ScoreOrder.BestFirst => "score DESC, zone DESC", _ => "score, zone" };
        return database.Read($"SELECT {CurrentColumns} FROM zone_score WHERE {where} ORDER BY {order} LIMIT {Bind(limit)}", ReadCurrent, [.. values]);

        string Either(IReadOnlyCollection<string> names) => names.Count == 0 ? "" : $"OR zone IN ({string.Join(", ", names.Select(name => Bind(name)))})";

        string Bind(object value)
        {
            values.Add(value);
            return $"${values.Count}";
        }
    }

    /// <summary>How many zones have each grade under a policy.</summary>
    public Dictionary<Grade, long> Grades(string policy) =>
        database.Read("SELECT grade, COUNT(*) FROM zone_score WHERE policy = $1 GROUP BY grade", row => (Enum.Parse<Grade>(row.GetString(0)), row.GetInt64(1)), policy)
            .ToDictionary(pair => pair.Item1, pair => pair.Item2);

    /// <summary>The days of a zone that are over, every revision, by policy, day and revision.</summary>
    public List<DayScore> Days(string zone, DateOnly from, DateOnly to) => database.Read(
        $"SELECT {DayColumns} FROM score_day WHERE zone = $1 AND day BETWEEN $2 AND $3 ORDER BY policy, day, revision", ReadDay, zone, from.DayNumber, to.DayNumber);

    /// <summary>The published scores of days that are over, all revisions, by zone, policy, day and revision, as a stream.</summary>
    public void EachPublished(ZoneRange range, DateOnly from, DateOnly to, Action<DayScore> score)
    {
        var zones = (ZoneChoice)range;
        database.Each(
            $"SELECT {DayColumns} FROM score_day WHERE day BETWEEN $1 AND $2 AND shadow = 0 AND {zones.Where(3)} ORDER BY zone, policy, day, revision",
            row => score(ReadDay(row)), [from.DayNumber, to.DayNumber, .. zones.Values]);
    }

    // In the order in which both lists of columns begin.
    private static Array[] ColumnsOf(KeptScore[] scores) =>
    [
        Of(scores, score => score.Zone), Of(scores, score => score.Policy), Of(scores, score => (long)score.Day.DayNumber), Of(scores, score => score.Score),
        Of(scores, score => score.HalfWidth), Of(scores, score => score.Grade.ToString()), Of(scores, score => score.Band.ToString()),
        Of(scores, score => score.Exposure), Of(scores, score => score.ReleasedShare), Of(scores, score => JsonSerializer.Serialize(score.Points)),
    ];

    private static TValue[] Of<TRow, TValue>(TRow[] rows, Converter<TRow, TValue> value) => Array.ConvertAll(rows, value);

    private static DateOnly DayOf(DbDataReader row, int column) => DateOnly.FromDayNumber((int)row.GetInt64(column));

    private static KeptScore ReadScore(DbDataReader row, UngradedReasons ungraded) => new(
        row.GetString(0), row.GetString(1), DayOf(row, 2), row.GetDouble(3), row.GetDouble(4), Enum.Parse<Grade>(row.GetString(5)), Enum.Parse<Grade>(row.GetString(6)),
        ungraded, row.GetDouble(7), row.GetDouble(8), JsonSerializer.Deserialize<OrderedDictionary<string, double>>(row.GetString(9))!);

    private static CurrentScore ReadCurrent(DbDataReader row) => new(
        row.GetString(11), row.GetInt64(12) == 1, ReadScore(row, (UngradedReasons)row.GetInt64(10)),
        row.GetString(13).Split(' ', StringSplitOptions.RemoveEmptyEntries), row.GetString(14), row.GetString(15),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(16)), DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(17)));

    private static DayScore ReadDay(DbDataReader row)
    {
        var (halfWidth, exposure, released) = (row.GetDouble(4), row.GetDouble(7), row.GetDouble(8));
        return new DayScore(
            (int)row.GetInt64(10), row.GetInt64(11) == 1, ReadScore(row, GradeRule.WhyUngraded(halfWidth, exposure, released)), row.GetString(12), row.GetString(13),
            row.GetString(14), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(15)));
    }
}

/// <summary>What the last revision of a day says, and of what it was made.</summary>
internal readonly record struct DayMark(int Revision, (double Score, double HalfWidth, Grade Grade) Result, string Rules, string Inputs);
