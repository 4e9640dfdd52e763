using System.ComponentModel.DataAnnotations;

namespace SocialCredit.Edge.Sensing;

/// <summary>What the wires of a simulated chip do. Seconds count from the start of the agent, in a replay from its first frame.</summary>
public sealed record SimulationScript
{
    /// <summary>Single changes, in any order.</summary>
    public IReadOnlyList<ScriptEvent> Events { get; init; } = [];

    /// <summary>By name: a level for a moment, such as a flap that moves.</summary>
    public IReadOnlyDictionary<string, ScriptPulse> Pulses { get; init; } = new Dictionary<string, ScriptPulse>();

    /// <summary>By name: changes that come again and again, such as the phases of a signal.</summary>
    public IReadOnlyDictionary<string, ScriptCycle> Cycles { get; init; } = new Dictionary<string, ScriptCycle>();
}

/// <summary>What is at the end of a wire.</summary>
public enum ScriptLevel
{
    Low,
    High,

    /// <summary>Nothing: the wire is pulled, or the contact open.</summary>
    Pulled,
}

/// <summary>A wire changes.</summary>
public sealed record ScriptEvent
{
    [Range(0, 1e9)]
    public double Seconds { get; init; }

    [Range(0, LineOptions.LineMax)]
    public required int Line { get; init; }

    public required ScriptLevel Level { get; init; }
}

/// <summary>A wire changes for a moment.</summary>
public sealed record ScriptPulse : IValidatableObject
{
    [Range(0, LineOptions.LineMax)]
    public required int Line { get; init; }

    /// <summary>During the pulse.</summary>
    public ScriptLevel Level { get; init; } = ScriptLevel.Low;

    /// <summary>Before and after it.</summary>
    public ScriptLevel Otherwise { get; init; } = ScriptLevel.Pulled;

    [Range(1, 1_000_000)]
    public int Milliseconds { get; init; } = 200;

    /// <summary>When it begins.</summary>
    [MinLength(1)]
    public required IReadOnlyList<double> Seconds { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Seconds.Any(seconds => seconds is < 0 or > 1e9))
            yield return new ValidationResult("A pulse begins at 0 s or later.", [nameof(Seconds)]);
    }
}

/// <summary>Changes that come again and again for ever.</summary>
public sealed record ScriptCycle : IValidatableObject
{
    /// <summary>Its length.</summary>
    [Range(0.1, 86400)]
    public required double Seconds { get; init; }

    /// <summary>When the first one begins.</summary>
    [Range(0, 1e9)]
    public double FromSeconds { get; init; }

    /// <summary>Counted from the beginning of the cycle, and in the order of their seconds.</summary>
    [MinLength(1)]
    public required IReadOnlyList<ScriptEvent> Steps { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Steps.Any(step => step.Seconds >= Seconds))
            yield return new ValidationResult($"A step lies behind the end of its cycle of {Seconds} s.", [nameof(Steps)]);
    }
}
