using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>The scores of some zones, from reading to keeping; once.</summary>
/// <param name="keeping">For whom.</param>
/// <param name="closed">The last day that is over, where the days that are over are to be kept too.</param>
/// <param name="task">How.</param>
internal sealed class ScoreWork(ScoreKeeping keeping, DateOnly? closed, KeepingTask task)
{
    /// <summary>Of so many zones the scores are in memory before they are written.</summary>
    private const int ZonesAtOnce = 1000;

    /// <summary>Of zones that need more days than <see cref="NearDays"/>, since each may have thousands.</summary>
    private const int FarZonesAtOnce = 50;

    /// <summary>A zone that needs the rows of more days is read by itself, so that it makes the walk no longer for all others: 56 days of drift and some.</summary>
    private const int NearDays = 70;

    private readonly DateTimeOffset _now = keeping.Now;
    private readonly DateOnly _today = DateOnly.FromDateTime(keeping.Now.UtcDateTime);
    private readonly List<(ScoreRules Rules, bool IsShadow)> _rules =
        task.Under is { } under ? [(under, true)] : keeping.RulesFor(DateOnly.FromDateTime(keeping.Now.UtcDateTime));

    // A day is over for the sums too, whether its score is kept now or not.
    private readonly DateOnly _over = closed ?? keeping.Closed;

    private readonly List<CurrentScore> _current = [];
    private readonly List<DayScore> _days = [];
    private readonly List<ZoneScore> _published = [];
    private readonly List<KeyValuePair<(string, string), KeptState>> _next = [];
    private Dictionary<(string, string), KeptState> _states = [];

    private DateOnly DriftFrom => _over.AddDays(1 - 2 * Drift.Days);

    /// <param name="choice">Which zones.</param>
    /// <param name="kept">Is given what was kept, each time some of it is.</param>
    /// <returns>How many there are.</returns>
    public int Run(ZoneChoice choice, Action<KeptZones> kept)
    {
        var zones = ZonesOf(choice);
        if (zones.Count == 0)
            return 0;
        _states = task.IsAnew ? [] : keeping.Tables.States(choice);
        var due = zones.ConvertAll(DueOf);
        var near = due.FindAll(zone => zone.From > _today.AddDays(-NearDays));
        var gathered = Gather(choice, near);
        var after = choice.Range.After;
        foreach (var some in near.Chunk(ZonesAtOnce))
        {
            var these = choice.Names is null ? new ZoneRange(after, after = some[^1].Zone.Name) : ZoneChoice.Of(NamesOf(some));
            Keep(some, gathered, these, kept);
        }

        foreach (var some in due.FindAll(zone => zone.From <= _today.AddDays(-NearDays)).Chunk(FarZonesAtOnce))
        {
            var these = ZoneChoice.Of(NamesOf(some));
            Keep(some, Gather(these, some), these, kept);
        }

        return zones.Count;
    }

    /// <summary>Days first, then the scores as they stand, then from where to go on: whoever is killed in between does the same again.</summary>
    private void Keep(IReadOnlyList<DueZone> zones, GatheredDays gathered, ZoneChoice choice, Action<KeptZones> kept)
    {
        var marks = closed is null ? [] : keeping.Tables.Marks(choice, zones.Min(zone => zone.From));
        foreach (var zone in zones)
            Reckon(zone, gathered.Take(zone.Zone.Name), marks);
        if (!task.IsDry)
        {
            keeping.Tables.KeepDays(_days);
            keeping.Tables.KeepCurrent(_current);
            keeping.Tables.KeepStates(_next);
        }

        kept(new KeptZones([.. _published], [.. _days]));
        _days.Clear();
        _current.Clear();
        _next.Clear();
        _published.Clear();
    }

    private GatheredDays Gather(ZoneChoice choice, IReadOnlyList<DueZone> zones)
    {
        var counts = zones.Count == 0 ? _today : zones.Min(zone => zone.From);
        return GatheredDays.Read(keeping.Database, choice, NamesOf(zones), counts < DriftFrom ? counts : DriftFrom, _today, counts);
    }

    /// <summary>A zone with what its rules are called and the first day whose rows are needed; none is older than its first window.</summary>
    private DueZone DueOf(ScoredZone zone)
    {
        var digests = new string[_rules.Count];
        var from = DateOnly.MaxValue;
        for (var i = 0; i < digests.Length; i++)
        {
            digests[i] = _rules[i].Rules.DigestOf(zone.Name);
            var next = Reckoning.From(_states.GetValueOrDefault((zone.Name, _rules[i].Rules.Policy.Id)), digests[i]) ?? zone.First;
            from = next < from ? next : from;
        }

        return new DueZone(zone, digests, from);
    }

    private void Reckon(DueZone due, List<ZoneDay> days, Dictionary<(string, string), SortedDictionary<DateOnly, DayMark>> marks)
    {
        var zone = due.Zone;
        var rows = days.ConvertAll(ScoreBook.RowOf);
        var drift = Drift.Of(days.ConvertAll(day => new DriftDay(day.Date, day.Windows, day.Released, day.CoverageTenths, day.Passages)), _over)
            .Select(alarm => alarm.ToString()).ToList();
        for (var i = 0; i < _rules.Count; i++)
        {
            var ((rules, isShadow), digest) = (_rules[i], due.Digests[i]);
            var key = (zone.Name, rules.Policy.Id);
            var kept = marks.GetValueOrDefault(key, []);
            var reckoned = Reckoning.Of(
                new ReckonedZone(zone.Name, rules, digest, _states.GetValueOrDefault(key)), rows, _over, _today,
                (fold, inputs) => closed is not null && IsWanted(fold, inputs, kept));
            foreach (var (score, inputs) in reckoned.Over)
            {
                var before = kept.TryGetValue(score.AsOf, out var mark) ? mark : default;
                var why = before.Revision == 0 ? ScoreKeeping.FirstReason : task.Reason ?? (before.Rules == digest ? ScoreKeeping.LateReason : ScoreKeeping.RulesReason);
                _days.Add(new DayScore(before.Revision + 1, isShadow, KeptScore.Of(score), digest, inputs, why, _now));
            }

            if (reckoned.State is { } state)
                _next.Add(KeyValuePair.Create(key, state));
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
        var from = task.From ?? _over;
        return day >= from || (kept.Count > 0 && day > kept.Keys.First());
    }

    private List<ScoredZone> ZonesOf(ZoneChoice choice) => keeping.Database.Read(
        $"SELECT zone, site, first_start, last_start FROM zone WHERE {choice.Where(1)} ORDER BY zone",
        row => new ScoredZone(
            row.GetString(0), row.GetString(1), DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(2)).UtcDateTime),
            DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(3))),
        [.. choice.Values]);

    private static List<string> NamesOf(IEnumerable<DueZone> zones) => [.. zones.Select(zone => zone.Zone.Name)];

    /// <param name="Name">The zone.</param>
    /// <param name="Site">Of its newest record.</param>
    /// <param name="First">The day of its oldest window.</param>
    /// <param name="LastStart">Start of its newest window.</param>
    private sealed record ScoredZone(string Name, string Site, DateOnly First, DateTimeOffset LastStart);

    private sealed record DueZone(ScoredZone Zone, string[] Digests, DateOnly From);
}
