namespace SocialCredit.Edge.Sensing;

/// <summary>
/// Takes a level for true once it was steady for a while. The change is dated at its first edge; what comes back to the old
/// level before it was steady never counts. Pure: every time is an argument, and times do not go back.
/// </summary>
internal sealed class Debounce(TimeSpan steady)
{
    private int? _value;
    private int _seen;
    private DateTimeOffset? _firstEdge;
    private DateTimeOffset _since;

    /// <summary>When <see cref="TryAdvance"/> can say something new, if no edge comes before.</summary>
    public DateTimeOffset DueAt => _firstEdge is null ? DateTimeOffset.MaxValue : _since + steady;

    /// <summary>The level was read, or an edge led to it.</summary>
    public void See(int level, DateTimeOffset at)
    {
        if (level == _seen && (_value is not null || _firstEdge is not null))
            return;
        _firstEdge ??= at;
        (_seen, _since) = (level, at);
    }

    /// <summary>True where the steady level is another one, and since when.</summary>
    public bool TryAdvance(DateTimeOffset now, out int level, out DateTimeOffset since)
    {
        (level, since) = (_seen, _firstEdge ?? now);
        if (now < DueAt)
            return false;
        _firstEdge = null;
        if (_value == _seen)
            return false;
        _value = _seen;
        return true;
    }
}
