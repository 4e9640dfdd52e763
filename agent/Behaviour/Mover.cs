using System.Numerics;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour;

/// <summary>A road user that moves over the ground, and when two of them would touch.</summary>
/// <param name="TrackId">Its track.</param>
/// <param name="Class">What it is.</param>
/// <param name="At">In metres.</param>
/// <param name="Velocity">In m/s, over the last half second.</param>
/// <param name="Before">In m/s, over the half second before; the same where it is not known.</param>
internal readonly record struct Mover(int TrackId, ObjectClass Class, Vector2 At, Vector2 Velocity, Vector2 Before)
{
    /// <summary>Over how long a velocity is taken, so that the jitter of a box is no motion.</summary>
    public const double VelocitySeconds = 0.5;

    /// <summary>Slower, in m/s, has no heading.</summary>
    private const float HeadingSpeedMin = 0.5f;

    /// <summary>Of the angle between two headings; less than 30 degrees is along, not across.</summary>
    private const float AcrossSineMin = 0.5f;

    /// <summary>In m/s2: less is no braking, more is braking in an emergency, and that is no comfort.</summary>
    private const float BrakingMin = 1;

    private const float BrakingMax = 3.5f;

    public bool IsPerson => Class == ObjectClass.Person;

    public float Speed => Velocity.Length();

    /// <summary>The same with its velocity over a whole second: less noise, and later to turn.</summary>
    public Mover OverOneSecond => this with { Velocity = (Velocity + Before) / 2 };

    /// <summary>True where the two cross: neither after, nor beside, nor towards each other.</summary>
    public static bool IsAcross(Vector2 a, Vector2 b)
    {
        var (speedA, speedB) = (a.Length(), b.Length());
        return speedA >= HeadingSpeedMin && speedB >= HeadingSpeedMin
            && MathF.Abs(a.X * b.Y - a.Y * b.X) >= AcrossSineMin * speedA * speedB;
    }

    /// <summary>
    /// Seconds until two touch if both go on as they do now (Hayward 1972, Near-miss determination through use of a scale of
    /// danger); infinity if they do not. They are discs about their foot points: as wide as they are, or where they cross, where
    /// length counts too, somewhat larger.
    /// </summary>
    public static float SecondsToCollision(in Mover a, in Mover b)
    {
        var reach = IsAcross(a.Velocity, b.Velocity) ? a.RadiusAcross + b.RadiusAcross : a.HalfWidth + b.HalfWidth;
        var apart = b.At - a.At;
        var closing = b.Velocity - a.Velocity;
        var approach = -Vector2.Dot(apart, closing);
        if (approach <= 0)
            return float.PositiveInfinity;
        var gap = apart.LengthSquared() - reach * reach;
        if (gap <= 0)
            return 0;
        var root = approach * approach - closing.LengthSquared() * gap;
        return root < 0 ? float.PositiveInfinity : (approach - MathF.Sqrt(root)) / closing.LengthSquared();
    }

    /// <summary>True where it brakes in comfort and will be slow enough before it comes so far: it does not go on as it does now.</summary>
    /// <param name="closingSpeed">Towards the other, in m/s.</param>
    /// <param name="seconds">Until the two would touch.</param>
    public bool StopsInTime(float closingSpeed, float seconds)
    {
        // A velocity over half a second is that of a quarter of a second ago.
        var braking = (Before.Length() - Speed) / (float)VelocitySeconds;
        var nowClosing = closingSpeed - braking * (float)VelocitySeconds / 2;
        return braking is >= BrakingMin and <= BrakingMax && nowClosing * nowClosing / (2 * braking) < closingSpeed * seconds;
    }

    /// <summary>Half the usual width, in metres.</summary>
    private float HalfWidth => Class switch
    {
        ObjectClass.Vehicle => 0.9f,
        ObjectClass.Bicycle => 0.4f,
        _ => 0.3f,
    };

    /// <summary>Between half the width and half the length, in metres.</summary>
    public float RadiusAcross => Class switch
    {
        ObjectClass.Vehicle => 1.2f,
        ObjectClass.Bicycle => 0.9f,
        _ => 0.4f,
    };
}
