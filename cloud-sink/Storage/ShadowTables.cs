using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>What is computed beside scores and never changes them: what zones would be under a policy that is tried, which cameras drift, what was revised.</summary>
internal sealed class ShadowTables(Database database)
{
    private const string Pairs = "FROM zone_score s JOIN zone_score p ON p.zone = s.zone AND p.policy = $2 WHERE s.policy = $1 AND s.shadow = 1";

    /// <summary>How many zones would go from which grade to which, those that stay too, and by how many points in all.</summary>
    public IReadOnlyList<GradeMove> Moves(string tried, string inForce) => database.Read(
        $"SELECT p.grade, s.grade, COUNT(*), SUM(s.score - p.score), MAX(s.day) {Pairs} GROUP BY p.grade, s.grade ORDER BY p.grade, s.grade",
        row => new GradeMove(
            Enum.Parse<Grade>(row.GetString(0)), Enum.Parse<Grade>(row.GetString(1)), row.GetInt64(2), row.GetDouble(3), DateOnly.FromDayNumber((int)row.GetInt64(4))),
        tried, inForce);

    /// <summary>The zones whose score would move most, up or down.</summary>
    public IReadOnlyList<WouldBeZone> Most(string tried, string inForce, int limit) => database.Read(
        $"SELECT s.zone, p.grade, p.score, s.grade, s.score {Pairs} ORDER BY ABS(s.score - p.score) DESC, s.zone LIMIT $3",
        row => new WouldBeZone(
            row.GetString(0), Enum.Parse<Grade>(row.GetString(1)), row.GetDouble(2), Enum.Parse<Grade>(row.GetString(3)), row.GetDouble(4)),
        tried, inForce, limit);

    /// <summary>Since when it is tried, as its file is now; null where nothing was computed yet.</summary>
    public DateOnly? Since(string tried) => database.Read(
        "SELECT since FROM shadow_policy WHERE policy = $1 ORDER BY since DESC LIMIT 1", row => DateOnly.FromDayNumber((int)row.GetInt64(0)), tried) is [var since] ? since : null;

    /// <summary>Those of these zones whose camera sees otherwise than before.</summary>
    public HashSet<string> Drifting(string policy, IReadOnlyList<string> zones) => zones.Count == 0 ? [] : [.. database.Read(
        $"SELECT zone FROM zone_score WHERE policy = $1 AND drift <> '' AND zone IN ({string.Join(", ", zones.Select((_, i) => $"${i + 2}"))})",
        row => row.GetString(0), [policy, .. zones])];

    /// <summary>When scores of a zone's days that are over were computed anew, the newest first.</summary>
    public IReadOnlyList<RevisedDays> Revised(string zone, int limit) => database.Read(
        "SELECT d.computed_at, d.reason, COUNT(*), MIN(d.day), MAX(d.day), MAX(ABS(d.score - b.score)) FROM score_day d "
        + "JOIN score_day b ON b.zone = d.zone AND b.policy = d.policy AND b.day = d.day AND b.revision = d.revision - 1 "
        + "WHERE d.zone = $1 AND d.shadow = 0 GROUP BY d.computed_at, d.reason ORDER BY d.computed_at DESC LIMIT $2",
        row => new RevisedDays(
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0)), row.GetString(1), row.GetInt64(2), DateOnly.FromDayNumber((int)row.GetInt64(3)),
            DateOnly.FromDayNumber((int)row.GetInt64(4)), row.GetDouble(5)),
        zone, limit);
}

/// <param name="From">What they are.</param>
/// <param name="To">What they would be.</param>
/// <param name="Zones">How many.</param>
/// <param name="Points">By how much their scores would move, added up.</param>
/// <param name="Day">As of.</param>
public sealed record GradeMove(Grade From, Grade To, long Zones, double Points, DateOnly Day);

/// <summary>A zone as it is, and as it would be.</summary>
public sealed record WouldBeZone(string Zone, Grade Grade, double Score, Grade WouldBeGrade, double WouldBeScore);

/// <param name="At">When.</param>
/// <param name="Reason">Why, in a few words.</param>
/// <param name="Days">How many days.</param>
/// <param name="From">The first of them.</param>
/// <param name="To">The last of them.</param>
/// <param name="PointsMax">By how much a score moved at most.</param>
internal sealed record RevisedDays(DateTimeOffset At, string Reason, long Days, DateOnly From, DateOnly To, double PointsMax);
