namespace SocialCredit.Edge.Behaviour;

/// <summary>How long a foot point has been inside without a break; says once that it was long enough.</summary>
internal record struct Stay : ISighted
{
    private DateTimeOffset? _enteredAt;
    private bool _hasFired;

    public Sighting Last { get; set; }

    public bool Fires(bool isInside, DateTimeOffset at, double seconds)
    {
        if (!isInside)
            _enteredAt = null;
        else
            _enteredAt ??= at;
        var isLongEnough = _enteredAt is { } entered && (at - entered).TotalSeconds >= seconds;
        if (_hasFired || !isLongEnough)
            return false;
        return _hasFired = true;
    }
}
