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

    /// <summary>True if the box touches the frame's border: part of the object may be out of the picture, so its form and foot are not known.</summary>
    public static bool IsCut(in Box box)
    {
        const float Border = 0.005f;
        return box.Left < Border || box.Top < Border || box.Right > 1 - Border || box.Bottom > 1 - Border;
    }
}
