using System.CommandLine;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Serving;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary><c>sink verify</c>: every published score computed again from public files alone.</summary>
internal static class VerifyCommand
{
    private const int ShownMax = 10;

    public static Command Create()
    {
        var folder = new Argument<string?>("folder") { Description = "What sink export --weekly has written.", Arity = ArgumentArity.ZeroOrOne };
        var sink = new Option<string?>("--sink") { Description = "Fetches the same from a running sink, as anyone can.", HelpName = "URL" };
        var policy = new Option<string?>("--policy") { Description = "A policy that was in force before: its scores are looked at in the place of those of policy.yaml.", HelpName = "FILE" };
        var command = new Command("verify", """
            Computes every published score again from the public rows, the policy, the calibration and what contests have decided, without any database, and
            compares: scores and half-widths to 1e-9, grades exactly, the last revision of each day. Says the first differences; ends with 1 if there is any.
            Examples:
              sink verify --sink https://scores.example
              sink export --weekly public/ --config sink.yaml && sink verify public/
            """) { folder, sink, policy };
        command.Validators.Add(result =>
        {
            if (result.GetValue(folder) is null == (result.GetValue(sink) is null))
                result.AddError("Give either a folder or --sink.");
            else if (result.GetValue(sink) is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
                result.AddError($"--sink: \"{url}\" is no address; write https://scores.example");
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            var streams = parsed.InvocationConfiguration;
            if (parsed.GetValue(folder) is { } files)
                return Verify(files, parsed.GetValue(policy), streams);
            var fetched = Directory.CreateTempSubdirectory("sink-verify-");
            try
            {
                using var client = new HttpClient { BaseAddress = new Uri(parsed.GetValue(sink)!.TrimEnd('/') + "/") };
                await PublicFolder.FetchAsync(client, fetched.FullName, cancellation);
                return Verify(fetched.FullName, parsed.GetValue(policy), streams);
            }
            catch (HttpRequestException failure)
            {
                await streams.Error.WriteLineAsync($"--sink: {failure.Message}");
                return 1;
            }
            finally
            {
                fetched.Delete(recursive: true);
            }
        });
        return command;
    }

    private static int Verify(string folder, string? policy, InvocationConfiguration streams)
    {
        var (rules, faults) = PublicFolder.ReadRules(folder, policy);
        var rows = ReadRows(folder, faults);
        var published = ReadScores(folder, faults);
        if (faults.Count > 0 || rules is null)
        {
            foreach (var fault in faults)
                streams.Error.WriteLine(fault.Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal));
            return 1;
        }

        var ours = published.Where(score => score.Policy == rules.Policy.Id).ToList();
        long wrong = 0;
        foreach (var zone in ours.GroupBy(score => score.Zone, StringComparer.Ordinal))
        {
            foreach (var difference in Verification.Differences(rules, rows.GetValueOrDefault(zone.Key, []), [.. zone]))
            {
                if (wrong++ < ShownMax)
                    streams.Error.WriteLine(difference.Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal));
            }
        }

        if (wrong > ShownMax)
            streams.Error.WriteLine($"... and {wrong - ShownMax} more");
        var others = published.Count - ours.Count;
        if (others > 0)
            streams.Output.WriteLine($"{others} scores are of other policies than {rules.Policy.Id} and were not looked at; --policy names another one.");
        if (ours.Count == 0)
            streams.Error.WriteLine($"{folder}: there is no published score under {rules.Policy.Id}; nothing was verified.");
        else
            streams.Output.WriteLine($"{ours.Count} published scores of {ours.Select(score => score.Zone).Distinct(StringComparer.Ordinal).Count()} zones under {rules.Policy.Id}: {(wrong == 0 ? "all come out of the public rows" : $"{wrong} do not come out of the public rows")}.");
        return wrong == 0 && ours.Count > 0 ? 0 : 1;
    }

    private static Dictionary<string, List<DayRow>> ReadRows(string folder, List<string> faults)
    {
        var zones = new Dictionary<string, List<DayRow>>(StringComparer.Ordinal);
        var files = PublicFolder.FilesOf(folder, "rows");
        if (files.Count == 0)
            faults.Add($"{folder}: there is no file rows-*.csv; sink export --weekly writes them.");
        foreach (var file in files)
        {
            var read = RowsCsvReader.Read(file);
            faults.AddRange(read.Faults);
            foreach (var (zone, days) in read.Zones)
            {
                if (!zones.TryGetValue(zone, out var known))
                    zones.Add(zone, known = []);
                var before = known.Select(row => row.Date).ToHashSet();
                faults.AddRange(days.Where(day => before.Contains(day.Date)).Select(day => $"{file}: {zone} {day.Date:yyyy-MM-dd} stands in an earlier file already"));
                known.AddRange(days);
            }
        }

        return zones;
    }

    private static List<PublishedScore> ReadScores(string folder, List<string> faults)
    {
        var scores = new List<PublishedScore>();
        foreach (var file in PublicFolder.FilesOf(folder, "scores"))
        {
            using var text = new StreamReader(file);
            var (read, wrong) = ScoresCsv.Read(file, text);
            scores.AddRange(read);
            faults.AddRange(wrong);
        }

        return scores;
    }
}
