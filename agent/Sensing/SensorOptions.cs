using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Sensing;

/// <summary>
/// What a sensor can be told in the configuration. Each kind nests a <c>sealed record Options</c> in a class named for it:
/// <c>ContactSensor.Options</c> is <c>contact</c>.
/// </summary>
public abstract record SensorOptions
{
    /// <summary>What it can say.</summary>
    public abstract SensorKind Kind { get; }

    /// <summary>The name of the signal whose place it takes while that one is unknown; null if it stands for itself.</summary>
    internal virtual string? StandsInFor => null;
}

/// <summary>The resistor inside the chip that holds a line nobody drives.</summary>
public enum Pull
{
    None,
    Up,
    Down,
}

/// <summary>A sensor on lines of the GPIO chip.</summary>
public abstract record LineOptions : SensorOptions
{
    /// <summary>The highest line number that a chip may have.</summary>
    internal const int LineMax = 1023;

    /// <summary>The chip's own resistor on each of its lines.</summary>
    public Pull Pull { get; init; }

    /// <summary>True where a low level means on.</summary>
    public bool ActiveLow { get; init; }

    /// <summary>A level counts once it was steady for so long; the change is dated at its first edge.</summary>
    [Range(1, 1000)]
    public int DebounceMilliseconds { get; init; } = 30;

    /// <summary>
    /// True where the sensor drives its lines both ways (push-pull). Once a second the chip's resistors are tried: a line that
    /// follows them hangs loose, and the sensor is unknown. Not for contacts, which are open half of their life.
    /// </summary>
    public bool Driven { get; init; }

    /// <summary>The lines, in the order in which <see cref="Read"/> has them as bits.</summary>
    internal abstract IReadOnlyList<int> Lines { get; }

    /// <summary>What steady levels say, bit 0 for the first line, 1 for active; null where they say nothing for now.</summary>
    internal abstract SensorState? Read(int levels);
}

/// <summary>On or off by one line, or by two that must differ.</summary>
public abstract record SwitchOptions : LineOptions, IValidatableObject
{
    /// <summary>The number of the line at its chip, such as 17 for GPIO17 of a Raspberry Pi.</summary>
    [Range(0, LineMax)]
    public required int Line { get; init; }

    /// <summary>The other side of a change-over contact: while both lines are equal, a wire is pulled and the sensor unknown.</summary>
    [Range(0, LineMax)]
    public int? Complement { get; init; }

    public override SensorKind Kind => SensorKind.Switch;

    internal override IReadOnlyList<int> Lines => Complement is { } other ? [Line, other] : [Line];

    internal override SensorState? Read(int levels)
    {
        if (Complement is not null && levels is 0b00 or 0b11)
            return SensorState.Unknown;
        return (levels & 1) != 0 ? SensorState.On : SensorState.Off;
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Complement == Line)
            yield return new ValidationResult("A line cannot be its own complement. Name the other side's line.", [nameof(Complement)]);
    }
}
