using System.CommandLine;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Serving;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary><c>sink recompute</c>: all scores from the first row again; what comes out otherwise gets a revision, nothing is overwritten.</summary>
internal static class RecomputeCommand
{
    private const int ShownMax = 20, ReasonLengthMax = 100;

    public static Command Create()
    {
        var config = ConfigurationArgument.Create();
        var zone = new Option<string?>("--zone") { Description = "One zone; all of them without it." };
        var from = new Option<DateOnly?>("--from") { Description = "Keeps every day that is over from this one on (UTC); without it those that were kept before.", HelpName = "yyyy-MM-dd" };
        var policy = new Option<string?>("--policy") { Description = "Another policy: its scores are kept beside as what would have been, never as the score.", HelpName = "FILE" };
        var reason = new Option<string>("--reason") { Description = "Stands beside each day that changes.", DefaultValueFactory = _ => "recomputed" };
        reason.Validators.Add(result =>
        {
            // It is published in a table that people open with their programs: none of those may take it for a formula.
            if (result.GetValueOrDefault<string>() is not { Length: >= 1 and <= ReasonLengthMax } words || !char.IsLetterOrDigit(words[0]) || words.Any(char.IsControl))
                result.AddError($"--reason: 1 to {ReasonLengthMax} characters in one line, of which the first is a letter or a digit; it is published.");
        });
        var dry = new Option<bool>("--dry-run") { Description = "Says what would change and keeps nothing." };
        var command = new Command("recompute", """
            Computes scores from the first row again, beside a running sink. A day that comes out otherwise than it was kept gets a revision more, with
            the reason; the older one stays readable.
            Examples:
              sink recompute --dry-run
              sink recompute --zone crossing-north --reason "restated after contest 7"
              sink recompute --policy p-2026.4.yaml --from 2026-01-01
            """) { config, zone, from, policy, reason, dry };
        command.SetAction(parsed => OpenedStore.Use(parsed, config, (configuration, store) =>
        {
            var rules = StoreRules.Of(configuration, store);
            ScoreRules? under = null;
            if (parsed.GetValue(policy) is { } path)
            {
                var (file, faults) = PolicyReader.Read(path);
                foreach (var fault in faults)
                    parsed.InvocationConfiguration.Error.WriteLine(fault.ToString());
                if (file is null)
                    return 1;
                under = rules.Current with { Policy = file.Policy };
                if (file.Policy.Id == rules.Current.Policy.Id)
                {
                    parsed.InvocationConfiguration.Error.WriteLine($"--policy: {file.Policy.Id} is the policy in force; leave --policy out, or give the other one its own id.");
                    return 1;
                }
            }

            var work = new KeepingTask
            {
                Reason = parsed.GetValue(reason),
                From = parsed.GetValue(from),
                IsAnew = true,
                IsDry = parsed.GetValue(dry),
                Under = under,
            };
            return Recompute(new ScoreKeeping(store, rules, TimeProvider.System), parsed.GetValue(zone), work, parsed.InvocationConfiguration);
        }, mustBeThere: true));
        return command;
    }

    private static int Recompute(ScoreKeeping keeping, string? zone, KeepingTask task, InvocationConfiguration streams)
    {
        var ranges = zone is null ? keeping.Ranges() : keeping.RangeOf(zone) is { } one ? [one] : [];
        if (ranges.Count == 0)
        {
            streams.Error.WriteLine($"--zone: there is no record of '{zone}'.");
            return 1;
        }

        long zones = 0, added = 0, revised = 0;
        for (var i = 0; i < ranges.Count; i++)
        {
            zones += keeping.KeepRange(ranges[i], task, kept =>
            {
                added += kept.Days.Count(day => day.Revision == 1);
                foreach (var day in kept.Days.Where(day => day.Revision > 1))
                {
                    if (revised++ < ShownMax)
                        streams.Output.WriteLine($"{day.Score.Zone} {day.Score.Day:yyyy-MM-dd} revision {day.Revision}: {day.Score.Score:F3} +- {day.Score.HalfWidth:F3} {day.Score.Grade}");
                }
            });

            if (ranges.Count >= 10 && (i + 1) % (ranges.Count / 10) == 0)
                streams.Error.WriteLine($"{i + 1} of {ranges.Count} parts, {zones} zones");
        }

        if (revised > ShownMax)
            streams.Output.WriteLine($"... and {revised - ShownMax} more");
        streams.Output.WriteLine($"{zones} zones: {added} days {(task.IsDry ? "would be" : "were")} added, {revised} {(task.IsDry ? "would get" : "got")} a revision.");
        return 0;
    }
}
