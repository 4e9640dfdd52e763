using System.Globalization;
using System.Text;
using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>
/// A trend as paths of an SVG. A charting library would need a script to draw what everybody must be able to see without one, for two paths.
/// </summary>
/// <param name="trend">Oldest first.</param>
/// <param name="scale">From bottom to top.</param>
/// <param name="height">As many units as it is shown high in pixels, so that letters beside it keep their place.</param>
internal sealed class TrendDrawing(IReadOnlyList<ZoneScore> trend, TrendScale scale, double height)
{
    public const double Width = 360;

    private const int Days = PlaceCard.TrendDays;

    private const double LetterHeight = 13;

    /// <summary>From left to right, today at the right edge; a day alone is a short line.</summary>
    public string Line()
    {
        var path = new StringBuilder();
        for (var i = 0; i < trend.Count; i++)
            Append(path, i, trend[i].Score);
        if (trend.Count == 1)
            path.Append(CultureInfo.InvariantCulture, $"h{-Width / (Days - 1):0.#}");
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

    public double Y(double score) => scale.Y(score, height);

    private void Append(StringBuilder path, int index, double score)
    {
        var x = Width * (Days - trend.Count + index) / (Days - 1);
        path.Append(CultureInfo.InvariantCulture, $"{(path.Length == 0 ? 'M' : 'L')}{x:0.#} {Y(score):0.#}");
    }
}
