using System.Text.Json.Serialization;

namespace SocialCredit.Edge.Audit;

/// <summary>What an audit found.</summary>
/// <param name="IsFull">With the nightly sizes.</param>
/// <param name="Attacks">On the device.</param>
/// <param name="Mutants">Each a way of breaking the device; an audit that does not see them could not fail.</param>
public sealed record AuditReport(bool IsFull, IReadOnlyList<AttackReport> Attacks, IReadOnlyList<MutantReport> Mutants)
{
    /// <summary>Every bar is held, and every mutant caught.</summary>
    public bool IsPassed => Attacks.All(attack => attack.IsHeld) && Mutants.All(mutant => mutant.IsCaught);
}

/// <summary>One attack on the device.</summary>
/// <param name="Name">Of the attack.</param>
/// <param name="Knows">What the attacker knows and does, one line.</param>
/// <param name="Figures">With their bars.</param>
/// <param name="Says">What the figures leave open; may be empty.</param>
/// <param name="Picture">SVG.</param>
public sealed record AttackReport(
    string Name, string Knows, IReadOnlyList<Figure> Figures, string Says, [property: JsonIgnore] string Picture)
{
    public bool IsHeld => Figures.All(figure => figure.IsHeld);
}

/// <summary>One way of breaking the device.</summary>
/// <param name="Name">What is broken.</param>
/// <param name="CaughtBy">The attacks that saw it, each with its first figure that did.</param>
public sealed record MutantReport(string Name, IReadOnlyList<CaughtBy> CaughtBy)
{
    public bool IsCaught => CaughtBy.Count > 0;
}

/// <summary>An attack that saw a mutant.</summary>
/// <param name="Attack">Its name.</param>
/// <param name="Figure">What gave the mutant away.</param>
public sealed record CaughtBy(string Attack, Figure Figure);
