using System.Globalization;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>What the map's script asks for: the points inside of a box, or one for each field of it where there are many.</summary>
internal static class MapFields
{
    private const int PointsMax = 300, Fields = 16;

    /// <param name="points">All points of a query.</param>
    /// <param name="box">West, south, east, north in degrees, with commas; everything where it is not understood.</param>
    public static MapFieldsView Of(IReadOnlyList<MapPoint> points, string? box)
    {
        var inside = Box(box) is { } b
            ? [.. points.Where(point => point.Longitude >= b[0] && point.Latitude >= b[1] && point.Longitude <= b[2] && point.Latitude <= b[3])]
            : points;
        if (inside.Count <= PointsMax)
            return new MapFieldsView([.. inside.Select(PointView.Of)], [], Bounds(points));
        var bounds = Bounds(inside)!;
        var (wide, high) = (Math.Max(1e-9, bounds[2] - bounds[0]), Math.Max(1e-9, bounds[3] - bounds[1]));
        var groups = inside.GroupBy(point => ((int)((point.Longitude - bounds[0]) / wide * Fields), (int)((point.Latitude - bounds[1]) / high * Fields))).ToList();
        return new MapFieldsView(
            [.. groups.Where(group => group.Count() == 1).Select(group => PointView.Of(group.First()))],
            [.. groups.Where(group => group.Count() > 1).Select(group => new GroupView(group.Average(p => p.Latitude), group.Average(p => p.Longitude), group.Count()))],
            Bounds(points));
    }

    private static double[]? Bounds(IReadOnlyList<MapPoint> points) => points.Count == 0
        ? null
        : [points.Min(point => point.Longitude), points.Min(point => point.Latitude), points.Max(point => point.Longitude), points.Max(point => point.Latitude)];

    private static double[]? Box(string? text)
    {
        var parts = text?.Split(',');
        if (parts is not { Length: 4 })
            return null;
        var box = new double[4];
        for (var i = 0; i < 4; i++)
        {
            if (!double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out box[i]) || !double.IsFinite(box[i]))
                return null;
        }

        return box;
    }
}

/// <param name="Points">Places by themselves.</param>
/// <param name="Groups">Places that stand too near to each other for this box.</param>
/// <param name="Bounds">West, south, east, north of all places of the query; null where there are none.</param>
internal sealed record MapFieldsView(IReadOnlyList<PointView> Points, IReadOnlyList<GroupView> Groups, double[]? Bounds);

internal sealed record PointView(string Zone, string Title, double Latitude, double Longitude, string Grade, double Score)
{
    public static PointView Of(MapPoint point) => new(point.Zone, point.Title, point.Latitude, point.Longitude, point.Grade.ToString(), Math.Round(point.Score, 1));
}

internal sealed record GroupView(double Latitude, double Longitude, int Count);
