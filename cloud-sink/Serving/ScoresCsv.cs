using System.Globalization;
using CsvHelper;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>
/// The public scores of days that are over: <c>zone,date,policy,revision,score,halfWidth,grade,exposure,releasedShare,rules,inputs,reason,computedAt</c>,
/// numbers in full precision. Of a day that was computed again every revision is there; the last one counts.
/// </summary>
internal static class ScoresCsv
{
    private static readonly string[] Columns =
        ["zone", "date", "policy", "revision", "score", "halfWidth", "grade", "exposure", "releasedShare", "rules", "inputs", "reason", "computedAt"];

    /// <summary>Writes the first line.</summary>
    public static CsvWriter Begin(TextWriter to)
    {
        var csv = CsvWriter.Create(to, CsvWriterOptions.Default with { NewLine = "\n" }, leaveOpen: true);
        foreach (var column in Columns)
            csv.WriteField(column);
        csv.EndRecord();
        return csv;
    }

    public static void Add(CsvWriter csv, DayScore day)
    {
        var score = day.Score;
        csv.WriteField(score.Zone);
        csv.WriteField(score.Day);
        csv.WriteField(score.Policy);
        csv.WriteField(day.Revision);
        csv.WriteField(Full(score.Score));
        csv.WriteField(Full(score.HalfWidth));
        csv.WriteField(score.Grade.ToString());
        csv.WriteField(Full(score.Exposure));
        csv.WriteField(Full(score.ReleasedShare));
        csv.WriteField(day.Rules);
        csv.WriteField(day.Inputs);
        csv.WriteField(day.Reason);
        csv.WriteField(day.ComputedAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        csv.EndRecord();
    }

    /// <summary>Reads what a verifier needs: the last revision of each zone, policy and day. Every fault as <c>file:line: what</c>.</summary>
    public static (List<PublishedScore> Scores, List<string> Faults) Read(string file, TextReader text)
    {
        var last = new Dictionary<(string, string, DateOnly), PublishedScore>();
        var faults = new List<string>();
        using var csv = CsvReader.Create(text, new CsvReaderOptions { Separator = ',', TrackLineNumbers = true, MaxRecordSize = 64 * 1024 }, leaveOpen: true);
        try
        {
            csv.ReadHeader();
            if (!Columns.Take(7).SequenceEqual(csv.Headers.Take(7)))
                return ([], [$"{file}:1: the first columns are not {string.Join(',', Columns.Take(7))}; is this a file of scores?"]);
            while (csv.Read() && faults.Count < 50)
            {
                var cells = Enumerable.Range(0, csv.FieldCount).Select(csv.GetString).ToArray();
                if (Parse(file, csv.LineNumber, cells) is not { } score)
                    faults.Add($"{file}:{csv.LineNumber}: this is no score: zone,date,policy,revision,score,halfWidth,grade are needed");
                else if (!last.TryGetValue((score.Zone, score.Policy, score.Date), out var before) || before.Revision < score.Revision)
                    last[(score.Zone, score.Policy, score.Date)] = score;
            }
        }
        catch (CsvFormatException broken)
        {
            faults.Add($"{file}:{broken.LineNumber}: {broken.Message}");
        }

        return ([.. last.Values], faults);
    }

    private static PublishedScore? Parse(string file, long line, string[] cells) =>
        cells.Length >= 7
        && DateOnly.TryParseExact(cells[1], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        && int.TryParse(cells[3], NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
        && double.TryParse(cells[4], NumberStyles.Float, CultureInfo.InvariantCulture, out var score)
        && double.TryParse(cells[5], NumberStyles.Float, CultureInfo.InvariantCulture, out var halfWidth)
        && Enum.TryParse<Grade>(cells[6], out var grade)
            ? new PublishedScore(cells[0], date, cells[2], revision, score, halfWidth, grade) { Place = $"{file}:{line}" }
            : null;

    private static string Full(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
