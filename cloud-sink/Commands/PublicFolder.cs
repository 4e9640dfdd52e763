using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary>
/// A folder with all from which scores are computed, and the scores that were published: <c>policy.yaml</c>, <c>calibration.yaml</c>,
/// <c>rulings.yaml</c>, <c>rows-2026-W47.csv</c> and <c>scores-2026-W47.csv</c> for each week.
/// </summary>
internal static class PublicFolder
{
    public const string Policy = "policy.yaml", Calibration = "calibration.yaml", Rulings = "rulings.yaml";

    /// <summary>Writes it from a store.</summary>
    /// <returns>How many weeks.</returns>
    public static int Write(string folder, IEventStore store, RulesFiles rules)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, Policy), rules.Policy.ToArray());
        File.WriteAllBytes(Path.Combine(folder, Calibration), rules.Calibration.ToArray());
        File.WriteAllBytes(Path.Combine(folder, Rulings), rules.Rulings.ToArray());
        var files = new WeeklyFiles(store, new ActivePolicy(rules.Read));
        var weeks = files.Weeks();
        foreach (var week in weeks)
        {
            var monday = WeeklyFiles.MondayOf(week)!.Value;
            using (var rows = new StreamWriter(Path.Combine(folder, $"rows-{week}.csv")))
                files.WriteRows(rows, ZoneRange.All, monday);
            using var scores = new StreamWriter(Path.Combine(folder, $"scores-{week}.csv"));
            files.WriteScores(scores, ZoneRange.All, monday);
        }

        return weeks.Count;
    }

    /// <summary>Reads the rules of a folder, or another policy in the place of its own; every fault in words.</summary>
    public static (ScoreRules? Rules, List<string> Faults) ReadRules(string folder, string? otherPolicy)
    {
        var faults = new List<string>();
        var policy = Taken(PolicyReader.Read(otherPolicy ?? Path.Combine(folder, Policy)), faults);
        var calibration = File.Exists(Path.Combine(folder, Calibration)) ? Taken(CalibrationReader.Read(Path.Combine(folder, Calibration)), faults) : CalibrationFile.None;
        var rulings = File.Exists(Path.Combine(folder, Rulings)) ? Taken(RulingsFile.Read(Path.Combine(folder, Rulings)), faults) : RulingsFile.None;
        return faults.Count == 0 ? (rulings!.Rulings.Over(policy!.Policy, calibration!.Calibration), faults) : (null, faults);
    }

    /// <summary>Its files of a kind, <c>rows</c> or <c>scores</c>, in the order of their weeks.</summary>
    public static IReadOnlyList<string> FilesOf(string folder, string kind) =>
        Directory.Exists(folder) ? [.. Directory.GetFiles(folder, $"{kind}-*.csv").Order(StringComparer.Ordinal)] : [];

    private static T? Taken<T>((T? File, IReadOnlyList<ConfigFault> Faults) read, List<string> faults)
    {
        faults.AddRange(read.Faults.Select(fault => fault.ToString()));
        return read.File;
    }
}
