using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Audit.Plots;

namespace SocialCredit.Edge.Audit;

/// <summary>One way to learn from what is published more than the contract permits. Adding an attack is adding a file.</summary>
internal interface IAttack
{
    string Name { get; }

    /// <summary>One line: what the attacker knows and does.</summary>
    string Knows { get; }

    /// <summary>The question is chance itself, so the device draws as in the field and not in blocks.</summary>
    bool IsOfChance => false;

    /// <param name="device">Under attack.</param>
    /// <param name="coins">Chance of the attack itself.</param>
    /// <param name="effort">How long it goes on.</param>
    Outcome Run(Device device, IRandomSource coins, Effort effort);
}

/// <summary>How much an attack tries.</summary>
internal enum Effort : byte
{
    /// <summary>Enough to see that a mutant is broken.</summary>
    Mutant,

    /// <summary>Seconds.</summary>
    Usual,

    /// <summary>Minutes.</summary>
    Full,
}

internal static class EffortSizes
{
    public static int Of(this Effort effort, int mutant, int usual, int full) => effort switch
    {
        Effort.Mutant => mutant,
        Effort.Usual => usual,
        _ => full,
    };
}

/// <summary>What an attack found.</summary>
/// <param name="Figures">Each with its bar.</param>
/// <param name="Plot">The same as curves.</param>
/// <param name="Says">In words, what the figures leave open; may be empty.</param>
internal sealed record Outcome(IReadOnlyList<Figure> Figures, Plot Plot, string Says = "")
{
    public bool IsCaught => Figures.Any(figure => figure.IsCaught);
}
