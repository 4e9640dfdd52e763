using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Forwarding;

namespace SocialCredit.Edge.Host.Configuration;

/// <summary>How much waits on the device while broker or sink are away. Past any bound the oldest records go first, counted.</summary>
public sealed record OutboxSection
{
    /// <summary>Days for which a record is kept; a sink takes nothing that is older than 8.</summary>
    [Range(1, 7)]
    public int DaysMax { get; init; } = 7;

    /// <summary>Megabytes of records; the file is a third larger.</summary>
    [Range(1, 4096)]
    public int MegabytesMax { get; init; } = 64;

    [Range(100, 10_000_000)]
    public int RecordsMax { get; init; } = 100_000;

    public OutboxOptions ToOptions(string path, int payloadBytes) => new()
    {
        Path = path,
        PayloadBytes = payloadBytes,
        RecordsMax = RecordsMax,
        BytesMax = (long)MegabytesMax << 20,
        AgeMax = TimeSpan.FromDays(DaysMax),
    };
}
