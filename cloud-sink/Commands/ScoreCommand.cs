using System.CommandLine;
using System.Text;
using System.Text.Json;
using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary><c>sink score</c>: the scores of zones on a day, from public files alone or from the store.</summary>
internal static class ScoreCommand
{
    public static Command Create()
    {
        var options = new ScoreOptions();
        var json = new Option<bool>("--json") { Description = "Prints JSON with full precision instead of a table." };
        var command = new Command("score", """
            Scores zones on a day. With --rows from public files alone, without any database, so that anyone can recompute a score.

            Examples:
              sink score --rows rows.csv --policy policy.yaml --as-of 2026-11-22 --json
              sink score --rows rows.csv --policy policy.yaml --calibration cal.yaml --as-of 2026-11-22
              sink score --zone crossing-north --as-of 2026-11-22 --config sink.yaml
            """);
        options.AddTo(command);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            if (ScoreInput.Load(options, parsed) is not { } input)
                return 1;
            var calculator = new ScoreCalculator(input.Rules);
            var asOf = options.DayOf(parsed);
            var scores = input.Zones.Select(zone => calculator.Compute(zone.Key, zone.Value, asOf)).ToList();
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
                output.WriteLine(Json(scores));
            else
                WriteTable(output, scores, asOf);
            return 0;
        });
        return command;
    }

    private static string Json(IEnumerable<ZoneScore> scores)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var score in scores)
            {
                json.WriteStartObject();
                json.WriteString("zone", score.Zone);
                json.WriteNumber("score", score.Score);
                json.WriteNumber("halfWidth", score.HalfWidth);
                json.WriteString("grade", score.Grade.ToString());
                json.WriteStartObject("points");
                foreach (var behaviour in score.Behaviours)
                    json.WriteNumber(behaviour.Name, behaviour.Points);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void WriteTable(TextWriter output, List<ZoneScore> scores, DateOnly asOf)
    {
        var width = Math.Max("zone".Length, scores.Select(score => score.Zone.Length).DefaultIfEmpty().Max());
        output.WriteLine($"{"zone".PadRight(width)}  grade  score  +- (90 %)  as of {asOf:yyyy-MM-dd}");
        foreach (var score in scores)
            output.WriteLine($"{score.Zone.PadRight(width)}  {score.Grade,-5}  {score.Score,5:F1}  {score.HalfWidth,9:F1}");
    }
}
