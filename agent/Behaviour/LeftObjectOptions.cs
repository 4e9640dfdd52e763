using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour;

/// <summary>What abandoned_object and object_cleared are told: they are the two ends of one story.</summary>
internal abstract record LeftObjectOptions : RuleOptions
{
    /// <summary>The owner must have been away for so long.</summary>
    [Range(1.0, 86400.0)]
    public double Seconds { get; init; } = 30;

    /// <summary>Further than this from the object is away.</summary>
    [Range(0.5f, 100f)]
    public float OwnerMetres { get; init; } = 3;

    /// <summary>Where objects must not lie; the whole zone if it is left out.</summary>
    public string? Area { get; init; }

    public override IEnumerable<ValidationResult> Check(Zone zone) => ShapeNames.CheckArea(nameof(Area), Area, zone);
}
