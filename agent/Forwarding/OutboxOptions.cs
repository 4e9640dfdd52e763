using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Forwarding;

/// <summary>Where the outbox lies and how much it may hold. Past any bound the oldest records go first, counted and logged.</summary>
public sealed record OutboxOptions
{
    /// <summary>The SQLite file. Its folder is made if it is missing; it must be on a disk, not on tmpfs.</summary>
    [Required]
    public required string Path { get; init; }

    /// <summary>Length of every payload of this device, so that its size says nothing.</summary>
    [Range(64, EventRecordJson.BytesMax)]
    public int PayloadBytes { get; init; } = 512;

    [Range(1, 10_000_000)]
    public int RecordsMax { get; init; } = 100_000;

    /// <summary>Payload bytes; the file is somewhat larger.</summary>
    [Range(1024, 1L << 40)]
    public long BytesMax { get; init; } = 64L << 20;

    /// <summary>Below the eight days after which the sink refuses a window.</summary>
    public TimeSpan AgeMax { get; init; } = TimeSpan.FromDays(7);

    /// <summary>No record waits longer than this for its publish time, whatever the clock does.</summary>
    public TimeSpan HoldMax { get; init; } = TimeSpan.FromHours(1);

    /// <summary>So long a window that was drawn is remembered after its record has left; longer than the sink accepts it.</summary>
    internal static TimeSpan DrawnMemory { get; } = TimeSpan.FromDays(9);
}
