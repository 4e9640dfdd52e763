namespace SocialCredit.Edge.Anonymisation;

/// <summary>A window that has ended. Only <see cref="Anonymiser"/> sees its totals, and only once.</summary>
public sealed class ClosedWindow
{
    private readonly WindowTotals _totals;
    private bool _isTaken;

    internal ClosedWindow(WindowTotals totals) => _totals = totals;

    public string Zone => _totals.Zone;

    public DateTimeOffset Start => _totals.Start;

    /// <summary>From here on, and after <see cref="PublishDelay"/>, the window's record may be published.</summary>
    public DateTimeOffset End => _totals.Start.AddSeconds(_totals.Seconds);

    /// <summary>The totals, once: noise drawn twice over the same totals could be averaged away.</summary>
    internal WindowTotals Take()
    {
        if (_isTaken)
        {
            throw new InvalidOperationException(
                $"The window of {Zone} at {Start:u} has its record already; send that one again.");
        }

        _isTaken = true;
        return _totals;
    }
}
