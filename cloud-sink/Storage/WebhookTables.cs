using System.Data.Common;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>
/// Who is told of changed grades, what was last told, and what is still to be sent: on every engine, from any number of sinks. One of them notes a change,
/// and one sends it.
/// </summary>
internal sealed class WebhookTables(Database database)
{
    /// <summary>So long is a message tried, and so long a sent one is kept.</summary>
    public static readonly TimeSpan GivenUpAfter = TimeSpan.FromDays(3), KeptFor = TimeSpan.FromDays(30);

    private static readonly TimeSpan PauseMin = TimeSpan.FromMinutes(1), PauseMax = TimeSpan.FromHours(6);

    /// <summary>Keeps a new one; false where its name is taken.</summary>
    public bool Add(Webhook hook, DateTimeOffset now) => database.Run(
        "INSERT INTO webhook (id, url, secret, allows_private, added_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        hook.Id, hook.Url.AbsoluteUri, hook.Secret, hook.AllowsPrivate ? 1 : 0, now.ToUnixTimeMilliseconds()) == 1;

    /// <summary>Forgets one, and what was to be sent to it; false where there is none of this name.</summary>
    public bool Remove(string id) => database.Change(turn =>
    {
        turn.Run("DELETE FROM webhook_delivery WHERE webhook = $1", id);
        return turn.Run("DELETE FROM webhook WHERE id = $1", id) == 1;
    });

    /// <summary>By name.</summary>
    public IReadOnlyList<Webhook> All() => database.Read("SELECT id, url, secret, allows_private FROM webhook ORDER BY id", row => HookOf(row, 0));

    /// <summary>Notes zones that are new; their first grade is no change. Without a webhook everything is forgotten, so that a later one is not told of old changes.</summary>
    /// <returns>False where nobody is to be told.</returns>
    public bool NoteNew(string policy, DateTimeOffset now)
    {
        var isAnyone = database.Read("SELECT 1 FROM webhook LIMIT 1", _ => true).Count > 0;
        if (isAnyone)
        {
            database.Run(
                "INSERT INTO told_grade (zone, grade, since) SELECT zone, grade, $1 FROM zone_score WHERE policy = $2 AND shadow = 0 "
                + "AND NOT EXISTS (SELECT 1 FROM told_grade t WHERE t.zone = zone_score.zone) ON CONFLICT DO NOTHING", now.ToUnixTimeMilliseconds(), policy);
        }
        else
        {
            database.Run("DELETE FROM told_grade");
        }

        return isAnyone;
    }

    /// <summary>Zones that have another grade than was told, at most so many.</summary>
    public IReadOnlyList<ChangedGrade> Changed(string policy, int limit) => database.Read(
        "SELECT s.zone, s.site, s.grade, s.score, s.half_width, s.day FROM zone_score s JOIN told_grade t ON t.zone = s.zone "
        + "WHERE s.policy = $1 AND s.shadow = 0 AND t.grade <> s.grade ORDER BY s.zone LIMIT $2",
        row => new ChangedGrade(row.GetString(0), row.GetString(1), row.GetString(2), row.GetDouble(3), row.GetDouble(4), DateOnly.FromDayNumber((int)row.GetInt64(5))), policy, limit);

    /// <summary>
    /// Notes the other grade of a zone, and for each webhook a message, in one transaction.
    /// </summary>
    /// <param name="zone">Its name.</param>
    /// <param name="grade">As it is now.</param>
    /// <param name="message">Makes the message of the grade that was told before: its number, which tells one change from another, and its body.</param>
    /// <param name="now">When.</param>
    /// <returns>True for the one who noted it; false where it was noted already, by whichever sink.</returns>
    public bool Note(string zone, string grade, Func<string, (string Id, string Body)> message, DateTimeOffset now) => database.Change(turn =>
    {
        var before = turn.Read("SELECT grade FROM told_grade WHERE zone = $1", row => row.GetString(0), zone).FirstOrDefault();
        if (before is null || before == grade
            || turn.Run("UPDATE told_grade SET grade = $2, since = $3 WHERE zone = $1 AND grade = $4", zone, grade, now.ToUnixTimeMilliseconds(), before) == 0)
            return false;
        var (id, body) = message(before);
        turn.Run(
            "INSERT INTO webhook_delivery (webhook, id, body, made_at, attempts, next_at, outcome) SELECT id, $1, $2, $3, 0, $3, '' FROM webhook WHERE 1 = 1 ON CONFLICT DO NOTHING",
            id, body, now.ToUnixTimeMilliseconds());
        return true;
    });

    /// <summary>
    /// Takes what is due, each for one sender: the next attempt is set before this one is made, so whoever is killed at it loses nothing.
    /// </summary>
    public IReadOnlyList<WebhookDelivery> Take(DateTimeOffset now, int limit)
    {
        var due = database.Read(
            "SELECT w.id, w.url, w.secret, w.allows_private, d.id, d.body, d.made_at, d.attempts, d.next_at FROM webhook_delivery d JOIN webhook w ON w.id = d.webhook "
            + "WHERE d.done_at IS NULL AND d.next_at <= $1 ORDER BY d.next_at, d.id LIMIT $2",
            row => (Delivery: DeliveryOf(row, now), Before: row.GetInt64(8)), now.ToUnixTimeMilliseconds(), limit);
        return [.. due.Where(one => database.Run(
            "UPDATE webhook_delivery SET attempts = attempts + 1, next_at = $3 WHERE webhook = $1 AND id = $2 AND next_at = $4 AND done_at IS NULL",
            one.Delivery.Hook.Id, one.Delivery.Id, one.Delivery.NextAt.ToUnixTimeMilliseconds(), one.Before) == 1).Select(one => one.Delivery)];
    }

    /// <summary>It was taken over, or is given up.</summary>
    public void Done(WebhookDelivery delivery, string outcome, DateTimeOffset now) => database.Run(
        "UPDATE webhook_delivery SET done_at = $3, outcome = $4 WHERE webhook = $1 AND id = $2", delivery.Hook.Id, delivery.Id, now.ToUnixTimeMilliseconds(), outcome);

    /// <summary>Why it was not taken over this time.</summary>
    public void Failed(WebhookDelivery delivery, string outcome) =>
        database.Run("UPDATE webhook_delivery SET outcome = $3 WHERE webhook = $1 AND id = $2", delivery.Hook.Id, delivery.Id, outcome);

    /// <summary>Forgets what was done long ago.</summary>
    public int Forget(DateTimeOffset now) => database.Run("DELETE FROM webhook_delivery WHERE done_at < $1", (now - KeptFor).ToUnixTimeMilliseconds());

    /// <summary>Of each webhook how many messages wait, and what became of the last that was tried.</summary>
    public IReadOnlyList<(string Webhook, long Waiting, string Outcome)> States() => database.Read(
        "SELECT w.id, (SELECT count(*) FROM webhook_delivery d WHERE d.webhook = w.id AND d.done_at IS NULL), "
        + "coalesce((SELECT d.outcome FROM webhook_delivery d WHERE d.webhook = w.id AND d.attempts > 0 ORDER BY d.made_at DESC LIMIT 1), '') FROM webhook w ORDER BY w.id",
        row => (row.GetString(0), row.GetInt64(1), row.GetString(2)));

    /// <summary>How long after an attempt the next one is made: a minute, then twice as long each time, six hours at most.</summary>
    public static TimeSpan PauseAfter(int attempts) =>
        attempts >= 9 ? PauseMax : TimeSpan.FromTicks(Math.Min(PauseMin.Ticks << attempts, PauseMax.Ticks));

    private static WebhookDelivery DeliveryOf(DbDataReader row, DateTimeOffset now) => new(
        HookOf(row, 0), row.GetString(4), row.GetString(5), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6)), now + PauseAfter((int)row.GetInt64(7)));

    private static Webhook HookOf(DbDataReader row, int at) =>
        new(row.GetString(at), new Uri(row.GetString(at + 1)), row.GetString(at + 2), row.GetInt64(at + 3) == 1);
}

/// <summary>A zone that has another grade than was told.</summary>
internal sealed record ChangedGrade(string Zone, string Site, string Grade, double Score, double HalfWidth, DateOnly Day);

/// <param name="Id">Its name, [a-z0-9-].</param>
/// <param name="Url">Where it listens.</param>
/// <param name="Secret">Signs what is sent; <c>whsec_</c> and base64.</param>
/// <param name="AllowsPrivate">Its host may have an address of a private network.</param>
internal sealed record Webhook(string Id, Uri Url, string Secret, bool AllowsPrivate);

/// <param name="Hook">To whom.</param>
/// <param name="Id">The same for every attempt.</param>
/// <param name="Body">JSON.</param>
/// <param name="MadeAt">Since when it waits.</param>
/// <param name="NextAt">When it is tried again, should this attempt fail.</param>
internal sealed record WebhookDelivery(Webhook Hook, string Id, string Body, DateTimeOffset MadeAt, DateTimeOffset NextAt);
