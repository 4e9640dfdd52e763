namespace SocialCredit.Edge.Sink.Scoring;

/// <summary>A zone's grade; the order is from best to worst, ungraded last.</summary>
public enum Grade : byte
{
    A,
    B,
    C,
    D,
    E,

    /// <summary>Ungraded: the data cannot carry a letter.</summary>
    U,

    /// <summary>Pending: somebody contests the score, and it is not decided yet.</summary>
    P,
}

/// <summary>Why a zone has no letter; several may hold at once.</summary>
[Flags]
public enum UngradedReasons : byte
{
    None = 0,
    IntervalTooWide = 1,
    TooFewPassages = 2,
    TooFewReleased = 4,
}
