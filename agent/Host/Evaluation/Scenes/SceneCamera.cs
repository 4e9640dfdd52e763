using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Host.Evaluation.Scenes;

/// <summary>
/// A pinhole camera over flat ground (Hartley and Zisserman, Multiple View Geometry, 2nd ed., section 6.1), without distortion.
/// It stands above the origin of the ground and looks along y, downwards by its tilt.
/// </summary>
public sealed record SceneCamera
{
    /// <summary>Nearer than this nothing is projected.</summary>
    private const double DepthMetresMin = 0.5;

    [Range(1.0, 50.0)]
    public double HeightMetres { get; init; } = 5;

    /// <summary>Below the horizon; 90 looks straight down.</summary>
    [Range(5.0, 90.0)]
    public double TiltDegrees { get; init; } = 25;

    /// <summary>Of the whole width of the picture.</summary>
    [Range(20.0, 120.0)]
    public double FieldOfViewDegrees { get; init; } = 70;

    [Range(64, 8192)]
    public int WidthPixels { get; init; } = 1280;

    [Range(64, 8192)]
    public int HeightPixels { get; init; } = 720;

    internal float Aspect => (float)WidthPixels / HeightPixels;

    private double Focal => 0.5 / Math.Tan(FieldOfViewDegrees * Math.PI / 360);

    private (double Sine, double Cosine) Tilt => Math.SinCos(TiltDegrees * Math.PI / 180);

    /// <summary>What a calibration of this camera finds, were it free of error.</summary>
    internal GroundPlane Ground()
    {
        var (sine, cosine) = Tilt;
        var (f, g) = (Focal, Focal * Aspect);
        return new GroundPlane(
            [
                HeightMetres / f, 0, -HeightMetres * 0.5 / f,
                0, -HeightMetres * sine / g, HeightMetres * (cosine + 0.5 * sine / g),
                0, cosine / g, sine - 0.5 * cosine / g,
            ],
            new Point(0.5f, 0.99f));
    }

    /// <summary>The box, in 0..1 of the picture and beyond, around a block that stands on the ground; null where it is behind the camera.</summary>
    /// <param name="x">Metres, of the middle of its base.</param>
    /// <param name="y">Metres, of the middle of its base.</param>
    /// <param name="heading">Radians from x to y, of its length.</param>
    internal Box? BoxOf(double x, double y, double heading, Body body)
    {
        var (sine, cosine) = Math.SinCos(heading);
        var (left, top, right, bottom) = (double.MaxValue, double.MaxValue, double.MinValue, double.MinValue);
        for (var corner = 0; corner < 8; corner++)
        {
            var along = ((corner & 1) == 0 ? -0.5 : 0.5) * body.LengthMetres;
            var across = ((corner & 2) == 0 ? -0.5 : 0.5) * body.WidthMetres;
            var height = (corner & 4) == 0 ? 0 : body.HeightMetres;
            if (!TryProject(x + along * cosine - across * sine, y + along * sine + across * cosine, height, out var u, out var v))
                return null;
            (left, right) = (Math.Min(left, u), Math.Max(right, u));
            (top, bottom) = (Math.Min(top, v), Math.Max(bottom, v));
        }

        return new Box((float)left, (float)top, (float)right, (float)bottom);
    }

    /// <summary>From 0..1 of the picture to pixels.</summary>
    internal Box ToPixels(in Box box) =>
        new(box.Left * WidthPixels, box.Top * HeightPixels, box.Right * WidthPixels, box.Bottom * HeightPixels);

    /// <summary>The place in the picture of a point of the ground; far outside it where the camera cannot see it.</summary>
    internal Point ToImage(Point metres) =>
        TryProject(metres.X, metres.Y, 0, out var u, out var v) ? new Point((float)u, (float)v) : new Point(metres.X, 100);

    private bool TryProject(double x, double y, double z, out double u, out double v)
    {
        var (sine, cosine) = Tilt;
        var below = HeightMetres - z;
        var depth = y * cosine + below * sine;
        u = 0.5 + Focal * x / depth;
        v = 0.5 + Focal * Aspect * (below * cosine - y * sine) / depth;
        return depth > DepthMetresMin;
    }
}

/// <summary>How large a thing is, in metres, seen as a block.</summary>
internal readonly record struct Body(double WidthMetres, double LengthMetres, double HeightMetres)
{
    /// <summary>Usual sizes: a person in clothes, a rider with the bicycle, a car of the middle class, a suitcase.</summary>
    public static Body Of(ObjectClass kind) => kind switch
    {
        ObjectClass.Person => new Body(0.5, 0.4, 1.7),
        ObjectClass.Bicycle => new Body(0.5, 1.7, 1.7),
        ObjectClass.Vehicle => new Body(1.8, 4.2, 1.5),
        ObjectClass.Animal => new Body(0.3, 0.8, 0.6),
        _ => new Body(0.4, 0.3, 0.6),
    };
}
