using System.ComponentModel.DataAnnotations;

namespace SocialCredit.Edge.Operation;

/// <summary>Whether metrics and health can be read, on this machine only.</summary>
public sealed record ObserveSection
{
    /// <summary>Port on 127.0.0.1 for /metrics and /health; 0 takes any free one, which the log names.</summary>
    [Range(0, 65535)]
    public required int Port { get; init; }
}
