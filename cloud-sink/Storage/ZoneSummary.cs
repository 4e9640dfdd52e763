namespace SocialCredit.Edge.Sink.Storage;

/// <summary>What the store knows of a zone.</summary>
/// <param name="Zone">Its name.</param>
/// <param name="Site">The site of its newest record.</param>
/// <param name="Device">The device of its newest record.</param>
/// <param name="Seconds">The window's length in its newest record.</param>
/// <param name="First">Start of the oldest window.</param>
/// <param name="Last">Start of the newest window.</param>
public sealed record ZoneSummary(string Zone, string Site, string Device, int Seconds, DateTimeOffset First, DateTimeOffset Last)
{
    /// <summary>Made by <c>sink simulate</c>, not by a camera.</summary>
    public bool Simulated => SimulatedNames.Includes(Zone);
}
