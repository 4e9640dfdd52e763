using System.CommandLine;
using System.Text.Json;
using SocialCredit.Edge.Tracking;
using Spectre.Console;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge eval tracks</c>: compares a file of tracks with ground truth.</summary>
internal static class EvalTracksCommand
{
    public static Command Create()
    {
        var truth = new Option<string>("--gt")
        {
            Description = "Ground truth in MOT format; rows of confidence 0 are left out.",
            Required = true,
        };
        var tracks = new Option<string>("--tracks") { Description = "Tracks in MOT format.", Required = true };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of a table." };
        var command = new Command("tracks", """
            Compares tracks with ground truth at an overlap of 0.5: CLEAR MOT (MOTA, false positives, misses, switches), identity
            (IDF1, IDP, IDR) and F, the track ids per person; and over overlaps from 0.05 to 0.95: HOTA with its two halves.

            Example:
              edge eval tracks --gt gt.txt --tracks tracks.txt
            """)
        { truth, tracks, json };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(truth),
            parsed.GetRequiredValue(tracks),
            parsed.GetValue(json),
            parsed.InvocationConfiguration));
        return command;
    }

    private static int Run(string truth, string tracks, bool asJson, InvocationConfiguration console)
    {
        try
        {
            var (people, boxes) = (MotFile.Read(truth, File.ReadLines(truth)), MotFile.Read(tracks, File.ReadLines(tracks)));
            var (scores, hota) = (TrackEvaluation.Evaluate(people, boxes), Hota.Evaluate(people, boxes));
            if (asJson)
                console.Output.WriteLine(Json(scores, hota));
            else
                Print(scores, hota);
            return 0;
        }
        catch (Exception unusable) when (unusable is FormatException or IOException or UnauthorizedAccessException)
        {
            console.Error.WriteLine(unusable.Message);
            return 1;
        }
    }

    private static string Json(TrackScores scores, Hota hota)
    {
        var json = JsonSerializer.SerializeToNode(scores, JsonSerializerOptions.Web)!.AsObject();
        (json["hota"], json["detA"], json["assA"]) = (hota.Score, hota.Detection, hota.Association);
        return json.ToJsonString();
    }

    private static void Print(TrackScores scores, Hota hota)
    {
        var table = new Table().AddColumns("measure", "value", "meaning");
        table.AddRow("MOTA", $"{scores.Mota:0.000}", "1 - (misses + false positives + switches) / truth");
        table.AddRow("IDF1", $"{scores.Idf1:0.000}", "boxes with the right identity, of both");
        table.AddRow("IDP", $"{scores.IdPrecision:0.000}", "of the tracks");
        table.AddRow("IDR", $"{scores.IdRecall:0.000}", "of the truth");
        table.AddRow("HOTA", $"{hota.Score:0.000}", "geometric mean of the next two, mean over overlaps");
        table.AddRow("DetA", $"{hota.Detection:0.000}", "matches / (matches + misses + false positives)");
        table.AddRow("AssA", $"{hota.Association:0.000}", "agreement of each matched person and track");
        table.AddRow("F", $"{scores.TracksPerPerson:0.00}", "track ids per person");
        table.AddRow("truth", $"{scores.Truth}", $"boxes of {scores.People} people");
        table.AddRow("boxes", $"{scores.Boxes}", "of the tracks");
        table.AddRow("misses", $"{scores.Misses}", "boxes of the truth without a track");
        table.AddRow("false positives", $"{scores.FalsePositives}", "boxes of tracks without a truth");
        table.AddRow("switches", $"{scores.Switches}", "a person's track became another one");
        AnsiConsole.Write(table);
    }
}
