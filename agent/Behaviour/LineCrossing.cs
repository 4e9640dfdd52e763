using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour;

/// <summary>A drawn line and what it takes to have crossed it.</summary>
/// <param name="Line">The line.</param>
/// <param name="BandShare">Half-width of the band around it, in frame heights.</param>
/// <param name="HoldSeconds">So long a side beyond the band must be held before it is believed.</param>
internal readonly record struct Tripwire(Line Line, float BandShare, double HoldSeconds)
{
    /// <summary>Signed distance to the line in frame heights (right of it is positive) and the place along it, 0..1.</summary>
    public (float Across, float Along) Project(Point foot, float aspect)
    {
        var (lineX, lineY) = Picture.Step(Line.From, Line.To, aspect);
        var (x, y) = Picture.Step(Line.From, foot, aspect);
        var length = MathF.Sqrt(lineX * lineX + lineY * lineY);
        // The picture's y points down, so a positive cross product lies on the right hand.
        return ((lineX * y - lineY * x) / length, (lineX * x + lineY * y) / (length * length));
    }
}

/// <summary>
/// One track's path and one line. A track belongs to a side only after it held the ground beyond a band on that side for a
/// while; so neither jitter on the line nor a flicker to the other side is a crossing.
/// </summary>
internal record struct LineCrossing
{
    private bool _hasPlace;
    private float _across;
    private float _along;
    private float _metAlong;
    private int _holdingSide;
    private int _side;
    private DateTimeOffset _holdingSince;

    /// <summary>Takes in where the track stands now; says once which way it crossed.</summary>
    public Crossing Advance(in Tripwire wire, Scene scene, Point foot)
    {
        var (across, along) = wire.Project(foot, scene.Aspect);
        if (_hasPlace && across < 0 != _across < 0)
        {
            // Where the path met the line, 0..1 of it: only this decides whether the line or its prolongation was crossed.
            var share = _across / (_across - across);
            _metAlong = _along + share * (along - _along);
        }

        (_hasPlace, _across, _along) = (true, across, along);
        var side = MathF.Abs(across) < wire.BandShare ? 0 : MathF.Sign(across);
        if (side != _holdingSide)
            (_holdingSide, _holdingSince) = (side, scene.CapturedAt);

        var isHeld = side != 0 && (scene.CapturedAt - _holdingSince).TotalSeconds >= wire.HoldSeconds - 0.001;
        if (!isHeld || side == _side)
            return Crossing.None;

        var from = _side;
        _side = side;
        if (from == 0 || _metAlong is < 0 or > 1)
            return Crossing.None;
        return side > 0 ? Crossing.LeftToRight : Crossing.RightToLeft;
    }
}
