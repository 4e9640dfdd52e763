using System.Security;
using System.Text;
using SocialCredit.Edge.Inference.Evaluation;

namespace SocialCredit.Edge.Host.Evaluation;

/// <summary>
/// Curves of precision over recall as an SVG: a panel for each labelled class of each set, a line for each model. Text, no pixel
/// of a frame.
/// </summary>
internal static class CurvePicture
{
    private const int Across = 3;
    private const int Side = 200;
    private const int MarginLeft = 48;
    private const int MarginTop = 30;
    private const int LegendLine = 15;

    private static readonly string[] Colours = ["#3b82d0", "#d9822b", "#2f9e6e", "#c2508f", "#8a6fd1", "#8c8c3a"];

    public static string Draw(EvaluationReport report)
    {
        var panels = report.Sets.SelectMany(set => set.Classes.Where(row => row.Truth > 0).Select(row => (Set: set.Name, Row: row))).ToList();
        var (width, height) = (MarginLeft + Side + 24, MarginTop + Side + 44 + report.Models.Count * LegendLine);
        var across = Math.Clamp(panels.Count, 1, Across);
        var down = (panels.Count + across - 1) / across;
        var svg = new StringBuilder();
        svg.Append($$"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{{across * width}}" height="{{down * height}}"
             font-family="sans-serif" font-size="11">
            <style>
            text { fill: #333 } .grid { stroke: #8884; fill: none } .curve { fill: none; stroke-width: 1.6 }
            @media (prefers-color-scheme: dark) { text { fill: #ddd } }
            </style>

            """);
        for (var i = 0; i < panels.Count; i++)
        {
            svg.Append($"<g transform=\"translate({i % across * width + MarginLeft} {i / across * height + MarginTop})\">\n");
            Panel(svg, $"{panels[i].Set}, {panels[i].Row.Class.ToString().ToLowerInvariant()} ({panels[i].Row.Truth})");
            for (var model = 0; model < report.Models.Count; model++)
                Line(svg, model, (report.Models[model], panels[i].Row.Models[model].Curve));
            svg.Append("</g>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Panel(StringBuilder svg, string title)
    {
        var escaped = SecurityElement.Escape(title);
        svg.Append($"<text x=\"{Side / 2}\" y=\"-12\" text-anchor=\"middle\" font-weight=\"bold\">{escaped}</text>\n");
        for (var tick = 0; tick <= 4; tick++)
        {
            var (at, share) = (tick * Side / 4, tick / 4.0);
            svg.Append($"<path class=\"grid\" d=\"M{at} 0V{Side}M0 {at}H{Side}\"/>");
            svg.Append($"<text x=\"{at}\" y=\"{Side + 13}\" text-anchor=\"middle\">{share:0.##}</text>");
            svg.Append($"<text x=\"-5\" y=\"{Side - at + 4}\" text-anchor=\"end\">{share:0.##}</text>\n");
        }

        svg.Append($"<text x=\"{Side / 2}\" y=\"{Side + 27}\" text-anchor=\"middle\">recall</text>");
        svg.Append($"<text transform=\"translate(-34 {Side / 2}) rotate(-90)\" text-anchor=\"middle\">precision</text>\n");
    }

    private static void Line(StringBuilder svg, int model, (string Name, PrecisionCurve Curve) line)
    {
        // Colours repeat after six; dashes then tell them apart.
        var style = $"stroke=\"{Colours[model % Colours.Length]}\"" + (model < Colours.Length ? "" : " stroke-dasharray=\"4 3\"");
        var legend = Side + 42 + model * LegendLine;
        svg.Append($"<path class=\"curve\" {style} d=\"{Steps(line.Curve)}\"/>\n");
        svg.Append($"<path class=\"curve\" {style} d=\"M0 {legend - 4}h18\"/>");
        svg.Append($"<text x=\"24\" y=\"{legend}\">{SecurityElement.Escape(line.Name)}, AP {line.Curve.AveragePrecision:0.000}</text>\n");
    }

    // The area under these steps is the AP. Only hits move the recall, and of those only some lower the precision.
    private static string Steps(PrecisionCurve curve)
    {
        var path = new StringBuilder();
        var (x, y, recall) = ("0", "", 0.0);
        foreach (var point in curve.Points.Where(point => point.Recall > 0))
        {
            if (point.Recall <= recall)
                continue;
            recall = point.Recall;
            var next = $"{(1 - point.Precision) * Side:0.#}";
            if (next != y)
                path.Append(path.Length == 0 ? $"M0 {next}" : $"H{x}V{next}");
            (x, y) = ($"{recall * Side:0.#}", next);
        }

        return path.Length == 0 ? "" : path.Append($"H{x}").ToString();
    }
}
