namespace SocialCredit.Edge.Sink.Scoring;

/// <summary>What another policy would have done to every zone over some days: how far scores move, and which grades change.</summary>
internal sealed class PolicyTrial(ScoreRules now, ScoreRules then, DateOnly asOf, int days)
{
    /// <summary>Zones that are named on each side.</summary>
    public const int NamedMax = 10;

    private readonly List<TrialZone> _zones = [];

    /// <summary>Adds a zone with all of its rows; one without any row is nothing to compare.</summary>
    public void Add(string zone, IReadOnlyCollection<DayRow> rows)
    {
        if (!rows.Any(row => row.Date <= asOf))
            return;
        var before = new ScoreCalculator(now).History(zone, rows, asOf).TakeLast(days).ToList();
        var after = new ScoreCalculator(then).History(zone, rows, asOf).TakeLast(days).ToList();
        _zones.Add(new TrialZone(zone, after.Average(score => score.Score) - before.Average(score => score.Score), before[^1], after[^1]));
    }

    public int Zones => _zones.Count;

    /// <summary>The change of the mean score of a zone below which a share of all zones lie; 0 without any zone.</summary>
    public double Quantile(double share)
    {
        var sorted = _zones.Select(zone => zone.Change).Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted[(int)Math.Round(share * (sorted.Length - 1))];
    }

    /// <summary>Zones whose score moves up most, or down most; those that do not move are none.</summary>
    public IEnumerable<TrialZone> Most(bool isUp) => _zones
        .Where(zone => isUp ? zone.Change > 0 : zone.Change < 0)
        .OrderByDescending(zone => Math.Abs(zone.Change)).ThenBy(zone => zone.Zone, StringComparer.Ordinal).Take(NamedMax);

    /// <summary>How many zones go from one grade to another on the last day.</summary>
    public IEnumerable<(Grade From, Grade To, int Zones)> Grades() => _zones
        .Where(zone => zone.Before.Grade != zone.After.Grade)
        .GroupBy(zone => (zone.Before.Grade, zone.After.Grade))
        .OrderBy(group => group.Key)
        .Select(group => (group.Key.Item1, group.Key.Item2, group.Count()));
}

/// <param name="Zone">Its name.</param>
/// <param name="Change">Of the mean score over the days.</param>
/// <param name="Before">On the last day, under the policy in force.</param>
/// <param name="After">On the last day, under the other.</param>
internal sealed record TrialZone(string Zone, double Change, ZoneScore Before, ZoneScore After);
