using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour;

/// <summary>A polygon of the frame as it lies on the ground, in metres. A homography keeps lines straight, so its corners are enough.</summary>
internal sealed class GroundShape
{
    private readonly Point[] _corners;

    /// <exception cref="ArgumentException">A corner shows no ground.</exception>
    public GroundShape(Polygon polygon, GroundPlane ground)
    {
        if (!Fits(polygon, ground))
            throw new ArgumentException("A corner lies above the horizon.", nameof(polygon));
        _corners = [.. polygon.Points.ToArray().Select(corner => ground.TryToMetres(corner, out var metres) ? metres : default)];
    }

    /// <summary>False if it reaches above the horizon, where there is no ground.</summary>
    public static bool Fits(Polygon polygon, GroundPlane ground)
    {
        foreach (var corner in polygon.Points)
        {
            if (!ground.TryToMetres(corner, out _))
                return false;
        }

        return true;
    }

    /// <summary>Faults of an area that is measured in metres; the whole zone where none is named.</summary>
    public static IEnumerable<ValidationResult> Check(string option, string? area, Zone zone)
    {
        foreach (var fault in ShapeNames.CheckGround(zone).Concat(ShapeNames.CheckArea(option, area, zone)))
            yield return fault;
        var isDrawn = area is null || zone.Areas.ContainsKey(area);
        if (isDrawn && zone.Ground is { } ground && !Fits(ShapeNames.PolygonOf(area, zone), ground))
            yield return new ValidationResult("reaches above the horizon of the calibration, where there is no ground. Draw it lower, or calibrate again.", [option]);
    }

    /// <summary>By the shoelace formula.</summary>
    public double SquareMetres()
    {
        var twice = 0.0;
        for (int i = 0, j = _corners.Length - 1; i < _corners.Length; j = i++)
            twice += (double)_corners[j].X * _corners[i].Y - (double)_corners[i].X * _corners[j].Y;
        return Math.Abs(twice) / 2;
    }

    /// <summary>Metres from its border to a point in metres; of a point inside too.</summary>
    public float DistanceToBorder(Point metres)
    {
        var nearest = float.PositiveInfinity;
        for (int i = 0, j = _corners.Length - 1; i < _corners.Length; j = i++)
        {
            var (x, y) = (_corners[i].X - _corners[j].X, _corners[i].Y - _corners[j].Y);
            var (toX, toY) = (metres.X - _corners[j].X, metres.Y - _corners[j].Y);
            var length = x * x + y * y;
            var share = length > 0 ? Math.Clamp((toX * x + toY * y) / length, 0, 1) : 0;
            var (offX, offY) = (toX - share * x, toY - share * y);
            nearest = MathF.Min(nearest, MathF.Sqrt(offX * offX + offY * offY));
        }

        return nearest;
    }
}
