using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour;

/// <summary>What yielded and not_yielded are told: they are the two ends of one encounter.</summary>
internal abstract record YieldingOptions : RuleOptions
{
    /// <summary>The lane: an area with the direction in which vehicles come to the crosswalk. It is taken to be straight.</summary>
    [Required]
    public required string Lane { get; init; }

    /// <summary>The part of the crosswalk that lies over the lane or the carriageway.</summary>
    [Required]
    public required string Crosswalk { get; init; }

    /// <summary>Where pedestrians arrive: the areas of the footway before the crosswalk.</summary>
    [MinLength(1)]
    public required IReadOnlyList<string> Approach { get; init; }

    /// <summary>A vehicle that would have to brake harder than this could not stop.</summary>
    [Range(1.0, 10.0)]
    public double BrakingMetresPerSecondSquared { get; init; } = 3.5;

    /// <summary>Before the driver brakes.</summary>
    [Range(0.0, 5.0)]
    public double ReactionSeconds { get; init; } = 1;

    public override IEnumerable<ValidationResult> Check(Zone zone)
    {
        List<ValidationResult> faults =
        [
            .. ShapeNames.CheckGround(zone),
            .. ShapeNames.CheckDirection(nameof(Lane), Lane, zone),
            .. ShapeNames.CheckArea(nameof(Crosswalk), Crosswalk, zone),
            .. Approach.SelectMany(area => ShapeNames.CheckArea(nameof(Approach), area, zone)),
        ];
        if (faults.Count == 0 && !float.IsFinite(new Roadway(zone, Lane, Crosswalk).NearEdge))
            faults.Add(new ValidationResult($"'{Crosswalk}' reaches above the horizon of the calibration. Draw it lower, or calibrate again.", [nameof(Crosswalk)]));
        return faults;
    }
}
