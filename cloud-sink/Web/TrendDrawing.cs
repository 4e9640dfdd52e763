using System.Globalization;
using System.Text;
using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>
/// A trend as paths of an SVG. A charting library would bring scripts to a page that has none, for two paths.
/// </summary>
internal sealed class TrendDrawing(IReadOnlyList<ZoneScore> trend, TrendScale scale)
{
    public const double Width = 280, Height = 80;

    private const int Days = 28;

    private const double LetterHeight = 9;

    /// <summary>From left to right, today at the right edge; a day alone is a short line.</summary>
    public string Line()
    {
        var path = new StringBuilder();
        for (var i = 0; i < trend.Count; i++)
            Append(path, i, trend[i].Score);
        if (trend.Count == 1)
            path.Append(CultureInfo.InvariantCulture, $"h{-Width / (Days - 1) / 2:0.#}");
        return path.ToString();
    }

    /// <summary>There along the upper end of the interval, back along the lower.</summary>
    public string Band()
    {
        var path = new StringBuilder();
        for (var i = 0; i < trend.Count; i++)
            Append(path, i, trend[i].Score + trend[i].HalfWidth);
        for (var i = trend.Count - 1; i >= 0; i--)
            Append(path, i, trend[i].Score - trend[i].HalfWidth);
        return path.Append('Z').ToString();
    }

    /// <summary>Where letters change, within the scale.</summary>
    public IEnumerable<double> Steps() =>
        new[] { Grade.A, Grade.B, Grade.C, Grade.D }.Select(GradeRule.FloorOf).Where(step => step > scale.Low && step < scale.High);

    /// <summary>Each letter whose band is high enough in the scale to be written, in its middle.</summary>
    public IEnumerable<(Grade Grade, double Y)> Letters()
    {
        var top = scale.High;
        foreach (var grade in new[] { Grade.A, Grade.B, Grade.C, Grade.D, Grade.E })
        {
            var bottom = Math.Max(scale.Low, GradeRule.FloorOf(grade));
            if (Y(bottom) - Y(top) >= LetterHeight)
                yield return (grade, (Y(bottom) + Y(top)) / 2);
            top = Math.Min(top, bottom);
        }
    }

    public double Y(double score) => scale.Y(score, Height);

    private void Append(StringBuilder path, int index, double score)
    {
        var x = Width * (Days - trend.Count + index) / (Days - 1);
        path.Append(CultureInfo.InvariantCulture, $"{(path.Length == 0 ? 'M' : 'L')}{x:0.#} {Y(score):0.#}");
    }
}
