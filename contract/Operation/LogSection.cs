using System.ComponentModel.DataAnnotations;

namespace SocialCredit.Edge.Operation;

/// <summary>Where the log goes beside the console, or the journal of systemd.</summary>
public sealed record LogSection
{
    /// <summary>A file for the log, from the folder of the configuration; only this user may read it.</summary>
    [MinLength(1)]
    public string? File { get; init; }

    /// <summary>Megabytes that the file and the older ones beside it may take; the oldest goes first.</summary>
    [Range(4, 4096)]
    public int MegabytesMax { get; init; } = 64;
}
