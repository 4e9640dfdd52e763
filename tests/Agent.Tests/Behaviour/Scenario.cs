using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host.Configuration;

namespace SocialCredit.Edge.Agent.Tests.Behaviour;

/// <summary>A storyboard: actors on paths through one zone, and what the rules must see.</summary>
public sealed record Scenario
{
    [Range(1, 60)]
    public int FramesPerSecond { get; init; } = 10;

    public Aspect Aspect { get; init; } = new(1);

    public required ZoneSection Zone { get; init; }

    /// <summary>Metres that the frame shows from left to right and from top to bottom, seen from straight above; none: no calibration.</summary>
    public Point? Metres { get; init; }

    /// <summary>Sensors by name.</summary>
    public IReadOnlyDictionary<string, SensorKind> Sensors { get; init; } = new Dictionary<string, SensorKind>();

    /// <summary>What the sensors do, in order of time.</summary>
    public IReadOnlyList<Change> Changes { get; init; } = [];

    /// <summary>From then on the camera watches; before, its picture is frozen.</summary>
    public double WatchedFromSeconds { get; init; }

    [MinLength(1)]
    public required IReadOnlyList<Actor> Actors { get; init; }

    /// <summary>How often each behaviour is seen; one that is not named must not be seen at all.</summary>
    public IReadOnlyDictionary<string, int> Expect { get; init; } = new Dictionary<string, int>();

    /// <summary>By line: crossings left to right and right to left.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<int>> Crossings { get; init; } = new Dictionary<string, IReadOnlyList<int>>();

    /// <summary>By bucket: how many stays.</summary>
    public IReadOnlyDictionary<string, int> Stays { get; init; } = new Dictionary<string, int>();
}

/// <summary>One track.</summary>
public sealed record Actor
{
    public ObjectClass Class { get; init; } = ObjectClass.Person;

    /// <summary>Seconds, x and y of the foot point; straight between.</summary>
    [MinLength(2)]
    public required IReadOnlyList<Waypoint> Path { get; init; }

    /// <summary>From when to when the box is of that size instead: someone who lies, sits down or bends.</summary>
    public IReadOnlyList<Posture> Postures { get; init; } = [];

    /// <summary>Every other frame the foot point lies this much further right and down, in 0..1.</summary>
    public float Jitter { get; init; }

    /// <summary>Width and height of the box, in 0..1.</summary>
    public Point Size { get; init; } = new(0.05f, 0.15f);
}

public readonly record struct Waypoint(double Seconds, float X, float Y);

public readonly record struct Change(double Seconds, string Sensor, SensorState State);

public readonly record struct Posture(double FromSeconds, double ToSeconds, float Width, float Height);
