namespace SocialCredit.Edge.Sink.Simulation;

/// <summary>A made-up zone and its character.</summary>
/// <param name="Name">Begins with <c>simulated-</c>.</param>
/// <param name="Footfall">Passages in the busiest hour of a weekday.</param>
/// <param name="Rhythm">When people come.</param>
/// <param name="Bad">Bad events against the policy's reference rates.</param>
/// <param name="Good">Good events against the policy's reference rates.</param>
internal sealed record SimulatedZone(string Name, double Footfall, DayRhythm Rhythm, double Bad, double Good)
{
    /// <summary>By how much the rate of bad events changes from the first to the last day, as a factor.</summary>
    public double Trend { get; init; } = 1;

    /// <summary>Days before the last on which its camera stopped; null: it works.</summary>
    public int? CameraDiedDaysAgo { get; init; }
}
