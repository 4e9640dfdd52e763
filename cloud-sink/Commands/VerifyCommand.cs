using System.CommandLine;
using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary><c>sink verify</c>: every published score computed again from public files alone.</summary>
internal static class VerifyCommand
{
    private const int MegabytesDefault = 4096;

    private const double MinutesDefault = 60, MinutesMax = 7 * 24 * 60;

    public static Command Create()
    {
        var folder = new Argument<string?>("folder") { Description = "What sink export --weekly has written.", Arity = ArgumentArity.ZeroOrOne };
        var sink = new Option<string?>("--sink") { Description = "Fetches the same from a running sink, as anyone can.", HelpName = "URL" };
        var policy = new Option<string?>("--policy") { Description = "A policy that was in force before: its scores are looked at in the place of those of policy.yaml.", HelpName = "FILE" };
        var megabytes = new Option<int>("--megabytes") { Description = "So much is fetched from a sink at most, in all; it lies in the temporary folder meanwhile.", HelpName = "N", DefaultValueFactory = _ => MegabytesDefault };
        var minutes = new Option<double>("--minutes") { Description = "After so long it is given up: a sink can be slow on purpose.", HelpName = "N", DefaultValueFactory = _ => MinutesDefault };
        var command = new Command("verify", """
            Computes every published score again from the public rows, the policy, the calibration and what contests have decided, without any database, and
            compares: scores and half-widths to 1e-9, grades exactly, the last revision of each day; no day and no zone may be left out. Says the first
            differences; ends with 1 if there is any, and if anything could not be looked at. Nothing that a sink answers is trusted, and no other host is asked.
            Examples:
              sink verify --sink https://scores.example
              sink export --weekly public/ --config sink.yaml && sink verify public/
            """) { folder, sink, policy, megabytes, minutes };
        command.Validators.Add(result =>
        {
            if (result.GetValue(folder) is null == (result.GetValue(sink) is null))
                result.AddError("Give either a folder or --sink.");
            else if (result.GetValue(sink) is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
                result.AddError($"--sink: \"{url}\" is no address; write https://scores.example");
        });
        megabytes.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("--megabytes: at least 1.");
        });
        minutes.Validators.Add(result =>
        {
            if (!(result.GetValueOrDefault<double>() is > 0 and <= MinutesMax))
                result.AddError($"--minutes: more than 0 and at most {MinutesMax}.");
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            var streams = parsed.InvocationConfiguration;
            var patience = TimeSpan.FromMinutes(parsed.GetValue(minutes));
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            end.CancelAfter(patience);
            try
            {
                return parsed.GetValue(folder) is { } files
                    ? new Verifying(files, streams, end.Token).Run(parsed.GetValue(policy))
                    : await FetchedAsync(parsed.GetValue(sink)!, (long)parsed.GetValue(megabytes) << 20, fetched => new Verifying(fetched, streams, end.Token).Run(parsed.GetValue(policy)), end.Token);
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or UnauthorizedAccessException)
            {
                await streams.Error.WriteLineAsync(Verifying.Plain($"{(parsed.GetValue(sink) is null ? "" : "--sink: ")}{failure.Message}"));
                return 1;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                await streams.Error.WriteLineAsync($"--minutes: it was not done after {patience.TotalMinutes:0.###} minutes, and nothing is verified. Allow more, if the sink is not slow on purpose.");
                return 1;
            }
        });
        return command;
    }

    private static async Task<int> FetchedAsync(string sink, long bytesMax, Func<string, int> verify, CancellationToken cancellation)
    {
        var fetched = Directory.CreateTempSubdirectory("sink-verify-");
        try
        {
            using var client = PublicFetch.Open(new Uri(sink.TrimEnd('/') + "/"));
            await new PublicFetch(client, bytesMax).RunAsync(fetched.FullName, cancellation);
            return verify(fetched.FullName);
        }
        finally
        {
            fetched.Delete(recursive: true);
        }
    }
}

/// <summary>One run over a public folder, of which nothing is trusted.</summary>
internal sealed class Verifying(string folder, InvocationConfiguration streams, CancellationToken cancellation)
{
    private const int ShownMax = 10;

    /// <summary>While a sink computes the night, zones have a day more or less.</summary>
    private const int NightDays = 1;

    private readonly SortedDictionary<DateOnly, (long Zones, string First)> _ends = [], _unscored = [];
    private long _wrong, _scores, _zones;

    /// <returns>The exit code: 0 where all was looked at and comes out.</returns>
    public int Run(string? policy)
    {
        var (rules, faults) = PublicFolder.ReadRules(folder, policy);
        if (PublicFolder.FilesOf(folder, "rows").Count == 0)
            faults.Add($"{folder}: there is no file rows-*.csv; sink export --weekly writes them.");
        if (rules is null || faults.Count > 0)
            return Refuse(faults);
        var files = new PublicZones(folder, rules.Policy.Id, cancellation);
        foreach (var zone in files.Read())
            Look(rules, zone);
        if (files.Faults.Count > 0)
            return Refuse(files.Faults);
        LookForMissing();
        if (_wrong > ShownMax)
            streams.Error.WriteLine($"... and {_wrong - ShownMax} more");
        if (files.Others > 0)
            streams.Output.WriteLine($"{files.Others} scores are of other policies than {rules.Policy.Id} and were not looked at; --policy names another one.");
        if (_scores == 0)
            streams.Error.WriteLine(Plain($"{folder}: there is no published score under {rules.Policy.Id}; nothing was verified."));
        else
            streams.Output.WriteLine($"{_scores} published scores of {_zones} zones under {rules.Policy.Id}: {(_wrong == 0 ? "all come out of the public rows" : $"{_wrong} do not come out of the public rows")}.");
        return _wrong == 0 && _scores > 0 ? 0 : 1;
    }

    /// <summary>What stands in files of others must be able neither to speak to a terminal nor to fill it.</summary>
    public static string Plain(string text) => string.Concat(text.Take(1000).Select(c => char.IsControl(c) ? '?' : c));

    private void Look(ScoreRules rules, PublicZone zone)
    {
        if (zone.Scores.Count == 0)
        {
            Note(_unscored, zone.Rows.Min(row => row.Date), zone.Zone);
            return;
        }

        (_scores, _zones) = (_scores + zone.Scores.Count, _zones + 1);
        Note(_ends, zone.Scores.Max(score => score.Date), zone.Zone);
        foreach (var difference in Verification.Differences(rules, zone.Rows, zone.Scores))
            Say(difference);
    }

    // A sink may leave out what it does not like: a zone, or its last days.
    private void LookForMissing()
    {
        if (_ends.Count == 0)
            return;
        var last = _ends.Keys.Last();
        foreach (var (day, (zones, first)) in _ends.Where(end => end.Key < last.AddDays(-NightDays)))
            Say($"{first}: its published scores end on {day:yyyy-MM-dd}, those of others go on to {last:yyyy-MM-dd}{More(zones)}", zones);
        foreach (var (day, (zones, first)) in _unscored.Where(begin => begin.Key < last.AddDays(-NightDays)))
            Say($"{first}: it has rows from {day:yyyy-MM-dd} on and no published score, others have to {last:yyyy-MM-dd}{More(zones)}", zones);
    }

    private static string More(long zones) => zones > 1 ? $"; so do {zones - 1} more" : "";

    private static void Note(SortedDictionary<DateOnly, (long Zones, string First)> days, DateOnly day, string zone) =>
        days[day] = days.TryGetValue(day, out var known) ? (known.Zones + 1, known.First) : (1, zone);

    private void Say(string difference, long count = 1)
    {
        if (_wrong < ShownMax)
            streams.Error.WriteLine(Local(difference));
        _wrong += count;
    }

    private int Refuse(IEnumerable<string> faults)
    {
        foreach (var fault in faults)
            streams.Error.WriteLine(Local(fault));
        return 1;
    }

    private string Local(string text) => Plain(text.Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal));
}
