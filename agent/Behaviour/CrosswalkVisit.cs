namespace SocialCredit.Edge.Behaviour;

/// <summary>What a pedestrian did at a crosswalk in this frame.</summary>
internal enum CrosswalkStep : byte
{
    None,

    /// <summary>Came into the approach, and not off the crosswalk.</summary>
    Approached,

    /// <summary>Is on the crosswalk, and has been for long enough to be believed.</summary>
    Entered,

    /// <summary>Left the approach, and not over the crosswalk.</summary>
    TurnedAway,
}

/// <summary>One pedestrian's way over a crosswalk. Who comes off it into an approach is leaving, until gone from both.</summary>
internal struct CrosswalkVisit
{
    /// <summary>So long without a break on the crosswalk is no jitter over the kerb.</summary>
    private const double HoldSeconds = 0.4;

    private const double AwaySeconds = 2;

    private Stage _stage;
    private DateTimeOffset _lastHereAt;

    private enum Stage : byte
    {
        Away,
        Approaching,
        Crossed,
    }

    /// <summary>Since when on the crosswalk; null beside it.</summary>
    public DateTimeOffset? OnSince { get; private set; }

    public CrosswalkStep Advance(bool isOn, bool isInApproach, DateTimeOffset now)
    {
        if (isOn)
            OnSince ??= now;
        else
            OnSince = null;
        if (isOn || isInApproach)
            _lastHereAt = now;

        if (OnSince is { } since && _stage != Stage.Crossed && (now - since).TotalSeconds >= HoldSeconds - 0.001)
            return Become(Stage.Crossed, CrosswalkStep.Entered);
        if (isInApproach && !isOn && _stage == Stage.Away)
            return Become(Stage.Approaching, CrosswalkStep.Approached);
        if (_stage != Stage.Away && (now - _lastHereAt).TotalSeconds > AwaySeconds)
            return Become(Stage.Away, _stage == Stage.Approaching ? CrosswalkStep.TurnedAway : CrosswalkStep.None);
        return CrosswalkStep.None;
    }

    private CrosswalkStep Become(Stage stage, CrosswalkStep step)
    {
        _stage = stage;
        return step;
    }
}
