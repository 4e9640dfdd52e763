using System.Text.RegularExpressions;
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
internal static partial class PublicFolder
{
    private const string Policy = "policy.yaml", Calibration = "calibration.yaml", Rulings = "rulings.yaml";

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

    /// <summary>Fetches it from a running sink, as anyone can.</summary>
    /// <exception cref="HttpRequestException">The sink did not give it.</exception>
    public static async Task FetchAsync(HttpClient sink, string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        foreach (var (path, name) in new[] { ("api/policy", Policy), ("api/calibration", Calibration), ("api/rulings", Rulings) })
            await File.WriteAllBytesAsync(Path.Combine(folder, name), await sink.GetByteArrayAsync(path, cancellation), cancellation);
        foreach (var week in await sink.GetFromJsonAsync<string[]>("api/weeks", cancellation) ?? [])
        {
            // A name from elsewhere becomes a file of this machine.
            if (WeeklyFiles.MondayOf(week) is null)
                throw new HttpRequestException($"The sink names a week that is none: {new string([.. week.Where(char.IsAsciiLetterOrDigit)])}.");
            foreach (var kind in new[] { "rows", "scores" })
                await FetchAllAsync(sink, $"api/{kind}/{week}.csv", Path.Combine(folder, $"{kind}-{week}.csv"), cancellation);
        }
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

    // A thousand zones an answer; the first line of the others is the same and is left out.
    private static async Task FetchAllAsync(HttpClient sink, string path, string file, CancellationToken cancellation)
    {
        await using var to = new StreamWriter(file);
        var (after, seen) = ("", new HashSet<string>(StringComparer.Ordinal));
        while (true)
        {
            using var answer = await sink.GetAsync(after.Length == 0 ? path : $"{path}?after={after}", cancellation);
            answer.EnsureSuccessStatusCode();
            var text = await answer.Content.ReadAsStringAsync(cancellation);
            await to.WriteAsync(after.Length == 0 ? text : text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
            var next = answer.Headers.TryGetValues("Link", out var links) ? Next().Match(string.Join(',', links)).Groups["after"].Value : "";
            if (next.Length == 0)
                return;
            // Whoever answers in a ring is not followed.
            if (!seen.Add(next))
                throw new HttpRequestException($"The sink's answer to {path} goes round in a ring.");
            after = next;
        }
    }

    [GeneratedRegex("after=(?<after>[a-z0-9-]{3,32})>; *rel=\"?next", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Next();
}
