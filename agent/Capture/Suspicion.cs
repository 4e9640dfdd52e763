namespace SocialCredit.Edge.Capture;

/// <summary>What one look at a picture says of one trouble.</summary>
internal enum Evidence
{
    /// <summary>Between the bounds, or it cannot be judged now.</summary>
    Unknown,

    /// <summary>Plainly not there.</summary>
    Against,

    /// <summary>Plainly there.</summary>
    For,
}

/// <summary>
/// A trouble that is said only after it was seen for a time, and taken back only after it was gone for a time. Time in
/// which it was not so counts back, so that one odd picture neither raises it nor keeps it away.
/// </summary>
/// <param name="raiseAfter">How long it must be seen.</param>
/// <param name="clearAfter">How long it must be gone.</param>
internal sealed class Suspicion(TimeSpan raiseAfter, TimeSpan clearAfter)
{
    private TimeSpan _otherwise;

    public bool IsRaised { get; private set; }

    /// <summary>Raised, or on its way: nothing may be learned from such a picture.</summary>
    public bool IsOpen(Evidence evidence) => IsRaised || evidence == Evidence.For;

    public void Advance(Evidence evidence, TimeSpan passed)
    {
        _otherwise += evidence == (IsRaised ? Evidence.Against : Evidence.For) ? passed : -passed;
        if (_otherwise < TimeSpan.Zero)
            _otherwise = TimeSpan.Zero;
        if (_otherwise < (IsRaised ? clearAfter : raiseAfter))
            return;
        IsRaised = !IsRaised;
        _otherwise = TimeSpan.Zero;
    }
}
