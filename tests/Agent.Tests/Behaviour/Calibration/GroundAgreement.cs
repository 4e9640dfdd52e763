using SocialCredit.Edge.Behaviour.Calibration;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Agent.Tests.Behaviour.Calibration;

/// <summary>How far lengths under a plane agree with true ones.</summary>
/// <param name="Middle">Median of measured over true lengths.</param>
/// <param name="RmsShare">Root mean square of what the measured lengths are off by, as a share of the true ones.</param>
/// <param name="WorstTenthShare">Nine of ten lengths are off by less.</param>
internal sealed record GroundAgreement(double Middle, double RmsShare, double WorstTenthShare)
{
    /// <param name="ways">Pairs of places, with their true metres.</param>
    public static GroundAgreement Of(GroundPlane plane, IEnumerable<(MeasuredPoint From, MeasuredPoint To)> ways)
    {
        var ratios = ways.Select(way => plane.Distance(way.From.Image, way.To.Image) / Length(way.From.Metres, way.To.Metres)).Order().ToArray();
        var off = ratios.Select(ratio => Math.Abs(ratio - 1)).Order().ToArray();
        return new GroundAgreement(ratios[ratios.Length / 2], Math.Sqrt(off.Average(share => share * share)), off[off.Length * 9 / 10]);
    }

    /// <summary>Pairs drawn by chance, no closer together than a person's step or two.</summary>
    public static IEnumerable<(MeasuredPoint From, MeasuredPoint To)> Pairs(Func<MeasuredPoint> draw, int count) =>
        Enumerable.Range(0, count).Select(_ => (From: draw(), To: draw())).Where(way => Length(way.From.Metres, way.To.Metres) > 1);

    public static double Length(Point a, Point b) => Math.Sqrt(((a.X - b.X) * (a.X - b.X)) + ((a.Y - b.Y) * (a.Y - b.Y)));

    public override string ToString() => $"middle {Middle:0.000}, rms {100 * RmsShare:0.0} %, nine of ten within {100 * WorstTenthShare:0.0} %";
}
