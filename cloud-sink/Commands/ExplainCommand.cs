using System.CommandLine;
using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary><c>sink explain</c>: a score in words, with every number that it is made of and what would change it.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var options = new ScoreOptions();
        var command = new Command("explain", """
            Explains the scores of zones in words: each behaviour's rate against its reference and its points, the data that it
            rests on, why there is no grade, and what would change it.

            Examples:
              sink explain --rows rows.csv --policy policy.yaml --as-of 2026-11-22
              sink explain --zone crossing-north --config sink.yaml
            """);
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            if (ScoreInput.Load(options, parsed) is not { } input)
                return 1;
            var calculator = new ScoreCalculator(input.Rules);
            var output = parsed.InvocationConfiguration.Output;
            foreach (var (zone, rows) in input.Zones)
                Write(output, calculator.Compute(zone, rows, options.DayOf(parsed)));
            output.WriteLine(Explanation.Guarantee);
            return 0;
        });
        return command;
    }

    private static void Write(TextWriter output, ZoneScore score)
    {
        output.WriteLine(score.Zone);
        string[] lines =
        [
            Explanation.Sentence(score), Explanation.Data(score),
            .. Explanation.Reservations(score), .. Explanation.Changes(score),
        ];
        foreach (var line in lines)
            output.WriteLine($"  {line}");
        output.WriteLine();
    }
}
