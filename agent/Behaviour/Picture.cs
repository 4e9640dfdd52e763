using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour;

/// <summary>Lengths and angles on the picture, in frame heights: x is stretched by the aspect so that both axes agree.</summary>
internal static class Picture
{
    /// <summary>From <paramref name="a"/> to <paramref name="b"/> in frame heights.</summary>
    public static (float X, float Y) Step(Point a, Point b, float aspect) => ((b.X - a.X) * aspect, b.Y - a.Y);

    /// <summary>In frame heights.</summary>
    public static float Distance(Point a, Point b, float aspect)
    {
        var (x, y) = Step(a, b, aspect);
        return MathF.Sqrt(x * x + y * y);
    }
}
