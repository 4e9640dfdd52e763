namespace SocialCredit.Edge.Domain;

/// <summary>The scored unit of space: one polygon on one camera, with the shapes that its rules refer to.</summary>
/// <param name="Name">As in the public register, <c>[a-z0-9-]{3,32}</c>.</param>
/// <param name="Polygon">In 0..1 of the frame.</param>
/// <param name="Areas">By name; they may overlap.</param>
/// <param name="Lines">By name.</param>
public sealed record Zone(
    string Name,
    Polygon Polygon,
    IReadOnlyDictionary<string, Area> Areas,
    IReadOnlyDictionary<string, Line> Lines)
{
    /// <summary>Null without calibration; rules that need metres are refused then.</summary>
    public GroundPlane? Ground { get; init; }

    /// <summary>Every sensor of the device, by name.</summary>
    public IReadOnlyDictionary<string, SensorKind> Sensors { get; init; } = new Dictionary<string, SensorKind>();
}

/// <summary>A shape inside a zone: carriageway, waiting, lane, keep-clear, footway.</summary>
/// <param name="Name">By which rules refer to it.</param>
/// <param name="Polygon">In 0..1 of the frame.</param>
/// <param name="Direction">The way one moves in it, in 0..1 of the frame, any length; only lanes have one.</param>
public sealed record Area(string Name, Polygon Polygon, Point? Direction = null);

/// <summary>A tripwire. Walking from <paramref name="From"/> to <paramref name="To"/>, its right is on the right hand.</summary>
/// <param name="Name">By which rules refer to it.</param>
/// <param name="From">In 0..1 of the frame.</param>
/// <param name="To">In 0..1 of the frame.</param>
public sealed record Line(string Name, Point From, Point To);

/// <summary>Which way a line was crossed, as seen from its start looking to its end on the picture.</summary>
public enum Crossing : byte
{
    None,
    LeftToRight,
    RightToLeft,
}
