namespace SocialCredit.Edge.Sink.Web;

/// <summary>
/// Places on a plain plan, without any map behind them: degrees of longitude shortened by the cosine of the middle latitude (equirectangular
/// projection), north above. Where there are many, one mark stands for all of a field.
/// </summary>
internal sealed class MapPlan
{
    public const double Width = 1000, Height = 460;

    private const double Margin = 60, DegreesMin = 0.004;

    private const int Columns = 18;

    private readonly double _west, _north, _scale, _shorten;

    public MapPlan(IReadOnlyList<MapPoint> points)
    {
        var (south, north) = (points.Min(point => point.Latitude), points.Max(point => point.Latitude));
        var (west, east) = (points.Min(point => point.Longitude), points.Max(point => point.Longitude));
        _shorten = Math.Max(0.05, Math.Cos((south + north) / 2 * Math.PI / 180));
        var (wide, high) = (Math.Max(DegreesMin, (east - west) * _shorten), Math.Max(DegreesMin, north - south));
        _scale = Math.Min((Width - 2 * Margin) / wide, (Height - 2 * Margin) / high);
        _west = (west + east) / 2 * _shorten - Width / 2 / _scale;
        _north = (south + north) / 2 + Height / 2 / _scale;
        Marks = [.. points.GroupBy(FieldOf).Select(field => MarkOf([.. field]))];
    }

    public IReadOnlyList<PlanMark> Marks { get; }

    private (int, int) FieldOf(MapPoint point) => ((int)(X(point) / Width * Columns), (int)(Y(point) / Width * Columns));

    private PlanMark MarkOf(MapPoint[] points) => new(points.Average(X), points.Average(Y), points);

    private double X(MapPoint point) => (point.Longitude * _shorten - _west) * _scale;

    private double Y(MapPoint point) => (_north - point.Latitude) * _scale;
}

/// <summary>One mark on the plan, from its left upper corner.</summary>
internal sealed record PlanMark(double X, double Y, IReadOnlyList<MapPoint> Points);
