using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>The scores of the zones in the store under the policy and the calibration in force, and how well each is being watched.</summary>
internal sealed class ScoreBook(
    IEventStore store, ActivePolicy active, ActiveCalibration calibration, ActiveRulings rulings, RulesInForce rules, TimeProvider time)
{
    private readonly ScoreTables _tables = new(store.Database);
    private readonly StoredRows _rows = new(store.Database);

    /// <summary>Days of the trend, and those over which released windows and coverage are stated.</summary>
    public const int TrendDays = 28;

    /// <summary>No record is older.</summary>
    public static readonly DateOnly Earliest = new(2000, 1, 1);

    // A record is sent up to 12 minutes after its window; twice that and a little is late.
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(30);

    public PolicyFile Policy => active.Current;

    /// <summary>By what right the policy is in force.</summary>
    public PolicyStanding Standing => active.Standing;

    public CalibrationFile Calibration => calibration.Current;

    /// <summary>What contests have done to scores.</summary>
    public RulingsFile Rulings => rulings.Current;

    /// <summary>Policies that are computed beside the one in force.</summary>
    public IReadOnlyList<Contract.Policy> Tried => [.. rules.Shadows.Select(shadow => shadow.Policy)];

    /// <summary>Today, UTC.</summary>
    public DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    public static DayRow RowOf(ZoneDay day) => new(day.Date, day.Windows, day.Released, day.Passages, day.Counts);

    /// <summary>Null if the store never had a record of the zone.</summary>
    public ZoneSummary? Find(string zone) => _rows.Zone(zone);

    /// <summary>How many zones there are, of how many the next record is overdue, and when the newest window ended.</summary>
    public (int Zones, int Silent, DateTimeOffset? NewestEnd) Count() => store.Database.Read(
        "SELECT count(*), count(CASE WHEN $1 - (last_start + seconds) > seconds + $2 THEN 1 END), max(last_start + seconds) FROM zone",
        row => ((int)row.GetInt64(0), (int)row.GetInt64(1), row.IsDBNull(2) ? (DateTimeOffset?)null : DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(2))),
        time.GetUtcNow().ToUnixTimeSeconds(), (long)Late.TotalSeconds)[0];

    /// <summary>The days of a zone up to <paramref name="to"/>.</summary>
    public IReadOnlyList<ZoneDay> Days(string zone, DateOnly to) => store.ZoneDays(zone, Earliest, to);

    /// <summary>The scores of every day from the first record to <paramref name="asOf"/>, at least that one.</summary>
    public IReadOnlyList<ZoneScore> History(string zone, DateOnly asOf) =>
        new ScoreCalculator(rules.Current).History(zone, Days(zone, asOf).Select(RowOf), asOf);

    /// <summary>The scores of all zones as they were last computed, by name; a zone that came seconds ago may be missing.</summary>
    public IReadOnlyList<CurrentScore> Current(ScoreQuery query, int limit) => _tables.Page(Policy.Policy.Id, query, limit);

    /// <summary>The zones that there are.</summary>
    public PlaceTables Places { get; } = new(store.Database);

    /// <summary>The scores that were computed.</summary>
    public ScoreTables Tables => _tables;

    /// <summary>How well a zone was watched on the last days, and its newest record.</summary>
    public Watch WatchOf(ZoneSummary zone)
    {
        var over = ScoreKeeping.ClosedAt(time.GetUtcNow());
        var known = store.ZoneDays(zone.Zone, over.AddDays(1 - 2 * Drift.Days), Today);
        var days = known.Where(day => day.Date > Today.AddDays(-TrendDays)).ToList();
        var lastDay = DateOnly.FromDateTime(zone.Last.UtcDateTime);
        var records = store.Records(zone.Zone, lastDay, lastDay);
        var newest = records.Count > 0 ? records[^1].Record : null;
        var windows = days.Sum(day => day.Windows);
        var end = zone.Last.AddSeconds(zone.Seconds);
        return new Watch
        {
            Windows = windows,
            Released = days.Sum(day => day.Released),
            CoverageShare = windows > 0 ? days.Sum(day => day.CoverageTenths) / (10.0 * windows) : 0,
            LastEnd = end,
            LastStatus = newest?.Status ?? RecordStatus.Off,
            Demo = newest?.Profile == PrivacyProfile.Demo,
            Silent = time.GetUtcNow() - end > TimeSpan.FromSeconds(zone.Seconds) + Late,
            Days = days,
            Alarms = Drift.Of([.. known.Select(day => new DriftDay(day.Date, day.Windows, day.Released, day.CoverageTenths, day.Passages))], over),
        };
    }
}

/// <summary>How well a zone is being watched.</summary>
public sealed record Watch
{
    /// <summary>Windows of the last days of which a record came, of whatever status.</summary>
    public required int Windows { get; init; }

    /// <summary>Those of them that were released.</summary>
    public required int Released { get; init; }

    /// <summary>Share of the windows' time in which the camera really watched, 0..1.</summary>
    public required double CoverageShare { get; init; }

    /// <summary>When the newest window ended.</summary>
    public required DateTimeOffset LastEnd { get; init; }

    public required RecordStatus LastStatus { get; init; }

    /// <summary>Its records are without noise.</summary>
    public required bool Demo { get; init; }

    /// <summary>The next record is overdue.</summary>
    public required bool Silent { get; init; }

    /// <summary>The days themselves, oldest first; a day without a record is missing.</summary>
    public required IReadOnlyList<ZoneDay> Days { get; init; }

    /// <summary>What its camera sees otherwise than before; nothing for most cameras on most days.</summary>
    public required IReadOnlyList<DriftAlarm> Alarms { get; init; }
}
