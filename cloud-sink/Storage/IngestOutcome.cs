namespace SocialCredit.Edge.Sink.Storage;

/// <summary>What became of one record; each of them is final, and the device need not send it again.</summary>
public enum IngestOutcome : byte
{
    Stored,

    /// <summary>The same bytes were there already.</summary>
    Duplicate,

    /// <summary>Another payload for the same window; none of them counts any more.</summary>
    Conflict,

    /// <summary>It came refused; its sequence and the reason are kept.</summary>
    Refused,
}
