using System.Data.Common;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>Contests, what was measured for them, and who holds a receipt; of the last only a hash.</summary>
internal sealed class ContestTables(Database database)
{
    /// <summary>Of one contest, so that whoever objects without end fills no disk, and nobody has to read without end.</summary>
    private const long ObjectionsMax = 1000, TextsMax = 100;

    private const string Query =
        "SELECT number, zone, behaviour, reason, opened_at, acknowledged_at, remeasured_at, decided_at, outcome, ruled_behaviour, excluded_from, excluded_to, "
        + "(SELECT count(*) FROM contest_objection o WHERE o.contest = contest.number) FROM contest";

    /// <summary>Contests after a number, the oldest first.</summary>
    /// <param name="zone">Null for every zone.</param>
    /// <param name="after">0 for all.</param>
    /// <param name="limit">At most so many.</param>
    public IReadOnlyList<Contest> List(string? zone, long after, int limit) => WithMeasures(database.Read(
        $"{Query} WHERE ($1 = '' OR zone = $1) AND number > $2 ORDER BY number LIMIT $3", Of, zone ?? "", after, limit));

    /// <summary>Null where there is no such contest.</summary>
    public Contest? Find(long number) => WithMeasures(database.Read($"{Query} WHERE number = $1", Of, number)).SingleOrDefault();

    /// <summary>The contest of a receipt, by the receipt's hash; null where nobody has it.</summary>
    public Contest? FindBy(string receiptHash) => WithMeasures(database.Read(
        $"{Query} WHERE number = (SELECT contest FROM contest_objection WHERE receipt_hash = $1)", Of, receiptHash)).SingleOrDefault();

    /// <summary>What objectors wrote, for the operator alone; nothing once it is decided.</summary>
    public IReadOnlyList<string> Words(long number) => database.Read(
        "SELECT words FROM contest_objection WHERE contest = $1 AND words IS NOT NULL ORDER BY at, receipt_hash", row => row.GetString(0), number);

    /// <summary>Joins the contest of the same zone, behaviour and reason that is not decided yet, or opens one.</summary>
    /// <param name="contest">As it would be; its number is given here.</param>
    /// <param name="objection">The receipt's hash, and the words or null.</param>
    /// <param name="audit">Of the contest's number, if it is opened.</param>
    /// <returns>Its number, and whether there was room for one more objection to it.</returns>
    public (long Number, bool IsKept) Open(Contest contest, (string ReceiptHash, string? Words) objection, Func<long, AuditEntry> audit) => database.Change(turn =>
    {
        var number = turn.Read(
            "SELECT number FROM contest WHERE zone = $1 AND coalesce(behaviour, '') = $2 AND reason = $3 AND decided_at IS NULL ORDER BY number LIMIT 1",
            row => row.GetInt64(0), contest.Zone, contest.Behaviour ?? "", (long)contest.Reason).SingleOrDefault();
        if (number == 0)
        {
            number = 1 + turn.Read("SELECT coalesce(max(number), 0) FROM contest", row => row.GetInt64(0))[0];
            turn.Run("INSERT INTO contest (number, zone, behaviour, reason, opened_at) VALUES ($1, $2, $3, $4, $5)",
                number, contest.Zone, contest.Behaviour, (long)contest.Reason, contest.OpenedAt.ToUnixTimeMilliseconds());
            AuditTables.Append(turn, audit(number));
            ScorePasses.Mark(turn, contest.Zone, Reason(number), contest.OpenedAt);
        }

        var (objections, texts) = turn.Read("SELECT count(*), count(words) FROM contest_objection WHERE contest = $1", row => (row.GetInt64(0), row.GetInt64(1)), number)[0];
        if (objections >= ObjectionsMax)
            return (number, false);
        turn.Run("INSERT INTO contest_objection (receipt_hash, contest, at, words) VALUES ($1, $2, $3, $4)",
            objection.ReceiptHash, number, contest.OpenedAt.ToUnixTimeMilliseconds(), texts < TextsMax ? objection.Words : null);
        return (number, true);
    });

    /// <summary>Reads a contest, asks what becomes of it, and keeps that, in one turn; null is kept as nothing.</summary>
    /// <param name="number">Which; one that is not there is null to <paramref name="step"/>.</param>
    /// <param name="step">The contest as it is to be, or why not.</param>
    /// <param name="audit">What is said of it.</param>
    /// <returns>Null, or why not.</returns>
    public string? Change(long number, Func<Contest?, (Contest? Next, string Fault)> step, Func<Contest, IReadOnlyList<AuditEntry>> audit) => database.Change(turn =>
    {
        var measures = MeasuresOf(turn.Read(MeasureQuery + " WHERE contest = $1", MeasureOf, number));
        var found = turn.Read($"{Query} WHERE number = $1", Of, number).SingleOrDefault();
        var (next, fault) = step(found is null ? null : found with { Measures = [.. measures[number]] });
        if (next is null)
            return fault;
        turn.Run(
            "UPDATE contest SET acknowledged_at = $2, remeasured_at = $3, decided_at = $4, outcome = $5, ruled_behaviour = $6, excluded_from = $7, excluded_to = $8 WHERE number = $1",
            number, Milliseconds(next.AcknowledgedAt), Milliseconds(next.RemeasuredAt), Milliseconds(next.DecidedAt),
            next.Ruling is { } ruling ? (long)ruling.Outcome : null, next.Ruling?.Behaviour, (long?)next.Ruling?.From?.DayNumber, (long?)next.Ruling?.To?.DayNumber);
        foreach (var measure in next.Measures)
        {
            turn.Run(
                "INSERT INTO contest_measure (contest, behaviour, true_positives, false_positives, misses) VALUES ($1, $2, $3, $4, $5) "
                + "ON CONFLICT (contest, behaviour) DO UPDATE SET true_positives = $3, false_positives = $4, misses = $5",
                number, measure.Behaviour, measure.TruePositives, measure.FalsePositives, measure.Misses);
        }

        if (next.DecidedAt is not null)
        {
            turn.Run("UPDATE contest_objection SET words = NULL WHERE contest = $1", number);
            ScorePasses.Mark(turn, next.Zone, Reason(number), next.DecidedAt.Value);
        }

        foreach (var entry in audit(next))
            AuditTables.Append(turn, entry);
        return null;
    });

    private const string MeasureQuery = "SELECT contest, behaviour, true_positives, false_positives, misses FROM contest_measure";

    private static string Reason(long number) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"contest {number}");

    private IReadOnlyList<Contest> WithMeasures(List<Contest> contests)
    {
        if (contests.Count == 0)
            return [];
        var measures = MeasuresOf(database.Read(MeasureQuery + " WHERE contest >= $1 AND contest <= $2", MeasureOf, contests[0].Number, contests[^1].Number));
        return [.. contests.Select(contest => contest with { Measures = [.. measures[contest.Number]] })];
    }

    private static ILookup<long, ContestMeasure> MeasuresOf(List<(long Contest, ContestMeasure Measure)> rows) =>
        rows.OrderBy(row => row.Measure.Behaviour, StringComparer.Ordinal).ToLookup(row => row.Contest, row => row.Measure);

    private static (long, ContestMeasure) MeasureOf(DbDataReader row) =>
        (row.GetInt64(0), new ContestMeasure(row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4)));

    private static Contest Of(DbDataReader row) => new()
    {
        Number = row.GetInt64(0),
        Zone = row.GetString(1),
        Behaviour = row.IsDBNull(2) ? null : row.GetString(2),
        Reason = (ContestReason)row.GetInt64(3),
        OpenedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)),
        AcknowledgedAt = Time(row, 5),
        RemeasuredAt = Time(row, 6),
        DecidedAt = Time(row, 7),
        Ruling = row.IsDBNull(8) ? null : new ContestRuling((ContestOutcome)row.GetInt64(8), row.IsDBNull(9) ? null : row.GetString(9), Day(row, 10), Day(row, 11)),
        Objections = row.GetInt64(12),
    };

    private static long? Milliseconds(DateTimeOffset? at) => at?.ToUnixTimeMilliseconds();

    private static DateTimeOffset? Time(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    private static DateOnly? Day(DbDataReader row, int column) => row.IsDBNull(column) ? null : DateOnly.FromDayNumber((int)row.GetInt64(column));
}
