using System.CommandLine;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary><c>sink store</c>: whether the store is as it should be.</summary>
internal static class StoreCommand
{
    public static Command Create() => new("store", "Looks after the store.") { Check() };

    private static Command Check()
    {
        var config = ConfigurationArgument.Create();
        var zone = new Option<string?>("--zone") { Description = "One zone; all without it." };
        var from = new Option<DateOnly?>("--from") { Description = "First day, UTC; all days without it.", HelpName = "yyyy-MM-dd" };
        var to = new Option<DateOnly?>("--to") { Description = "Last day, UTC.", HelpName = "yyyy-MM-dd" };
        var command = new Command("check", """
            Adds up the records of each day again and compares with the days that scores are made of. Changes nothing; the sink may run meanwhile.
            Exit code 1 if a day differs; "sink restate" writes it anew. Days of which no record is kept any more are counted, not judged.
            Example: sink store check --config sink.yaml --from 2026-11-01
            """) { config, zone, from, to };
        command.SetAction(parsed => OpenedStore.Use(
            parsed, config,
            (_, store) => Check(store, parsed.GetValue(zone), (parsed.GetValue(from), parsed.GetValue(to)), parsed.InvocationConfiguration),
            mustBeThere: true));
        return command;
    }

    private static int Check(IEventStore store, string? only, (DateOnly? From, DateOnly? To) span, InvocationConfiguration streams)
    {
        var zones = store.Zones().Where(zone => only is null || zone.Zone == only).ToList();
        if (zones.Count == 0 && only is not null)
        {
            streams.Error.WriteLine($"--zone: there is no record of '{only}'.");
            return 1;
        }

        var restatement = new Restatement(store.Database);
        var (days, other, unknown) = (0, 0, 0);
        foreach (var zone in zones)
        {
            var (first, last) = (DateOnly.FromDateTime(zone.First.UtcDateTime), DateOnly.FromDateTime(zone.Last.UtcDateTime));
            foreach (var day in restatement.Check(zone.Zone, span.From ?? first, span.To ?? last))
            {
                days++;
                unknown += day.IsKnown ? 0 : 1;
                if (day is not { IsKnown: true, IsSame: false })
                    continue;
                other++;
                streams.Output.WriteLine(RestatedDayText.Of(zone.Zone, day, wasWritten: false));
            }
        }

        streams.Output.WriteLine($"{zones.Count} zones, {days} days: {other} other than their records, {unknown} without records.");
        return other == 0 ? 0 : 1;
    }
}
