using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour;

/// <summary>
/// An area with the axis across it: how wide it is where somebody stands, and how far across a point lies. In metres where the
/// whole area lies on the known ground, else in frame heights.
/// </summary>
internal sealed class Carriageway
{
    private readonly Area _area;
    private readonly GroundPlane? _ground;
    private readonly Point[] _outline;
    private float _aspect = float.NaN;
    private Point _axis;

    public Carriageway(Area area, GroundPlane? ground)
    {
        _area = area;
        _ground = ground is not null && GroundShape.Fits(area.Polygon, ground) ? ground : null;
        _outline = new Point[area.Polygon.Points.Length];
    }

    /// <summary>A part of it that is none of it for the rule: foot points in or near it count as outside. Needs the ground.</summary>
    public Keepout? Keepout { get; init; }

    /// <summary>Must be told before anything is measured.</summary>
    public void SetAspect(float aspect)
    {
        if (aspect == _aspect)
            return;
        _aspect = aspect;
        var (x, y) = (0f, 0f);
        for (var i = 0; i < _outline.Length; i++)
        {
            var corner = _area.Polygon.Points[i];
            _outline[i] = ToPlan(corner);
            (x, y) = (x + corner.X / _outline.Length, y + corner.Y / _outline.Length);
        }

        var direction = _area.Direction!.Value;
        var step = 0.01f / MathF.Sqrt(direction.X * direction.X + direction.Y * direction.Y);
        var from = ToPlan(new Point(x, y));
        var to = ToPlan(new Point(x + step * direction.X, y + step * direction.Y));
        var length = MathF.Sqrt((to.X - from.X) * (to.X - from.X) + (to.Y - from.Y) * (to.Y - from.Y));
        _axis = new Point((to.X - from.X) / length, (to.Y - from.Y) / length);
    }

    public bool Contains(Point foot) => _area.Polygon.Contains(foot) && !(Keepout is { } keepout && keepout.IsNear(foot));

    /// <summary>How wide the area is along its axis through that foot point, which is inside.</summary>
    public float WidthAt(Point foot)
    {
        var at = ToPlan(foot);
        var (behind, ahead) = (float.NegativeInfinity, float.PositiveInfinity);
        for (int i = 0, j = _outline.Length - 1; i < _outline.Length; j = i++)
        {
            var (a, b) = (Turn(_outline[j], at), Turn(_outline[i], at));
            if (a.Y > 0 == b.Y > 0)
                continue;
            var along = a.X + (b.X - a.X) * a.Y / (a.Y - b.Y);
            if (along > 0)
                ahead = MathF.Min(ahead, along);
            else
                behind = MathF.Max(behind, along);
        }

        return ahead - behind;
    }

    /// <summary>How far the second foot point lies from the first along the axis, signed.</summary>
    public float Across(Point from, Point to) => Turn(ToPlan(to), ToPlan(from)).X;

    /// <summary>Which share of a step leads up to the border, if one end is inside and the other is not.</summary>
    public float BorderShare(Point outside, Point inside)
    {
        var (low, high) = (0f, 1f);
        for (var i = 0; i < 10; i++)
        {
            var middle = (low + high) / 2;
            if (Contains(Between(outside, inside, middle)))
                high = middle;
            else
                low = middle;
        }

        return high;
    }

    public static Point Between(Point from, Point to, float share) =>
        new(from.X + share * (to.X - from.X), from.Y + share * (to.Y - from.Y));

    /// <summary>Along the axis and off it.</summary>
    private Point Turn(Point plan, Point origin)
    {
        var (x, y) = (plan.X - origin.X, plan.Y - origin.Y);
        return new Point(x * _axis.X + y * _axis.Y, y * _axis.X - x * _axis.Y);
    }

    private Point ToPlan(Point image)
    {
        if (_ground is null)
            return new Point(image.X * _aspect, image.Y);
        _ground.TryToMetres(image, out var metres);
        return metres;
    }
}

/// <summary>A polygon and so many metres around it.</summary>
internal sealed class Keepout(Polygon polygon, GroundPlane ground, float metres)
{
    private readonly GroundShape _shape = new(polygon, ground);

    public bool IsNear(Point foot) =>
        polygon.Contains(foot) || !ground.TryToMetres(foot, out var at) || !(_shape.DistanceToBorder(at) > metres);
}
