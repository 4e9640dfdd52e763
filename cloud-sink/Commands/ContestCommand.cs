using System.CommandLine;
using System.Globalization;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Storage;
using static SocialCredit.Edge.Sink.Commands.Refusal;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary><c>sink contest</c>: what an operator does when somebody objects to a score.</summary>
internal static class ContestCommand
{
    public static Command Create() => new("contest", """
        Contests: anyone may object to a score, on the zone's page. The operator acknowledges within 3 days, tests the camera within 14 and
        decides within 30; all of it is public.
        """) { List(), Show(), Acknowledge(), Remeasure(), Decide() };

    private static Command List()
    {
        var (all, config) = (new Option<bool>("--all") { Description = "Decided ones too." }, ConfigurationArgument.Create());
        var command = new Command("list", """
            Prints the contests that are not decided, the oldest first, and until when the next step is due.
            Example: sink contest list --config sink.yaml
            """) { all, config };
        command.SetAction(parsed => OpenedStore.Use(parsed, config, (_, store) =>
        {
            var desk = new ContestDesk(store.Database, TimeProvider.System);
            long after = 0;
            while (desk.List(after: after) is { Count: > 0 } page)
            {
                foreach (var contest in page.Where(contest => parsed.GetValue(all) || contest.State != ContestState.Decided))
                    parsed.InvocationConfiguration.Output.WriteLine(Line(contest));
                after = page[^1].Number;
            }

            return 0;
        }));
        return command;
    }

    private static Command Show()
    {
        var (number, config) = (Number(), ConfigurationArgument.Create());
        var command = new Command("show", """
            Prints a contest, and what objectors wrote, which is for the operator alone and is deleted when the contest is decided.
            Example: sink contest show 12 --config sink.yaml
            """) { number, config };
        command.SetAction(parsed => OpenedStore.Use(parsed, config, (_, store) =>
        {
            var desk = new ContestDesk(store.Database, TimeProvider.System);
            if (desk.Find(parsed.GetValue(number)) is not { } contest)
                return Fail(parsed, $"There is no contest {parsed.GetValue(number)}.");
            var output = parsed.InvocationConfiguration.Output;
            output.WriteLine(Line(contest));
            foreach (var measure in contest.Measures)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"  {measure.Behaviour}: {measure.Events} staged events, {measure.TruePositives} seen, {measure.Misses} missed, {measure.FalsePositives} wrongly seen; precision {measure.Precision:F3}, recall {measure.Recall:F3}, factor {measure.Factor:F3}"));
            }

            foreach (var words in desk.Words(contest.Number))
                output.WriteLine($"  \"{Plain(words)}\"");
            return 0;
        }));
        return command;
    }

    private static Command Acknowledge()
    {
        var (number, config) = (Number(), ConfigurationArgument.Create());
        var command = new Command("acknowledge", """
            Says that a contest was read.
            Example: sink contest acknowledge 12 --config sink.yaml
            """) { number, config };
        command.SetAction(parsed => Act(parsed, (number, config), desk => desk.Acknowledge(parsed.GetValue(number), "operator")));
        return command;
    }

    private static Command Remeasure()
    {
        var (number, config) = (Number(), ConfigurationArgument.Create());
        var behaviour = new Option<string>("--behaviour") { Description = "What was staged.", Required = true };
        var (seen, wrong, missed) = (Count("--true-positives", "Staged events that were counted."), Count("--false-positives", "Counted, but not staged."), Count("--misses", "Staged, but not counted."));
        var command = new Command("remeasure", """
            Keeps what a staged test gave: at least 50 events, played in front of the camera and counted by hand. There is no video.
            Example: sink contest remeasure 12 --behaviour red_crossing --true-positives 45 --false-positives 3 --misses 5
            """) { number, behaviour, seen, wrong, missed, config };
        command.SetAction(parsed => Act(parsed, (number, config), desk => desk.Remeasure(
            parsed.GetValue(number), new ContestMeasure(parsed.GetRequiredValue(behaviour), parsed.GetValue(seen), parsed.GetValue(wrong), parsed.GetValue(missed)), "operator")));
        return command;
    }

    private static Command Decide()
    {
        var (number, config) = (Number(), ConfigurationArgument.Create());
        var outcome = new Argument<string>("outcome") { Description = "uphold, exclude, recalibrate or disable." };
        outcome.AcceptOnlyFromAmong([.. Enum.GetValues<ContestOutcome>().Select(ContestDesk.WordOf)]);
        var behaviour = new Option<string?>("--behaviour") { Description = "Which one is recalibrated or disabled." };
        var (from, to) = (Day("--from", "The first day (UTC) that no longer counts."), Day("--to", "The last."));
        var command = new Command("decide", """
            Ends a contest. To uphold a score or to recalibrate there must be a test; days are excluded and behaviours disabled without one.

            Examples:
              sink contest decide 12 uphold
              sink contest decide 12 recalibrate --behaviour red_crossing
              sink contest decide 12 exclude --from 2026-11-01 --to 2026-11-03
              sink contest decide 12 disable --behaviour littering
            """) { number, outcome, behaviour, from, to, config };
        command.SetAction(parsed => Act(parsed, (number, config), desk =>
        {
            var word = parsed.GetRequiredValue(outcome);
            var chosen = Enum.GetValues<ContestOutcome>().First(one => ContestDesk.WordOf(one) == word);
            return desk.Decide(parsed.GetValue(number), new ContestRuling(chosen, parsed.GetValue(behaviour), parsed.GetValue(from), parsed.GetValue(to)), "operator");
        }));
        return command;
    }

    private static int Act(ParseResult parsed, (Argument<long> Number, Option<string> Config) where, Func<ContestDesk, string?> act) =>
        OpenedStore.Use(parsed, where.Config, (_, store) =>
        {
            var desk = new ContestDesk(store.Database, TimeProvider.System);
            if (act(desk) is { } fault)
                return Fail(parsed, fault);
            parsed.InvocationConfiguration.Output.WriteLine(Line(desk.Find(parsed.GetValue(where.Number))!));
            return 0;
        });

    private static string Line(Contest contest)
    {
        var due = contest.Due is not { } at ? "" : $", next step due {at:yyyy-MM-dd HH:mm} UTC{(contest.IsOverdue(TimeProvider.System.GetUtcNow()) ? ", OVERDUE" : "")}";
        var end = contest.Ruling is { } ruling
            ? $": {ContestDesk.WordOf(ruling.Outcome)}{(ruling.Behaviour is { } ruled ? " " + ruled : "")}{(ruling is { From: { } from, To: { } to } ? $" {from:yyyy-MM-dd} to {to:yyyy-MM-dd}" : "")}"
            : "";
        return $"{contest.Number}: {contest.Zone}, {contest.Behaviour ?? "as a whole"}, {ContestDesk.WordOf(contest.Reason)}, opened {contest.OpenedAt:yyyy-MM-dd}, "
            + $"{contest.Objections} objections, {ContestDesk.WordOf(contest.State)}{end}{due}";
    }

    // Words of strangers must not speak to the terminal.
    private static string Plain(string words) => string.Concat(words.Select(c => char.IsControl(c) ? ' ' : c));

    private static Argument<long> Number() => new("number") { Description = "Of the contest." };

    private static Option<long> Count(string name, string description) => new(name) { Description = description, Required = true };

    private static Option<DateOnly?> Day(string name, string description) => new(name) { Description = description, HelpName = "yyyy-MM-dd" };
}
