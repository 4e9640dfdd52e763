using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace SocialCredit.Edge.Audit.Plots;

/// <summary>A plot as SVG that reads well on light and on dark ground.</summary>
internal static class PlotPicture
{
    private const int Width = 720, Height = 460;

    // Text and ticks follow the reader's scheme; curves have colours of middle lightness, which stand out on both. Text is drawn
    // smaller than it was measured, because a reader's font may be wider than the one that it was measured by.
    private const string Style = """
        <style>text { fill: #333; font: 11.5px sans-serif } text[font-weight="700"] { font: bold 14px sans-serif }
        [style*="stroke:black"] { stroke: #333 !important }
        @media (prefers-color-scheme: dark) { text { fill: #ddd } [style*="stroke:black"] { stroke: #ddd !important } }</style>
        """;

    private static readonly OxyColor[] Colours =
    [
        OxyColor.Parse("#3b82d0"), OxyColor.Parse("#2f9e6e"), OxyColor.Parse("#8a6fd1"), OxyColor.Parse("#3aa6a6"), OxyColor.Parse("#8c8c3a"),
    ];

    private static readonly OxyColor[] MutantColours =
    [
        OxyColor.Parse("#d9822b"), OxyColor.Parse("#c2508f"), OxyColor.Parse("#b8860b"), OxyColor.Parse("#a05a3c"), OxyColor.Parse("#7d8894"),
    ];

    private static readonly OxyColor BarColour = OxyColor.Parse("#d1495b");

    /// <param name="plot">Of the device.</param>
    /// <param name="mutants">The first curve of each mutant that was caught, named for it.</param>
    public static string Draw(Plot plot, IReadOnlyList<Curve> mutants)
    {
        var model = new PlotModel { Title = plot.Title, TitleFontSize = 17, DefaultFontSize = 14, PlotAreaBorderThickness = new OxyThickness(0) };
        model.Axes.Add(NewAxis(AxisPosition.Bottom, plot.Across));
        model.Axes.Add(NewAxis(AxisPosition.Left, plot.Up));
        model.Legends.Add(new Legend
        {
            LegendPlacement = LegendPlacement.Outside,
            LegendPosition = LegendPosition.BottomLeft,
            LegendOrientation = LegendOrientation.Horizontal,
        });
        Add(model, plot.Bars, BarColour, LineStyle.Dash, 1.6);
        for (var i = 0; i < mutants.Count; i++)
            Add(model, [mutants[i]], MutantColours[i % MutantColours.Length], i < MutantColours.Length ? LineStyle.Dot : LineStyle.DashDot, 1.6);
        for (var i = 0; i < plot.Curves.Count; i++)
            Add(model, [plot.Curves[i]], Colours[i % Colours.Length], LineStyle.Solid, 2);

        var svg = new SvgExporter { Width = Width, Height = Height }.ExportToString(model);
        var inside = svg.IndexOf("<defs>", StringComparison.Ordinal);
        return svg.Insert(inside, Style + "\n");
    }

    private static LinearAxis NewAxis(AxisPosition position, string title) => new()
    {
        Position = position,
        Title = title,
        AxisTitleDistance = 10,
        MajorGridlineStyle = LineStyle.Solid,
        MajorGridlineColor = OxyColor.FromAColor(60, OxyColors.Gray),
        MinorTickSize = 0,
        MaximumPadding = 0.03,
        MinimumPadding = 0.03,
    };

    private static void Add(PlotModel model, IEnumerable<Curve> curves, OxyColor colour, LineStyle style, double thickness)
    {
        foreach (var curve in curves)
        {
            // The blanks keep the last name of a line of the legend from being cut where the reader's font is wide.
            var line = new LineSeries { Title = curve.Name + "     ", Color = colour, LineStyle = style, StrokeThickness = thickness };
            line.Points.AddRange(curve.Points.Select(point => new DataPoint(point.X, point.Y)));
            model.Series.Add(line);
        }
    }
}
