namespace SocialCredit.Edge.Sink.Storage;

/// <summary>
/// Who computes what: a pass over all zones is cut into parts, which sinks take one after the other, and zones that became due by a decision wait here
/// for any sink. A part whose sink was killed is free again after its lease.
/// </summary>
internal sealed class ScorePasses(Database database)
{
    // Renewed every thousand zones, which take less than a second.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(3);

    private const int PassesKeptDays = 7;

    /// <summary>Begins a pass unless some sink has begun it.</summary>
    /// <param name="pass">Which.</param>
    /// <param name="ranges">Gives its parts; asked only where it is new.</param>
    public void Begin(Pass pass, Func<IReadOnlyList<ZoneRange>> ranges)
    {
        if (database.Read("SELECT part FROM score_pass WHERE day = $1 AND rules = $2 LIMIT 1", row => row.GetInt64(0), pass.Closed.DayNumber, pass.Rules).Count > 0)
            return;
        var parts = ranges();
        database.Change(turn =>
        {
            turn.Run("DELETE FROM score_pass WHERE day < $1", pass.Closed.DayNumber - PassesKeptDays);
            if (turn.Read("SELECT part FROM score_pass WHERE day = $1 AND rules = $2 LIMIT 1", row => row.GetInt64(0), pass.Closed.DayNumber, pass.Rules).Count > 0)
                return 0;
            for (var part = 0; part < parts.Count; part++)
                turn.Run("INSERT INTO score_pass VALUES ($1, $2, $3, $4, $5, 0, 0)", pass.Closed.DayNumber, pass.Rules, part, parts[part].After, parts[part].UpTo);
            return parts.Count;
        });
    }

    /// <summary>Takes a part that nobody has; null where there is none at the moment.</summary>
    public (int Part, ZoneRange Range)? Claim(Pass pass, DateTimeOffset now) => database.Change(turn =>
    {
        var free = turn.Read(
            "SELECT part, after_zone, up_to_zone FROM score_pass WHERE day = $1 AND rules = $2 AND done_at = 0 AND claimed_until < $3 ORDER BY part LIMIT 1",
            row => ((int)row.GetInt64(0), new ZoneRange(row.GetString(1), row.GetString(2))), pass.Closed.DayNumber, pass.Rules, now.ToUnixTimeMilliseconds());
        if (free is not [var part])
            return default((int, ZoneRange)?);
        turn.Run(
            "UPDATE score_pass SET claimed_until = $4 WHERE day = $1 AND rules = $2 AND part = $3", pass.Closed.DayNumber, pass.Rules, part.Item1,
            (now + Lease).ToUnixTimeMilliseconds());
        return part;
    });

    /// <summary>A part is still being worked on.</summary>
    public void Renew(Pass pass, int part, DateTimeOffset now) => database.Run(
        "UPDATE score_pass SET claimed_until = $4 WHERE day = $1 AND rules = $2 AND part = $3", pass.Closed.DayNumber, pass.Rules, part,
        (now + Lease).ToUnixTimeMilliseconds());

    /// <summary>A part is computed and kept.</summary>
    public void Finish(Pass pass, int part, DateTimeOffset now) => database.Run(
        "UPDATE score_pass SET done_at = $4 WHERE day = $1 AND rules = $2 AND part = $3", pass.Closed.DayNumber, pass.Rules, part, now.ToUnixTimeMilliseconds());

    /// <summary>Parts that are not done, and all.</summary>
    public (long Open, long All) Progress(Pass pass) => database.Read(
        "SELECT COALESCE(SUM(CASE WHEN done_at = 0 THEN 1 ELSE 0 END), 0), COUNT(*) FROM score_pass WHERE day = $1 AND rules = $2",
        row => (Convert.ToInt64(row.GetValue(0), System.Globalization.CultureInfo.InvariantCulture), row.GetInt64(1)), pass.Closed.DayNumber, pass.Rules)[0];

    /// <summary>
    /// Lets a zone be computed anew from its first day, because its rows were restated or something was decided about it; also within a change that
    /// does so.
    /// </summary>
    /// <param name="turn">The change.</param>
    /// <param name="zone">Which.</param>
    /// <param name="reason">In a few words; it stands beside each day whose score it changes.</param>
    /// <param name="now">When.</param>
    public static void Mark(Database.Turn turn, string zone, string reason, DateTimeOffset now)
    {
        turn.Run("DELETE FROM score_state WHERE zone = $1", zone);
        turn.Run(
            "INSERT INTO score_due VALUES ($1, $2, $3) ON CONFLICT (zone) DO UPDATE SET reason = excluded.reason, since = excluded.since",
            zone, reason, now.ToUnixTimeMilliseconds());
    }

    /// <summary>Takes zones that are due; each is given to one sink only.</summary>
    public List<(string Zone, string Reason)> TakeDue(int limit)
    {
        // Almost always empty: looked at without a turn first.
        if (database.Read("SELECT zone FROM score_due LIMIT 1", row => row.GetString(0)).Count == 0)
            return [];
        return database.Change(turn =>
        {
            var due = turn.Read("SELECT zone, reason FROM score_due ORDER BY since, zone LIMIT $1", row => (row.GetString(0), row.GetString(1)), limit);
            foreach (var (zone, _) in due)
                turn.Run("DELETE FROM score_due WHERE zone = $1", zone);
            return due;
        });
    }

    /// <summary>Zones whose newest window is in no score under a policy yet: of another process, or of a sink that was killed in between.</summary>
    public List<string> Behind(string policy, int limit) => database.Read(
        "SELECT z.zone FROM zone z LEFT JOIN zone_score s ON s.zone = z.zone AND s.policy = $1 WHERE s.zone IS NULL OR s.last_start <> z.last_start LIMIT $2",
        row => row.GetString(0), policy, limit);

    /// <summary>The day on which a shadow was first computed, which is <paramref name="today"/> for a new one.</summary>
    public DateOnly ShadowSince(string policy, string digest, DateOnly today)
    {
        const string find = "SELECT since FROM shadow_policy WHERE policy = $1 AND digest = $2";
        if (database.Read(find, row => row.GetInt64(0), policy, digest) is [var known])
            return DateOnly.FromDayNumber((int)known);
        database.Run("INSERT INTO shadow_policy VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", policy, digest, today.DayNumber);
        return DateOnly.FromDayNumber((int)database.Read(find, row => row.GetInt64(0), policy, digest)[0]);
    }
}

/// <param name="Closed">The day that is over.</param>
/// <param name="Rules">Digest of all rules, see <c>RulesInForce.Digest</c>.</param>
internal sealed record Pass(DateOnly Closed, string Rules);
