namespace SocialCredit.Edge.Operation;

/// <summary>How a program, or a part of it, is; a higher one is worse.</summary>
public enum HealthStatus
{
    /// <summary>It does what it is for.</summary>
    Ok,

    /// <summary>It goes on, with less than it should have.</summary>
    Degraded,

    /// <summary>It does not do what it is for.</summary>
    Failing,
}

/// <summary>How one part is.</summary>
/// <param name="Part">Such as <c>broker</c> or <c>camera north</c>.</param>
/// <param name="Status">How it is.</param>
/// <param name="Reason">For a technician; empty where all is well.</param>
public sealed record HealthPart(string Part, HealthStatus Status, string Reason);

/// <summary>How a program is: as its worst part.</summary>
public sealed record ServiceHealth(IReadOnlyList<HealthPart> Parts)
{
    public HealthStatus Status => Parts.Count == 0 ? HealthStatus.Ok : Parts.Max(part => part.Status);
}
