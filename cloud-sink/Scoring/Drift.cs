namespace SocialCredit.Edge.Sink.Scoring;

/// <summary>
/// Whether a camera has begun to see otherwise than it did: a two-sided tabular CUSUM of the last 28 days over what the 28 days before were like, for
/// the share of windows released, the coverage and the passages a window. It tells somebody to look at a camera; it never changes a score.
/// </summary>
/// <remarks>
/// k = 0.5 and h = 5 standard deviations: D. C. Montgomery, Introduction to Statistical Quality Control, chapter 9: an average run of 465 days between
/// false alarms and 10.4 days to see a shift of one standard deviation, where mean and deviation are known. Estimated from 28 days they are not; what
/// comes of it is measured by DriftTests. The deviation is never less than what the noise and the counting alone would give.
/// </remarks>
internal static class Drift
{
    /// <summary>Days that are looked at, and days before them that they are compared with.</summary>
    public const int Days = 28;

    /// <summary>With fewer days before there is nothing to compare with, and no alarm.</summary>
    public const int DaysBeforeMin = 14;

    private const double Slack = 0.5, Limit = 5;

    // Enough to be an alarm and to be over within ten days after all is as before.
    private const double SumMax = 2 * Limit;

    // Contract, section 3: epsilon 0.4 on passages.
    private static readonly double PassageNoise = ScoreCalculator.NoiseVariance(0.4);

    /// <summary>Two points in a hundred are nothing to send somebody for.</summary>
    private const double ShareDeviationMin = 0.02;

    /// <summary>What drifts as of a day; nothing for most cameras on most days.</summary>
    /// <param name="days">The zone's days, oldest first; only those up to <paramref name="asOf"/> that are younger than 56 days are looked at.</param>
    /// <param name="asOf">The last day that is over.</param>
    public static IReadOnlyList<DriftAlarm> Of(IReadOnlyList<DriftDay> days, DateOnly asOf)
    {
        var before = days.Where(day => day.Date > asOf.AddDays(-2 * Days) && day.Date <= asOf.AddDays(-Days) && day.Windows > 0).ToList();
        var last = days.Where(day => day.Date > asOf.AddDays(-Days) && day.Date <= asOf && day.Windows > 0).ToList();
        if (before.Count < DaysBeforeMin || last.Count == 0)
            return [];
        var alarms = new List<DriftAlarm>();
        var windows = before.Average(day => day.Windows);
        Watch(DriftingValue.ReleasedShare, day => (double)day.Released / day.Windows, mean => Math.Max(ShareDeviationMin * ShareDeviationMin, mean * (1 - mean) / windows));
        Watch(DriftingValue.Coverage, day => day.CoverageTenths / (10.0 * day.Windows), _ => ShareDeviationMin * ShareDeviationMin);
        before.RemoveAll(day => day.Released == 0);
        last.RemoveAll(day => day.Released == 0);
        if (before.Count >= DaysBeforeMin)
        {
            var released = before.Average(day => day.Released);
            Watch(DriftingValue.Passages, day => (double)day.Passages / day.Released, mean => (Math.Max(mean, 0) + PassageNoise) / released);
        }

        return alarms;

        void Watch(DriftingValue what, Func<DriftDay, double> value, Func<double, double> varianceMin)
        {
            var mean = before.Average(value);
            var variance = before.Sum(day => Math.Pow(value(day) - mean, 2)) / (before.Count - 1);
            // The mean itself is known to 1/n of the variance only.
            var deviation = Math.Sqrt(Math.Max(variance, varianceMin(mean)) * (1 + 1.0 / before.Count));
            if (Alarm(what, last.Select(day => (day.Date, (value(day) - mean) / deviation))) is { } alarm)
                alarms.Add(alarm with { Before = mean, Now = last.Where(day => day.Date >= alarm.Since).Average(value) });
        }
    }

    private static DriftAlarm? Alarm(DriftingValue what, IEnumerable<(DateOnly Day, double Deviations)> last)
    {
        double up = 0, down = 0;
        DateOnly upSince = default, downSince = default;
        foreach (var (day, deviations) in last)
        {
            upSince = up > 0 ? upSince : day;
            downSince = down > 0 ? downSince : day;
            up = Math.Clamp(up + deviations - Slack, 0, SumMax);
            down = Math.Clamp(down - deviations - Slack, 0, SumMax);
        }

        return up > Limit ? new DriftAlarm(what, IsUp: true, upSince) : down > Limit ? new DriftAlarm(what, IsUp: false, downSince) : null;
    }
}

/// <summary>How a zone's camera was on a day, without what it counted of behaviours.</summary>
internal readonly record struct DriftDay(DateOnly Date, int Windows, int Released, int CoverageTenths, long Passages);

/// <summary>What can drift.</summary>
public enum DriftingValue : byte
{
    ReleasedShare,
    Coverage,

    /// <summary>A released window.</summary>
    Passages,
}

/// <param name="What">What drifts.</param>
/// <param name="IsUp">It rises.</param>
/// <param name="Since">The day on which it left its course, as far as that can be told.</param>
public sealed record DriftAlarm(DriftingValue What, bool IsUp, DateOnly Since)
{
    /// <summary>Mean of the 28 days that it is held against: a share 0..1, or passages a released window.</summary>
    public double Before { get; init; }

    /// <summary>Mean since then, in the same unit.</summary>
    public double Now { get; init; }

    /// <summary>Without its day: <c>passages-down</c>.</summary>
    public string Kind => $"{Word(What)}-{(IsUp ? "up" : "down")}";

    /// <summary>As it is kept and served: <c>passages-down:2026-11-12</c>.</summary>
    public override string ToString() => $"{Kind}:{Since:yyyy-MM-dd}";

    private static string Word(DriftingValue what) => what switch
    {
        DriftingValue.ReleasedShare => "released",
        DriftingValue.Coverage => "coverage",
        _ => "passages",
    };
}
