using System.CommandLine;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary><c>sink restate</c>: the days of a zone again from its records.</summary>
internal static class RestateCommand
{
    public static Command Create()
    {
        var config = ConfigurationArgument.Create();
        var zone = new Argument<string>("zone") { Description = "The zone." };
        var from = new Option<DateOnly>("--from") { Description = "First day, UTC.", HelpName = "yyyy-MM-dd", Required = true };
        var to = new Option<DateOnly>("--to") { Description = "Last day, UTC.", HelpName = "yyyy-MM-dd", Required = true };
        var command = new Command("restate", """
            Makes the days of a zone again from its records and writes those that differ. Says each, and those of which the records are not there
            any more: these stay. Each that is written is a line of the audit log. The sink may run meanwhile. Exit code 1 if anything could not be made again.
            Example: sink restate crossing-north --from 2026-11-01 --to 2026-11-22
            """) { zone, from, to, config };
        command.Validators.Add(result =>
        {
            if (result.GetValue(from) > result.GetValue(to))
                result.AddError("--from must not be after --to.");
        });
        command.SetAction(parsed => OpenedStore.Use(
            parsed, config,
            (_, store) => Restate(store, parsed.GetRequiredValue(zone), (parsed.GetValue(from), parsed.GetValue(to)), parsed.InvocationConfiguration),
            mustBeThere: true));
        return command;
    }

    private static int Restate(IEventStore store, string zone, (DateOnly From, DateOnly To) span, InvocationConfiguration streams)
    {
        if (store.Zones().All(known => known.Zone != zone))
        {
            streams.Error.WriteLine($"zone: there is no record of '{zone}'. \"sink store check\" lists what there is.");
            return 1;
        }

        var days = new Restatement(store.Database).Run(zone, span.From, span.To, (turn, day) => Note(turn, zone, day));
        foreach (var day in days.Where(day => !day.IsSame))
            streams.Output.WriteLine(RestatedDayText.Of(zone, day, wasWritten: true));
        var unknown = days.Count(day => !day.IsKnown);
        streams.Output.WriteLine(
            $"{zone}: {days.Count} days, {days.Count(day => day.IsSame)} as their records say, {days.Count(day => day is { IsKnown: true, IsSame: false })} written anew, {unknown} without records.");
        return unknown == 0 ? 0 : 1;
    }

    // In the same transaction: no day is written anew without a line that says so, and its scores are made again.
    private static void Note(Database.Turn turn, string zone, RestatedDay day)
    {
        var now = TimeProvider.System.GetUtcNow();
        AuditTables.Append(turn, new(AuditKind.RowsRestated, zone, "operator", now)
        {
            Detail = [("day", $"{day.Date:yyyy-MM-dd}"), ("before", RestatedDayText.Short(day.Stands)), ("after", RestatedDayText.Short(day.Records))],
        });
        ScorePasses.Mark(turn, zone, "restated rows", now);
    }
}
