using System.Globalization;
using CsvHelper;
using SocialCredit.Edge.Contract;
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

    /// <summary>
    /// Reads what a verifier needs, zone by zone: the last revision of each day under one policy. The zones must stand in the order of their names' bytes, so
    /// that a file of any size takes the room of one zone. Ends at a fault.
    /// </summary>
    /// <param name="file">What faults name.</param>
    /// <param name="text">Read as far as zones are asked for.</param>
    /// <param name="wanted">Which scores; told of faults, as <c>file:line: what</c>, and of others.</param>
    public static IEnumerable<(string Zone, List<PublishedScore> Scores)> ReadByZone(string file, TextReader text, ScoresWanted wanted)
    {
        using var csv = CsvReader.Create(text, new CsvReaderOptions { Separator = ',', TrackLineNumbers = true, MaxRecordSize = 64 * 1024 }, leaveOpen: true);
        var zone = "";
        var days = new Dictionary<DateOnly, PublishedScore>();
        for (var score = Next(file, csv, wanted, isFirst: true); score is not null; score = Next(file, csv, wanted, isFirst: false))
        {
            var order = string.CompareOrdinal(score.Zone, zone);
            if (order < 0)
            {
                wanted.Fault(score.Place, $"{score.Zone} stands after {zone}; zones come in the order of their names, each with all its days");
                yield break;
            }

            if (order > 0 && days.Count > 0)
                yield return (zone, [.. days.Values]);
            if (order > 0)
            {
                zone = score.Zone;
                days = [];
            }

            if (score.Policy != wanted.Policy)
                wanted.Others += score.Revision == 1 ? 1 : 0;
            else if (!days.TryGetValue(score.Date, out var before) || before.Revision < score.Revision)
                days[score.Date] = score;
            else if (before.Revision == score.Revision)
                wanted.Fault(score.Place, $"revision {score.Revision} of {zone} {score.Date:yyyy-MM-dd} stands there twice");
        }

        if (days.Count > 0)
            yield return (zone, [.. days.Values]);
    }

    // Null at the end, and at a fault.
    private static PublishedScore? Next(string file, CsvReader csv, ScoresWanted wanted, bool isFirst)
    {
        try
        {
            if (isFirst)
                csv.ReadHeader();
            if (isFirst && !Columns.Take(7).SequenceEqual(csv.Headers.Take(7)))
            {
                wanted.Fault($"{file}:1", $"the first columns are not {string.Join(',', Columns.Take(7))}; is this a file of scores?");
                return null;
            }

            if (wanted.Faults.Count > 0 || !csv.Read())
                return null;
            var score = Parse(file, csv.LineNumber, [.. Enumerable.Range(0, csv.FieldCount).Select(csv.GetString)]);
            if (score is null)
                wanted.Fault($"{file}:{csv.LineNumber}", "this is no score: zone,date,policy,revision,score,halfWidth,grade are needed");
            return score;
        }
        catch (CsvFormatException broken)
        {
            wanted.Fault($"{file}:{broken.LineNumber}", broken.Message);
            return null;
        }
    }

    private static PublishedScore? Parse(string file, long line, string[] cells) =>
        cells.Length >= 7
        && Names.IsValid(cells[0])
        && DateOnly.TryParseExact(cells[1], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        && date.Year is >= 2000 and <= 2199
        && Names.IsVersion(cells[2])
        && int.TryParse(cells[3], NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
        && double.TryParse(cells[4], NumberStyles.Float, CultureInfo.InvariantCulture, out var score) && double.IsFinite(score)
        && double.TryParse(cells[5], NumberStyles.Float, CultureInfo.InvariantCulture, out var halfWidth) && double.IsFinite(halfWidth)
        && Enum.TryParse<Grade>(cells[6], out var grade) && grade.ToString() == cells[6]
            ? new PublishedScore(cells[0], date, cells[2], revision, score, halfWidth, grade) { Place = $"{file}:{line}" }
            : null;

    private static string Full(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}

/// <summary>Which scores are read, and what was found beside them.</summary>
internal sealed class ScoresWanted(string policy)
{
    public string Policy => policy;

    /// <summary>Days of zones under other policies.</summary>
    public long Others { get; set; }

    public List<string> Faults { get; } = [];

    public void Fault(string place, string what) => Faults.Add($"{place}: {what}");
}
