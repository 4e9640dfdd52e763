using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>
/// Computes scores and keeps them: the one as it stands, and those of days that are over. A day that was kept and comes out of other rows or other
/// rules gets a revision more, with its reason; nothing is ever changed in silence. To do it twice, or on two sinks at once, changes nothing.
/// </summary>
internal sealed class ScoreKeeping(IEventStore store, RulesInForce rules, TimeProvider time)
{
    /// <summary>As many zones are in memory at once.</summary>
    public const int ZonesAtOnce = 200;

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

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    /// <summary>Computes zones of which something has changed; days that are over only where a reason is given.</summary>
    /// <returns>The scores as they stand under the policy in force.</returns>
    public List<ZoneScore> KeepZones(IReadOnlyCollection<string> zones, string? reason = null)
    {
        var work = new Work(this, reason is null ? null : Closed, new KeepingTask { Reason = reason });
        foreach (var zone in zones)
            work.Add(zone);
        return work.Keep();
    }

    /// <summary>Computes all zones of a range, the days that are over too.</summary>
    /// <param name="range">At most some hundred zones: they are in memory at once.</param>
    /// <param name="task">How; the nightly one without it.</param>
    public KeptRange KeepRange(ZoneRange range, KeepingTask? task = null)
    {
        var work = new Work(this, Closed, task ?? new KeepingTask());
        var zones = work.Add(range);
        return new KeptRange(zones, work.Keep(), work.Days);
    }

    /// <summary>A zone alone; null where no record of it ever came.</summary>
    public ZoneRange? RangeOf(string zone) => ZoneOf(zone)?.Range;

    /// <summary>All zones, one range after another: what a command does, or a test.</summary>
    public void KeepAll()
    {
        foreach (var range in _reader.Ranges(ZonesAtOnce))
            KeepRange(range);
    }

    /// <summary>Ranges of a size that <see cref="KeepRange"/> takes.</summary>
    public List<ZoneRange> Ranges() => _reader.Ranges(ZonesAtOnce);

    /// <summary>Policies that are tried and are not at their end.</summary>
    private IEnumerable<ScoreRules> LiveShadows() => rules.Shadows.Where(shadow =>
        Passes.ShadowSince(shadow.Policy.Id, shadow.DigestOf(""), Today) > Today.AddDays(-ShadowDays));

    /// <summary>Some zones, from reading to keeping.</summary>
    private sealed class Work(ScoreKeeping keeping, DateOnly? closed, KeepingTask task)
    {
        private readonly (ScoreRules Rules, bool IsShadow)[] _rules =
            task.Under is { } under ? [(under, true)] : [(keeping.RulesNow, false), .. keeping.LiveShadows().Select(shadow => (shadow, true))];

        private readonly DateTimeOffset _now = keeping.Now;
        private readonly List<CurrentScore> _current = [];
        private readonly Dictionary<(string, string), KeptState> _states = [];
        private readonly List<ZoneScore> _published = [];

        public List<DayScore> Days { get; } = [];

        private DateOnly Today => DateOnly.FromDateTime(_now.UtcDateTime);

        // A day is over for the sums too, whether its score is kept now or not.
        private DateOnly Over => closed ?? keeping.Closed;

        public void Add(string zone)
        {
            var alone = keeping.ZoneOf(zone);
            if (alone is null)
                return;
            var states = StatesOf(alone.Range);
            var from = FirstNeeded(zone, states);
            var days = keeping.Days(zone, from < DriftFrom ? from : DriftFrom, Today);
            Reckon(alone, days, states, closed is null ? [] : keeping.Tables.Marks(alone.Range, from));
        }

        /// <returns>How many zones there are.</returns>
        public int Add(ZoneRange range)
        {
            var zones = keeping.ZonesOf(range);
            if (zones.Count == 0)
                return 0;
            var states = StatesOf(range);
            var first = zones.ToDictionary(zone => zone.Zone, zone => FirstNeeded(zone.Zone, states));
            var known = first.Values.Where(day => day > ScoreBook.Earliest).ToList();
            // Where most have to begin anew all are read whole in one; else the few are read by themselves.
            var isNew = known.Count * 2 < zones.Count;
            var countsFrom = isNew ? ScoreBook.Earliest : known.Min();
            var rows = new Dictionary<string, List<ZoneDay>>(StringComparer.Ordinal);
            keeping._reader.Read(range, countsFrom < DriftFrom ? countsFrom : DriftFrom, Today, rows.Add, countsFrom);
            var marks = keeping.Tables.Marks(range, isNew || known.Count < zones.Count ? ScoreBook.Earliest : countsFrom);
            foreach (var zone in zones)
            {
                var days = first[zone.Zone] < countsFrom ? keeping.Days(zone.Zone, ScoreBook.Earliest, Today) : rows.GetValueOrDefault(zone.Zone, []);
                Reckon(zone, days, states, marks);
            }

            return zones.Count;
        }

        /// <summary>Days first, then the scores as they stand, then from where to go on: whoever is killed in between does the same again.</summary>
        public List<ZoneScore> Keep()
        {
            if (task.IsDry)
                return _published;
            keeping.Tables.KeepDays(Days);
            keeping.Tables.KeepCurrent(_current);
            keeping.Tables.KeepStates(_states);
            return _published;
        }

        private Dictionary<(string, string), KeptState> StatesOf(ZoneRange range) => task.IsAnew ? [] : keeping.Tables.States(range);

        private DateOnly DriftFrom => Over.AddDays(1 - 2 * Drift.Days);

        private DateOnly FirstNeeded(string zone, Dictionary<(string, string), KeptState> states)
        {
            var first = DateOnly.MaxValue;
            foreach (var (rules, _) in _rules)
            {
                var from = Reckoning.From(states.GetValueOrDefault((zone, rules.Policy.Id)), rules.DigestOf(zone)) ?? ScoreBook.Earliest;
                first = from < first ? from : first;
            }

            return first;
        }

        private void Reckon(
            ScoredZone zone, IReadOnlyList<ZoneDay> days, Dictionary<(string, string), KeptState> states,
            Dictionary<(string, string), SortedDictionary<DateOnly, DayMark>> marks)
        {
            var rows = days.Select(ScoreBook.RowOf).ToList();
            var drift = Drift.Of([.. days.Select(day => new DriftDay(day.Date, day.Windows, day.Released, day.CoverageTenths, day.Passages))], Over)
                .Select(alarm => alarm.ToString()).ToList();
            foreach (var (rules, isShadow) in _rules)
            {
                var key = (zone.Zone, rules.Policy.Id);
                var digest = rules.DigestOf(zone.Zone);
                var kept = marks.GetValueOrDefault(key, []);
                var reckoned = Reckoning.Of(
                    new ReckonedZone(zone.Zone, rules, digest, states.GetValueOrDefault(key)), rows, Over, Today,
                    (fold, inputs) => closed is not null && IsWanted(fold, inputs, kept));
                foreach (var (score, inputs) in reckoned.Over)
                {
                    var before = kept.TryGetValue(score.AsOf, out var mark) ? mark : default;
                    var why = before.Revision == 0 ? FirstReason : task.Reason ?? (before.Rules == digest ? LateReason : RulesReason);
                    Days.Add(new DayScore(before.Revision + 1, isShadow, KeptScore.Of(score), digest, inputs, why, _now));
                }

                if (reckoned.State is { } state)
                    _states[key] = state;
                _current.Add(new CurrentScore(zone.Site, isShadow, KeptScore.Of(reckoned.Current), drift, digest, reckoned.Inputs, _now, zone.LastStart));
                if (!isShadow)
                    _published.Add(reckoned.Current);
            }
        }

        // What was kept and is the same stays; what lies before the first that was kept was never said, unless it is asked for.
        // Other rules that change nothing of a day are none: it can still be recomputed under them.
        private bool IsWanted(ScoreFold fold, string inputs, SortedDictionary<DateOnly, DayMark> kept)
        {
            var day = fold.Day!.Value;
            if (kept.TryGetValue(day, out var mark))
                return mark.Inputs != inputs || mark.Result != fold.Result;
            var from = task.From ?? Over;
            return day >= from || (kept.Count > 0 && day > kept.Keys.First());
        }
    }

    private ScoreRules RulesNow => rules.Current;

    private DateTimeOffset Now => time.GetUtcNow();

    private IReadOnlyList<ZoneDay> Days(string zone, DateOnly from, DateOnly to) => store.ZoneDays(zone, from, to);

    private ScoredZone? ZoneOf(string zone) => store.Database.Read(
        "SELECT zone, site, last_start, COALESCE((SELECT MAX(b.zone) FROM zone b WHERE b.zone < $1), '') FROM zone WHERE zone = $1",
        row => new ScoredZone(row.GetString(0), row.GetString(1), DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(2)), row.GetString(3)), zone) is [var found] ? found : null;

    private List<ScoredZone> ZonesOf(ZoneRange range) => store.Database.Read(
        $"SELECT zone, site, last_start FROM zone WHERE zone > $1 {(range.UpTo.Length > 0 ? "AND zone <= $2" : "")} ORDER BY zone",
        row => new ScoredZone(row.GetString(0), row.GetString(1), DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(2)), ""),
        range.UpTo.Length > 0 ? [range.After, range.UpTo] : [range.After]);

    private sealed record ScoredZone(string Zone, string Site, DateTimeOffset LastStart, string Before)
    {
        /// <summary>It alone.</summary>
        public ZoneRange Range => new(Before, Zone);
    }
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

/// <param name="Zones">How many.</param>
/// <param name="Scores">As they stand, under the policy in force.</param>
/// <param name="Days">Days that are over and were kept now.</param>
internal sealed record KeptRange(int Zones, IReadOnlyList<ZoneScore> Scores, IReadOnlyList<DayScore> Days);
