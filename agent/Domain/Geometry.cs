namespace SocialCredit.Edge.Domain;

/// <summary>A point, in pixels of the frame or in 0..1 of it; the owner says which.</summary>
public readonly record struct Point(float X, float Y);

/// <summary>An upright rectangle in pixels of the frame, right and bottom excluded.</summary>
public readonly record struct Box(float Left, float Top, float Right, float Bottom)
{
    public float Width => Right - Left;

    public float Height => Bottom - Top;

    public float Area => MathF.Max(0, Width) * MathF.Max(0, Height);

    /// <summary>Where the object stands: the middle of the bottom edge.</summary>
    public Point Foot => new((Left + Right) / 2, Bottom);

    /// <summary>Shared area over joint area, 0..1.</summary>
    public float Overlap(in Box other)
    {
        var width = MathF.Min(Right, other.Right) - MathF.Max(Left, other.Left);
        var height = MathF.Min(Bottom, other.Bottom) - MathF.Max(Top, other.Top);
        if (width <= 0 || height <= 0)
            return 0;
        var shared = width * height;
        return shared / (Area + other.Area - shared);
    }
}

/// <summary>A closed polygon of at least three points, in 0..1 of the frame.</summary>
public sealed class Polygon
{
    private readonly Point[] _points;

    /// <exception cref="ArgumentException">Fewer than three points.</exception>
    public Polygon(IEnumerable<Point> points)
    {
        _points = [.. points];
        if (_points.Length < 3)
            throw new ArgumentException("A polygon needs at least three points.", nameof(points));
    }

    public ReadOnlySpan<Point> Points => _points;

    /// <summary>Even-odd rule; a point exactly on an edge may fall on either side.</summary>
    public bool Contains(Point p)
    {
        var inside = false;
        for (int i = 0, j = _points.Length - 1; i < _points.Length; j = i++)
        {
            var (a, b) = (_points[i], _points[j]);
            var straddles = a.Y > p.Y != b.Y > p.Y;
            if (straddles && p.X < (b.X - a.X) * (p.Y - a.Y) / (b.Y - a.Y) + a.X)
                inside = !inside;
        }

        return inside;
    }
}
