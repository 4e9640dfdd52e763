namespace SocialCredit.Edge.Capture.Sources;

internal enum SourceOutcome
{
    /// <summary>It is open, or the frame was filled.</summary>
    Done,

    /// <summary>One picture could not be decoded; the next may be.</summary>
    Skipped,

    /// <summary>Everything was read.</summary>
    Ended,

    /// <summary>It cannot go on without being opened again.</summary>
    Failed,
}

/// <param name="Outcome">What became of the call.</param>
/// <param name="Reason">For a technician; null where nothing is to be said.</param>
internal readonly record struct SourceResult(SourceOutcome Outcome, string? Reason = null)
{
    public static SourceResult Done => default;

    public static SourceResult Failed(string reason) => new(SourceOutcome.Failed, reason);
}

/// <summary>
/// Where pictures come from. One thread opens, reads and disposes; opening again after a failure is allowed. Calls may
/// block for as long as they like: the camera watches over their deadlines.
/// </summary>
internal interface IFrameSource : IDisposable
{
    SourceResult Open();

    /// <summary>Fills the pixels (blue, green, red) and the time of a frame; the frame stays the caller's.</summary>
    SourceResult Read(Frame frame);

    /// <summary>Called by another thread: ends a call that blocks.</summary>
    /// <returns>False where only abandoning the thread is left.</returns>
    bool Interrupt();
}
