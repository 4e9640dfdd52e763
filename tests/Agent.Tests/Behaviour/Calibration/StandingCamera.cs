using SocialCredit.Edge.Behaviour.Calibration;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Agent.Tests.Behaviour.Calibration;

/// <summary>
/// A pinhole camera in three dimensions, written a second time and from the other end than the agent's: from the world into
/// the picture. Metres; x to its right, y where it looks, z up, the origin on the ground below it. Angles as in
/// <see cref="PinholeCamera"/>.
/// </summary>
internal sealed record StandingCamera(double HeightMetres, double TiltDegrees, double RollDegrees, double FieldOfViewDegrees, double Aspect)
{
    /// <summary>Further than so many of its heights a hundredth of the picture is many metres.</summary>
    private const double ReachHeights = 15;

    public GroundPlane Ground => new PinholeCamera(HeightMetres, TiltDegrees, RollDegrees, FieldOfViewDegrees).ToGround(Aspect);

    /// <summary>Half the picture's width at a depth of 1.</summary>
    private double HalfWidth => Math.Tan(double.DegreesToRadians(FieldOfViewDegrees / 2));

    private (Space Right, Space Down, Space Ahead) Axes
    {
        get
        {
            var (sine, cosine) = Math.SinCos(double.DegreesToRadians(TiltDegrees));
            var (turn, stay) = Math.SinCos(double.DegreesToRadians(RollDegrees));
            var (right, down) = (new Space(1, 0, 0), new Space(0, -sine, -cosine));
            return ((right * stay) + (down * turn), (right * -turn) + (down * stay), new Space(0, cosine, -sine));
        }
    }

    /// <summary>As cameras on masts and walls stand.</summary>
    public static StandingCamera Draw(Random random) => new(
        Between(random, 2.5, 12),
        Between(random, 5, 60),
        Between(random, -5, 5),
        Between(random, 30, 100),
        random.Next(2) == 0 ? 4 / 3.0 : 16 / 9.0);

    /// <summary>Where a point of the world is in 0..1 of the picture and beyond; null behind the camera.</summary>
    public Point? Project(double x, double y, double z = 0)
    {
        var (right, down, ahead) = Axes;
        var from = new Space(x, y, z - HeightMetres);
        var reach = 2 * HalfWidth * from.Dot(ahead);
        return from.Dot(ahead) > 0
            ? new Point((float)(0.5 + (from.Dot(right) / reach)), (float)(0.5 + (Aspect * from.Dot(down) / reach)))
            : null;
    }

    /// <summary>How steeply the camera looks down at a point of the picture; negative into the sky.</summary>
    public double DownAt(Point image) => -RayOf(image).Z / Math.Sqrt(RayOf(image).Dot(RayOf(image)));

    /// <summary>A place of the picture that shows ground no further off than a camera reads.</summary>
    public MeasuredPoint Place(Random random)
    {
        while (true)
        {
            var image = new Point(random.NextSingle(), random.NextSingle());
            var ray = RayOf(image);
            var (x, y) = (HeightMetres * ray.X / -ray.Z, HeightMetres * ray.Y / -ray.Z);
            if (ray.Z < 0 && Math.Sqrt((x * x) + (y * y)) < ReachHeights * HeightMetres)
                return new MeasuredPoint(image, new Point((float)x, (float)y));
        }
    }

    private static double Between(Random random, double least, double most) => least + ((most - least) * random.NextDouble());

    private Space RayOf(Point image)
    {
        var (right, down, ahead) = Axes;
        return ahead + (right * ((image.X - 0.5) * 2 * HalfWidth)) + (down * ((image.Y - 0.5) * 2 * HalfWidth / Aspect));
    }

    private readonly record struct Space(double X, double Y, double Z)
    {
        public static Space operator +(Space a, Space b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

        public static Space operator *(Space a, double times) => new(a.X * times, a.Y * times, a.Z * times);

        public double Dot(Space other) => (X * other.X) + (Y * other.Y) + (Z * other.Z);
    }
}
