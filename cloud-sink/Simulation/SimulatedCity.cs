namespace SocialCredit.Edge.Sink.Simulation;

/// <summary>A dozen places of different character, so that a month of a city can be looked at without a camera.</summary>
internal static class SimulatedCity
{
    public static IReadOnlyList<SimulatedZone> Zones { get; } =
    [
        new("simulated-school-crossing", 1800, DayRhythm.School, Bad: 0.35, Good: 1.6),
        new("simulated-bad-junction", 1400, DayRhythm.Commuters, Bad: 2.6, Good: 0.6),
        new("simulated-night-plaza", 1100, DayRhythm.Night, Bad: 1.9, Good: 0.8),
        new("simulated-dead-camera", 700, DayRhythm.Commuters, Bad: 1.0, Good: 1.0) { CameraDiedDaysAgo = 6 },
        new("simulated-quiet-lane", 25, DayRhythm.Shops, Bad: 0.8, Good: 1.0),
        new("simulated-market-square", 1600, DayRhythm.Shops, Bad: 0.9, Good: 1.1),
        new("simulated-station-east", 2200, DayRhythm.Commuters, Bad: 1.1, Good: 0.9),
        new("simulated-mended-crossing", 1000, DayRhythm.Commuters, Bad: 1.7, Good: 1.0) { Trend = 0.35 },
        new("simulated-slipping-corner", 1000, DayRhythm.Commuters, Bad: 0.8, Good: 1.0) { Trend = 2.4 },
        new("simulated-library-front", 600, DayRhythm.Shops, Bad: 0.6, Good: 1.3),
        new("simulated-bridge-south", 1300, DayRhythm.Commuters, Bad: 1.0, Good: 1.0),
        new("simulated-recycling-point", 700, DayRhythm.Shops, Bad: 1.4, Good: 1.2),
    ];
}
