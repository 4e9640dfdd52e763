using System.Numerics;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour;

/// <summary>A straight lane and the crosswalk over it, measured in metres along the lane.</summary>
internal sealed class Roadway
{
    private readonly Vector2 _along;

    public Roadway(Zone zone, string lane, string crosswalk)
    {
        var ground = zone.Ground!;
        var corners = zone.Areas[crosswalk].Polygon.Points.ToArray();
        var middle = new Point(corners.Average(p => p.X), corners.Average(p => p.Y));
        var direction = zone.Areas[lane].Direction!.Value;
        // A short step, because a direction on the picture is one on the ground only where it is drawn.
        var step = 0.01f / MathF.Max(MathF.Abs(direction.X), MathF.Abs(direction.Y));
        var ahead = new Point(middle.X + step * direction.X, middle.Y + step * direction.Y);
        _along = Vector2.Normalize(Metres(ground, ahead) - Metres(ground, middle));
        NearEdge = corners.Min(corner => Along(Metres(ground, corner)));
        Middle = (NearEdge + corners.Max(corner => Along(Metres(ground, corner)))) / 2;
    }

    /// <summary>Where a vehicle comes to the crosswalk, in metres along the lane; not a number where the calibration shows no ground.</summary>
    public float NearEdge { get; }

    /// <summary>The middle of the crosswalk, in metres along the lane.</summary>
    public float Middle { get; }

    /// <summary>Metres along the lane of a place, or metres a second of a velocity.</summary>
    public float Along(Vector2 metres) => Vector2.Dot(metres, _along);

    private static Vector2 Metres(GroundPlane ground, Point image)
    {
        ground.TryToMetres(image, out var metres);
        return new Vector2(metres.X, metres.Y);
    }
}
