using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Scoring;

/// <summary>The score of a zone on a day under a policy, with its interval and everything that explains it.</summary>
public sealed record ZoneScore
{
    public required string Zone { get; init; }

    public required DateOnly AsOf { get; init; }

    /// <summary>Version of the policy.</summary>
    public required string Policy { get; init; }

    /// <summary>0..100; 50 is a place at the reference rates, and a place without data.</summary>
    public required double Score { get; init; }

    /// <summary>Points to either side of the score within which 90 % of the probability lies.</summary>
    public required double HalfWidth { get; init; }

    /// <summary>The letter that the day alone would give, whatever the days before and however thin the data.</summary>
    public required Grade Band { get; init; }

    /// <summary>The letter that stands; three days late, so that it does not flicker.</summary>
    public required Grade Grade { get; init; }

    public required UngradedReasons Ungraded { get; init; }

    /// <summary>Passages in thousands, each day halved for every half-life of its age.</summary>
    public required double Exposure { get; init; }

    /// <summary>Share of all its windows that were released, 0..1; plain, as the policy words it, not weighted by age.</summary>
    public required double ReleasedShare { get; init; }

    /// <summary>What the zone is measured for, in the policy's order.</summary>
    public required IReadOnlyList<BehaviourScore> Behaviours { get; init; }
}

/// <summary>One behaviour's part in a score.</summary>
public sealed record BehaviourScore
{
    public required string Name { get; init; }

    public required PolicySign Sign { get; init; }

    /// <summary>Points per +100 % over the reference.</summary>
    public required double Weight { get; init; }

    /// <summary>Events per 1,000 passages at which the behaviour gives no points.</summary>
    public required double Reference { get; init; }

    /// <summary>The best estimate, events per 1,000 passages: between the reference and what was counted.</summary>
    public required double Rate { get; init; }

    /// <summary>How far the counts are believed against the reference, 0..1.</summary>
    public required double Credibility { get; init; }

    /// <summary>What it adds to 50.</summary>
    public required double Points { get; init; }
}
