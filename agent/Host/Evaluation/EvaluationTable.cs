using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Host.Evaluation;

/// <summary>The figures as text: a table for each set, a column for each model, and one table of what is seen where nothing is.</summary>
internal static class EvaluationTable
{
    private const string None = "-";

    public static void Write(TextWriter output, EvaluationReport report)
    {
        foreach (var set in report.Sets)
        {
            output.WriteLine($"{set.Name} ({set.Format}): {set.Pictures} pictures, AP at an overlap of 0.5, area under all points (VOC 2010)");
            WriteAligned(output, SetRows(report, set));
            if (set.LeftOut.Count > 0)
                output.WriteLine($"Labelled, but no class here: {string.Join(", ", set.LeftOut.Select(kind => $"{kind.Key} {kind.Value}"))}.");
            output.WriteLine();
        }

        if (report.Empty.Count == 0)
            return;
        output.WriteLine("False boxes per 100 frames where nothing is, each model at one confidence: that of its best F1 over all");
        output.WriteLine("labelled classes of all sets pooled");
        WriteAligned(output, EmptyRows(report));
        output.WriteLine();
    }

    private static List<string[]> SetRows(EvaluationReport report, SetFigures set)
    {
        List<string[]> rows = [["class", "", "truth", .. report.Models]];
        foreach (var row in set.Classes)
        {
            Add(rows, Name(row.Class), "AP", row.Truth, row.Models.Select(model => model.AveragePrecision));
            if (row.Truth > 0)
                AddDetails(rows, report, row);
        }

        rows.Add(["mean", "AP", "", .. set.Mean.Select(Share)]);
        AddRatio(rows, report, set.Mean);
        return rows;
    }

    private static void AddDetails(List<string[]> rows, EvaluationReport report, ClassFigures row)
    {
        AddRatio(rows, report, [.. row.Models.Select(model => model.AveragePrecision)]);
        for (var i = 0; i < row.Models[0].Sizes.Count; i++)
        {
            var (name, truth, _) = row.Models[0].Sizes[i];
            Add(rows, "", $"AP {name}", truth, row.Models.Select(model => model.Sizes[i].AveragePrecision));
        }

        Add(rows, "", "best F1", null, row.Models.Select(model => model.Best?.F1));
        Add(rows, "", "  at confidence", null, row.Models.Select(model => (double?)model.Best?.ConfidenceMin));
        Add(rows, "", "  precision", null, row.Models.Select(model => model.Best?.Precision));
        Add(rows, "", "  recall", null, row.Models.Select(model => model.Best?.Recall));
        for (var i = 0; i < row.Models[0].Heights.Count; i++)
        {
            var (name, truth, _) = row.Models[0].Heights[i];
            Add(rows, "", $"  {name}", truth, row.Models.Select(model => model.Heights[i].Recall));
        }
    }

    private static void Add(List<string[]> rows, string name, string what, int? truth, IEnumerable<double?> figures) =>
        rows.Add([name, what, truth is { } count ? Count(count) : "", .. figures.Select(Share)]);

    private static void AddRatio(List<string[]> rows, EvaluationReport report, IReadOnlyList<double?> values)
    {
        if (report.Baseline >= 0)
            rows.Add(["", $"  of {report.Against}'s", "", .. values.Select(value => Share(Ratio(value, values[report.Baseline])))]);
    }

    private static double? Ratio(double? value, double? baseline) => baseline > 0 ? value / baseline : null;

    private static List<string[]> EmptyRows(EvaluationReport report)
    {
        List<string[]> rows = [["clip", "", "frames", .. report.Models]];
        Add(rows, "", "at confidence", null, report.Thresholds.Select(value => (double?)value));
        foreach (var clip in report.Empty)
        {
            string[] Rates(ObjectClass? each) => [.. report.Models.Select((_, model) => $"{clip.PerHundredFrames(model, each):0.000}")];
            rows.Add([clip.Clip, "all classes", $"{clip.Frames}", .. Rates(null)]);
            var seen = clip.FalseBoxes.SelectMany(counts => counts.Keys).Distinct().Order();
            rows.AddRange(seen.Select(each => (string[])["", Name(each), "", .. Rates(each)]));
        }

        return rows;
    }

    private static void WriteAligned(TextWriter output, List<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            // Two columns of words, then figures.
            var cells = row.Select((cell, column) => column < 2 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            output.WriteLine("  " + string.Join("  ", cells).TrimEnd());
        }
    }

    private static string Name(ObjectClass each) => each.ToString().ToLowerInvariant();

    private static string Count(int count) => count == 0 ? None : $"{count}";

    private static string Share(double? value) => value is { } known ? $"{known:0.000}" : None;
}
