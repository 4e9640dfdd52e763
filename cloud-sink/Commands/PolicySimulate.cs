using System.CommandLine;
using System.Globalization;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary><c>sink policy simulate</c>: what a policy would have done to every zone, before anyone signs it.</summary>
internal static class PolicySimulate
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "The policy that is not in force yet." };
        var config = ConfigurationArgument.Create();
        var days = new Option<int>("--days") { Description = "The last days that are over, 1 to 366.", DefaultValueFactory = _ => 28 };
        days.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 366)
                result.AddError("--days: a whole number from 1 to 366.");
        });
        var command = new Command("simulate", """
            Computes every zone's scores of the last days under a policy and under the one in force, from the same rows: how scores would have moved, which
            grades would have been others, and the ten zones that gain and lose most. Changes nothing.
            Example: sink policy simulate p-2026.4.yaml --days 28 --config sink.yaml
            """) { file, config, days };
        command.SetAction(parsed => OpenedStore.Use(parsed, config, (configuration, store) =>
        {
            var (policy, faults) = PolicyReader.Read(parsed.GetRequiredValue(file));
            foreach (var fault in faults)
                parsed.InvocationConfiguration.Error.WriteLine(fault.ToString());
            if (policy is null)
                return 1;
            var now = StoreRules.Of(configuration, store).Current;
            var asOf = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-1);
            var trial = new PolicyTrial(now, now with { Policy = policy.Policy }, asOf, parsed.GetValue(days));
            var reader = new ZoneDayReader(store.Database);
            foreach (var range in reader.Ranges(ScoreKeeping.ZonesAtOnce))
                reader.Read(range, ScoreBook.Earliest, asOf, (zone, rows) => trial.Add(zone, [.. rows.Select(ScoreBook.RowOf)]));
            parsed.InvocationConfiguration.Output.WriteLine($"{policy.Policy.Id} instead of {now.Policy.Id}, {parsed.GetValue(days)} days up to {asOf:yyyy-MM-dd}");
            Write(parsed.InvocationConfiguration.Output, trial);
            return 0;
        }, mustBeThere: true));
        return command;
    }

    private static void Write(TextWriter output, PolicyTrial trial)
    {
        output.WriteLine($"{trial.Zones} zones. Change of a zone's mean score: least {Signed(trial.Quantile(0))}, a tenth below {Signed(trial.Quantile(0.1))}, "
            + $"half below {Signed(trial.Quantile(0.5))}, a tenth above {Signed(trial.Quantile(0.9))}, most {Signed(trial.Quantile(1))}.");
        var grades = trial.Grades().ToList();
        output.WriteLine(grades.Count == 0 ? "No zone would have another grade." : "Grades on the last day:");
        foreach (var (from, to, zones) in grades)
            output.WriteLine($"  {from} -> {to}: {zones} {(zones == 1 ? "zone" : "zones")}");
        foreach (var isUp in new[] { true, false })
        {
            var named = trial.Most(isUp).ToList();
            output.WriteLine(named.Count == 0 ? $"No zone would have {(isUp ? "more" : "fewer")} points." : $"{(isUp ? "Up" : "Down")} most:");
            foreach (var zone in named)
                output.WriteLine($"  {zone.Zone}: {Signed(zone.Change)}, last {zone.Before.Score:F1} {zone.Before.Grade} -> {zone.After.Score:F1} {zone.After.Grade}");
        }
    }

    private static string Signed(double points) => points.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);
}
