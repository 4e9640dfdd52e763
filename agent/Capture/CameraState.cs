namespace SocialCredit.Edge.Capture;

/// <summary>Whether a camera can be trusted to see its place.</summary>
public enum CameraStatus
{
    /// <summary>It gives moving pictures at the rate it should.</summary>
    Online,

    /// <summary>It is being opened, or is slower than half of what was asked for.</summary>
    Degraded,

    /// <summary>It does not see: no frame, a frozen picture, a black picture.</summary>
    Blind,

    /// <summary>No frame will come: its configuration is wrong, or its file has ended.</summary>
    Disabled,
}

/// <summary>What a camera's status is, why, and since when.</summary>
/// <param name="Status">Whether it can be trusted.</param>
/// <param name="Reason">For a technician; never holds a credential.</param>
/// <param name="Since">When the status, not the reason, last changed.</param>
public sealed record CameraState(CameraStatus Status, string Reason, DateTimeOffset Since);

/// <summary>What a camera did since it was started.</summary>
/// <param name="Frames">Read from the source.</param>
/// <param name="Dropped">Replaced by a newer one before anyone took them; live sources only.</param>
/// <param name="Skipped">Could not be decoded.</param>
/// <param name="Reconnects">Times a source that had given frames was lost.</param>
/// <param name="OpenFailures">Times a source could not be opened.</param>
public readonly record struct CameraCounters(long Frames, long Dropped, long Skipped, long Reconnects, long OpenFailures);
