using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour;

/// <summary>
/// One track's way across a carriageway. It has entered only if it was seen outside before and then stayed inside for a while and
/// to some depth, so that neither jitter at the kerb nor one bad frame is a step onto it; whoever is first seen on it never
/// entered. A track that was not watched for a while is looked at as if it were new.
/// </summary>
internal record struct CarriagewayCrossing
{
    /// <summary>So long a side of the kerb must be held before it is believed.</summary>
    private const double HoldSeconds = 0.3;

    /// <summary>So much of the width must be behind it before it is believed to cross.</summary>
    private const float DepthShareMin = 0.1f;

    /// <summary>Beyond the share in so many sightings on end: one may be a bad frame.</summary>
    private const int SightingsMin = 2;

    /// <summary>Who is outside has crossed only if he is on the far side: some were hidden until they arrived there.</summary>
    private const float FarSideShareMin = 0.9f;

    private Place _place;
    private DateTimeOffset _seenAt;
    private Point _foot;
    private Point _entry;
    private DateTimeOffset? _outsideSince;
    private float _width;
    private int _way;
    private int _beyond;
    private bool _isOver;

    private enum Place : byte
    {
        New,
        Outside,
        Entering,
        Inside,
    }

    /// <summary>When its foot point passed the border, between the frames before and after.</summary>
    public DateTimeOffset EnteredAt { get; private set; }

    /// <summary>True at the moment at which it has crossed that share of the width, once for each time it entered.</summary>
    public bool Advance(Carriageway road, Scene scene, Point foot, float widthShareMin)
    {
        road.SetAspect(scene.Aspect);
        var isInside = road.Contains(foot);
        var isNew = _place == Place.New || scene.WatchedSince > _seenAt;
        if (isNew)
            (_place, _isOver, _outsideSince) = (isInside ? Place.Inside : Place.Outside, true, null);
        else if (_place == Place.Outside && isInside)
            Enter(road, scene, foot);
        else if (_place == Place.Entering)
            GoIn(road, scene, (foot, isInside));

        var hasCrossed = !isNew && _place == Place.Inside && Cross(road, scene, (foot, isInside), widthShareMin);
        (_seenAt, _foot) = (scene.CapturedAt, foot);
        return hasCrossed;
    }

    private void Enter(Carriageway road, Scene scene, Point foot)
    {
        var share = road.BorderShare(_foot, foot);
        _place = Place.Entering;
        _entry = Carriageway.Between(_foot, foot, share);
        EnteredAt = _seenAt + share * (scene.CapturedAt - _seenAt);
        _width = road.WidthAt(foot);
    }

    private void GoIn(Carriageway road, Scene scene, (Point Foot, bool IsInside) now)
    {
        if (!now.IsInside)
        {
            _place = Place.Outside;
            return;
        }

        var across = road.Across(_entry, now.Foot);
        _width = MathF.Max(_width, road.WidthAt(now.Foot));
        // The microsecond: frames are timed in ticks, thresholds are not.
        var isHeld = (scene.CapturedAt - EnteredAt).TotalSeconds >= HoldSeconds - 1e-6;
        if (isHeld && MathF.Abs(across) >= DepthShareMin * _width)
            (_place, _way, _beyond, _isOver, _outsideSince) = (Place.Inside, MathF.Sign(across), 0, false, null);
    }

    private bool Cross(Carriageway road, Scene scene, (Point Foot, bool IsInside) now, float widthShareMin)
    {
        if (now.IsInside)
        {
            // The widest so far: a clipped corner must not pass for a narrow road.
            _width = MathF.Max(_width, road.WidthAt(now.Foot));
            _outsideSince = null;
        }
        else
        {
            _outsideSince ??= scene.CapturedAt;
        }

        var across = road.Across(_entry, now.Foot) * _way;
        _beyond = across >= (now.IsInside ? widthShareMin : FarSideShareMin) * _width ? _beyond + 1 : 0;
        var hasCrossed = !_isOver && _beyond >= SightingsMin;
        _isOver |= hasCrossed;
        if (_outsideSince is { } since && (scene.CapturedAt - since).TotalSeconds >= HoldSeconds - 1e-6)
            _place = Place.Outside;
        return hasCrossed;
    }
}
