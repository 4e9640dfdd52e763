namespace SocialCredit.Edge.Capture;

/// <summary>Whether a camera can be trusted to see its place.</summary>
public enum CameraStatus
{
    /// <summary>It gives moving pictures at the rate it should.</summary>
    Online,

    /// <summary>It is being opened, or is slower than half of what was asked for.</summary>
    Degraded,

    /// <summary>It does not see: no frame, or a picture that shows nothing of its place (<see cref="CameraTrouble"/>).</summary>
    Blind,

    /// <summary>No frame will come: its configuration is wrong, or its file has ended.</summary>
    Disabled,
}

/// <summary>
/// What is wrong with a camera: a closed list, the only words of it that may leave the device. Which status each gives
/// stands beside it.
/// </summary>
public enum CameraTrouble
{
    /// <summary>Nothing: online.</summary>
    None,

    /// <summary>It is being opened for the first time: degraded.</summary>
    Opening,

    /// <summary>It gives no frame: degraded at once, blind after <see cref="CameraOptions.BlindAfter"/>.</summary>
    NoFrames,

    /// <summary>Less than half of the frames that were asked for: degraded.</summary>
    Slow,

    /// <summary>The same picture again and again: blind.</summary>
    Frozen,

    /// <summary>No light in the picture at all: blind.</summary>
    Black,

    /// <summary>Too little light for the detector: blind.</summary>
    Dark,

    /// <summary>Fine detail is far below this camera's own usual, as by defocus or a fogged lens: blind.</summary>
    Blurred,

    /// <summary>Hardly any structure, as by spray or a bag: blind.</summary>
    Covered,

    /// <summary>It looks elsewhere than where the zones were drawn: blind.</summary>
    Moved,

    /// <summary>A file was read to its end, or the camera was stopped: disabled.</summary>
    Ended,

    /// <summary>Its configuration cannot be used: disabled.</summary>
    Disabled,

    /// <summary>A file that cannot be read on, or a fault of the capture itself: disabled, or degraded while it may pass.</summary>
    Broken,
}

/// <summary>What a camera's status is, why, and since when.</summary>
/// <param name="Status">Whether it can be trusted.</param>
/// <param name="Trouble">Why, as one word of a closed list.</param>
/// <param name="Reason">Why, for a technician; never holds a credential.</param>
/// <param name="Since">When the status, not the reason, last changed.</param>
public sealed record CameraState(CameraStatus Status, CameraTrouble Trouble, string Reason, DateTimeOffset Since);

/// <summary>What a camera did since it was started.</summary>
/// <param name="Frames">Read from the source.</param>
/// <param name="Dropped">Replaced by a newer one before anyone took them; live sources only.</param>
/// <param name="Skipped">Could not be decoded.</param>
/// <param name="Reconnects">Times a source that had given frames was lost.</param>
/// <param name="OpenFailures">Times a source could not be opened.</param>
public readonly record struct CameraCounters(long Frames, long Dropped, long Skipped, long Reconnects, long OpenFailures);

/// <summary>What a camera's pictures are like, as means of about a minute: too slow to tell who passes. NaN before the first.</summary>
/// <param name="Light">Mean level of what is under no mask, 0..255.</param>
/// <param name="Sharpness">Share of fine detail in the contrast, 0..1: streets 0.04 to 0.26, out of focus below 0.01.</param>
public readonly record struct CameraGauges(float Light, float Sharpness);
