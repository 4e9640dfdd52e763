namespace SocialCredit.Edge.Sink.Storage;

/// <summary>Names kept for the simulated city, so that nothing simulated passes for real, nor the reverse.</summary>
public static class SimulatedNames
{
    public const string Site = "simulated";

    public const string Device = "simulated-city";

    public static bool Includes(string name) => name == Site || name.StartsWith(Site + "-", StringComparison.Ordinal);
}
