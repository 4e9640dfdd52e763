using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>
/// Computes scores and keeps them: the one as it stands, and those of days that are over. A day that was kept and comes out of other rows or other
/// rules gets a revision more, with its reason; nothing is ever changed in silence. To do it twice, or on two sinks at once, changes nothing.
/// </summary>
internal sealed class ScoreKeeping(IEventStore store, RulesInForce rules, TimeProvider time)
{
    /// <summary>As many zones are computed together where something of them has changed.</summary>
    public const int ZonesAtOnce = 200;

    /// <summary>
    /// Of a part of the night's work. Each part walks once over the days that it needs, those of all zones: the more zones in a part, the fewer walks; their
    /// rows are in memory, 2 KB a zone.
    /// </summary>
    public const int ZonesInPart = 50_000;

    /// <summary>A shadow is compared for four weeks, then decided or dropped.</summary>
    public const int ShadowDays = 28;

    public const string FirstReason = "first", LateReason = "late records", RulesReason = "other rules";

    // A device sends up to 12 minutes after its window; a day is over when its last records have had time to come.
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(30);

    private readonly ZoneDayReader _reader = new(store.Database);

    public ScoreTables Tables { get; } = new(store.Database);

    public ScorePasses Passes { get; } = new(store.Database);

    /// <summary>The last day that is over.</summary>
    public DateOnly Closed => ClosedAt(time.GetUtcNow());

    /// <summary>The last day that is over at a moment.</summary>
    public static DateOnly ClosedAt(DateTimeOffset now) => DateOnly.FromDateTime((now - Settling).UtcDateTime).AddDays(-1);

    internal DateTimeOffset Now => time.GetUtcNow();

    internal Database Database => store.Database;

    /// <summary>Computes zones of which something has changed; days that are over only where a reason is given.</summary>
    /// <param name="zones">Some hundred at most.</param>
    /// <param name="reason">Stands beside each day that comes out otherwise.</param>
    /// <returns>The scores as they stand under the policy in force.</returns>
    public List<ZoneScore> KeepZones(IReadOnlyList<string> zones, string? reason = null)
    {
        var published = new List<ZoneScore>();
        new ScoreWork(this, reason is null ? null : Closed, new KeepingTask { Reason = reason }).Run(ZoneChoice.Of(zones), kept => published.AddRange(kept.Scores));
        return published;
    }

    /// <summary>Computes all zones of a range, the days that are over too.</summary>
    /// <param name="range">At most some ten thousand zones: their rows are in memory at once.</param>
    /// <param name="task">How; the nightly one without it.</param>
    /// <param name="kept">Is given what was kept, each time some of it is.</param>
    /// <returns>How many zones there are.</returns>
    public int KeepRange(ZoneRange range, KeepingTask? task = null, Action<KeptZones>? kept = null) =>
        new ScoreWork(this, Closed, task ?? new KeepingTask()).Run(range, kept ?? (_ => { }));

    /// <summary>A zone alone; null where no record of it ever came.</summary>
    public ZoneRange? RangeOf(string zone) => store.Database.Read(
        "SELECT COALESCE((SELECT MAX(b.zone) FROM zone b WHERE b.zone < $1), '') FROM zone WHERE zone = $1", row => new ZoneRange(row.GetString(0), zone), zone) is [var found]
        ? found
        : null;

    /// <summary>All zones, one range after another: what a command does, or a test.</summary>
    public void KeepAll()
    {
        foreach (var range in Ranges())
            KeepRange(range);
    }

    /// <summary>Ranges of a size that <see cref="KeepRange"/> takes.</summary>
    public List<ZoneRange> Ranges() => _reader.Ranges(ZonesInPart);

    /// <summary>The rules in force first, then those of policies that are tried and are not at their end.</summary>
    internal List<(ScoreRules Rules, bool IsShadow)> RulesFor(DateOnly today) =>
    [
        (rules.Current, false),
        .. rules.Shadows.Where(shadow => Passes.ShadowSince(shadow.Policy.Id, shadow.DigestOf(""), today) > today.AddDays(-ShadowDays)).Select(shadow => (shadow, true)),
    ];
}

/// <summary>How scores are computed and kept.</summary>
internal sealed record KeepingTask
{
    /// <summary>Why, where days come out otherwise than they were kept; null to tell late records from other rules.</summary>
    public string? Reason { get; init; }

    /// <summary>Days that are over are kept from this one on; without it the last one, and those after the first that was kept.</summary>
    public DateOnly? From { get; init; }

    /// <summary>From the first row, whatever sums were kept.</summary>
    public bool IsAnew { get; init; }

    /// <summary>Keeps nothing.</summary>
    public bool IsDry { get; init; }

    /// <summary>Other rules than those in force: kept as what would have been.</summary>
    public ScoreRules? Under { get; init; }
}

/// <param name="Scores">As they stand, under the policy in force.</param>
/// <param name="Days">Days that are over and were kept now.</param>
internal sealed record KeptZones(IReadOnlyList<ZoneScore> Scores, IReadOnlyList<DayScore> Days);
