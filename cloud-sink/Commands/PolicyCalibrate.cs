using System.CommandLine;
using System.Globalization;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary><c>sink policy calibrate</c>: proposes reference rates from what the city's own places were like.</summary>
internal static class PolicyCalibrate
{
    public static Command Create()
    {
        var config = ConfigurationArgument.Create();
        var days = new Option<int>("--days") { Description = "The last days that are over, 28 to 366.", DefaultValueFactory = _ => 28 };
        days.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 28 or > 366)
                result.AddError("--days: a whole number from 28 to 366; fewer than 28 days are four different weekdays at most times.");
        });
        var command = new Command("calibrate", $"""
            Proposes reference rates, events per 1,000 passages: the median over at least {ReferenceRates.ZonesMin} measured zones, each with {ReferenceRates.ExposureMin * 1000:F0} passages or more
            on three days of four at least,
            with its 90 % interval. Prints lines for a policy; whether they are good is for those who sign it. Changes nothing.
            Example: sink policy calibrate --days 28 --config sink.yaml
            """) { config, days };
        command.SetAction(parsed => OpenedStore.Use(parsed, config, (configuration, store) =>
        {
            var rules = StoreRules.Of(configuration, store).Current;
            var to = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-1);
            var from = to.AddDays(1 - parsed.GetValue(days));
            var rates = new ReferenceRates(rules, parsed.GetValue(days));
            new ZoneDayReader(store.Database).Read(ZoneRange.All, from, to, (zone, rows) =>
            {
                if (!SimulatedNames.Includes(zone))
                    rates.Add(zone, [.. rows.Select(ScoreBook.RowOf)]);
            });
            return Write(parsed.InvocationConfiguration, [.. rates.Propose()], rules.Policy, $"{from:yyyy-MM-dd} to {to:yyyy-MM-dd}");
        }, mustBeThere: true));
        return command;
    }

    private static int Write(InvocationConfiguration streams, List<ReferenceRate> rates, Policy policy, string days)
    {
        foreach (var few in rates.Where(rate => rate.Rate is null))
        {
            streams.Error.WriteLine(
                $"{few.Behaviour}: {few.Zones} {(few.Zones == 1 ? "zone has" : "zones have")} {ReferenceRates.ExposureMin * 1000:F0} passages on three days of four, {ReferenceRates.ZonesMin} are needed; nothing is proposed.");
        }

        var proposed = rates.Where(rate => rate.Rate is not null).ToList();
        if (proposed.Count == 0)
        {
            streams.Error.WriteLine($"No behaviour was measured in {ReferenceRates.ZonesMin} zones from {days}: there is nothing to propose.");
            return 1;
        }

        streams.Output.WriteLine($"# Rates per 1,000 passages, {days}, median over zones and its 90 % interval.");
        streams.Output.WriteLine("behaviours:");
        foreach (var rate in proposed)
        {
            var now = policy.Behaviours.TryGetValue(rate.Behaviour, out var rule) ? $"; now {Number(rule.Reference)}" : "; not in the policy in force";
            // A rate of nothing is no reference: a zone would be compared with 0.
            var line = rate.Rate > 0 ? $"  {rate.Behaviour}: {{reference: {Number(rate.Rate.Value)}}}" : $"  # {rate.Behaviour}: the median is not above 0, which is no reference";
            streams.Output.WriteLine($"{line}   # {rate.Zones} zones, {Number(rate.Low)} to {Number(rate.High)}{now}");
        }

        return 0;
    }

    private static string Number(double rate) => rate.ToString("G4", CultureInfo.InvariantCulture);
}
