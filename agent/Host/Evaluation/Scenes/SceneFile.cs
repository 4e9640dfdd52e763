using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host.Configuration;

namespace SocialCredit.Edge.Host.Evaluation.Scenes;

/// <summary>A place, and little plays that are given there in random order. Everything is in metres on the ground and seconds.</summary>
public sealed record SceneFile
{
    /// <summary>Plays are added until so much time is full.</summary>
    [Range(1.0, 3600.0)]
    public double Seconds { get; init; } = 120;

    /// <summary>Between one play and the next; below 0 they overlap, which is for behaviours that no signal or sensor decides.</summary>
    public Spread GapSeconds { get; init; } = new(3, 6);

    [Range(1.0, 60.0)]
    public double FramesPerSecond { get; init; } = 10;

    public SceneCamera Camera { get; init; } = new();

    /// <summary>As in the agent's configuration, but its points and directions are metres on the ground: x to the right, y away from the camera.</summary>
    public required ZoneSection Zone { get; init; }

    /// <summary>False hides the calibration from the rules.</summary>
    public bool IsCalibrated { get; init; } = true;

    /// <summary>Sensors by name; a switch is off before its first change, a signal is unknown.</summary>
    public IReadOnlyDictionary<string, SensorKind> Sensors { get; init; } = new Dictionary<string, SensorKind>();

    /// <summary>The plays by name.</summary>
    [MinLength(1)]
    public required IReadOnlyDictionary<string, CastSection> Casts { get; init; }
}

/// <summary>One little play. What must be seen of it is written beside it, not computed.</summary>
public sealed record CastSection
{
    /// <summary>How often it is given, beside the others.</summary>
    [Range(0.0, 100.0)]
    public double Weight { get; init; } = 1;

    /// <summary>Empty where only sensors play.</summary>
    public IReadOnlyList<ActorSection> Actors { get; init; } = [];

    /// <summary>In order of time; a change to the state that it has is none.</summary>
    public IReadOnlyList<ChangeSection> Changes { get; init; } = [];

    /// <summary>What must be seen; any other event of the zone's behaviours is a false alarm.</summary>
    public IReadOnlyList<ExpectSection> Expect { get; init; } = [];
}

/// <summary>Somebody or something on a path.</summary>
public sealed record ActorSection
{
    public ObjectClass Class { get; init; } = ObjectClass.Person;

    /// <summary>When it is at the waypoint <see cref="Anchor"/>, counted from the play's start.</summary>
    public Spread At { get; init; }

    /// <summary>From 0: the waypoint from which times are counted forwards and backwards.</summary>
    [Range(0, 100)]
    public int Anchor { get; init; }

    /// <summary>Metres a second; without it a usual one of its class.</summary>
    public Spread? Speed { get; init; }

    /// <summary>An object is seen only so long after it was put down: a static-foreground detector needs its time.</summary>
    public Spread SeenAfterSeconds { get; init; }

    [MinLength(1)]
    public required IReadOnlyList<WaypointSection> Path { get; init; }
}

/// <summary>A point of a path. Left out, x and y are those of the waypoint before.</summary>
public sealed record WaypointSection
{
    public Spread? X { get; init; }

    public Spread? Y { get; init; }

    /// <summary>Added to x.</summary>
    public Spread Dx { get; init; }

    /// <summary>Added to y.</summary>
    public Spread Dy { get; init; }

    /// <summary>Metres a second at the start of the leg to here; the actor's if left out.</summary>
    public Spread? Speed { get; init; }

    /// <summary>Metres a second at the end of the leg, reached evenly; the same as at its start if left out.</summary>
    public Spread? Arrives { get; init; }

    /// <summary>Rests here for so long.</summary>
    public Spread WaitSeconds { get; init; }

    /// <summary>Rests here until then, counted from the play's start.</summary>
    public Spread? UntilSeconds { get; init; }
}

/// <summary>A moment of a play: seconds from its start or, where an actor is named, from the actor's arrival at a waypoint.</summary>
public abstract record MomentSection
{
    public Spread Seconds { get; init; }

    /// <summary>From 0.</summary>
    public int? Actor { get; init; }

    /// <summary>From 0.</summary>
    public int Waypoint { get; init; }
}

/// <summary>A sensor does something.</summary>
public sealed record ChangeSection : MomentSection
{
    [Required]
    public required string Sensor { get; init; }

    public required SensorState State { get; init; }
}

/// <summary>What must be seen, and about when.</summary>
public sealed record ExpectSection : MomentSection
{
    [Required]
    public required string Behaviour { get; init; }

    /// <summary>The line that is crossed, where the behaviour has one.</summary>
    public string? Line { get; init; }

    public Crossing Crossing { get; init; }
}
