using System.ComponentModel.DataAnnotations;

namespace SocialCredit.Edge.Contract;

/// <summary>The public rules: which behaviours count, their sign, weight and reference rate.</summary>
public sealed record Policy
{
    [Required]
    public required string Id { get; init; }

    /// <summary>Credibility prior, in 1,000 passages at the reference rate.</summary>
    [Range(0.001, 1000)]
    public double Beta { get; init; } = 2;

    /// <summary>After so many days a record weighs half.</summary>
    [Range(1, 3650)]
    public double HalfLifeDays { get; init; } = 28;

    /// <summary>Sets the variance of the privacy noise; infinite means no noise.</summary>
    [Range(0.001, double.PositiveInfinity)]
    public double EpsilonCounts { get; init; } = 0.6;

    /// <summary>In order: if a track did several, the first counts. Rare and grave stand before common.</summary>
    [Required]
    public required OrderedDictionary<string, PolicyBehaviour> Behaviours { get; init; }

    /// <summary>Which behaviours a zone is measured for; a zone that is not named is measured for all.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Zones { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>What the scores may be used for, in words; what stands nowhere here is not permitted.</summary>
    public IReadOnlyList<string> PermittedUses { get; init; } = [];

    /// <summary>The behaviours of a zone, in the policy's order.</summary>
    public IReadOnlyList<string> BehavioursOf(string zone) =>
        Zones.TryGetValue(zone, out var named)
            ? [.. Behaviours.Keys.Where(named.Contains)]
            : [.. Behaviours.Keys];
}

public sealed record PolicyBehaviour
{
    [Required]
    public required PolicySign Sign { get; init; }

    /// <summary>Points per +100 % over the reference rate.</summary>
    [Range(0, 100)]
    public required double Weight { get; init; }

    /// <summary>Events per 1,000 passages at which a zone stands at 50.</summary>
    [Range(0.000001, 1000000)]
    public required double Reference { get; init; }

    /// <summary>The definition that is in force, in words.</summary>
    public string? Definition { get; init; }

    /// <summary>Where weight and reference come from.</summary>
    public string? Source { get; init; }
}

public enum PolicySign : byte
{
    Good,
    Bad,
}
