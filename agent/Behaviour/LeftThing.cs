using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour;

/// <summary>One thing that lies in a zone: since when, whose it is, and for how long that person has been away. Used again for others.</summary>
internal sealed class LeftThing(LeftObjectOptions options, GroundPlane? ground)
{
    /// <summary>Whoever put a thing down stood no further from it than this.</summary>
    private const float ReachMetres = 1.5f;

    /// <summary>A thing that lies still is found only seconds after its owner stopped hiding it, a bag that is carried at once.</summary>
    private const double OwnerSeconds = 15;

    private const double CarrierSeconds = 2;

    /// <summary>Over which a distance is smoothed, so that the jitter of a box is no coming and going.</summary>
    private const double SmoothSeconds = 0.5;

    /// <summary>Unseen for longer than this, nobody knows whether it was there all the time.</summary>
    private const double GapSecondsMax = 5;

    private DateTimeOffset _stillSince;
    private DateTimeOffset? _awaySince;
    private DateTimeOffset _hiddenAt;
    private float _ownerMetres;
    private RecentPersons.Fate _ownerFate;

    public bool IsUsed { get; set; }

    /// <summary>It was there and is no longer; remembered for a moment to see what else went with it.</summary>
    public bool IsGone { get; set; }

    public bool IsAbandoned { get; private set; }

    public int TrackId { get; private set; }

    /// <summary>Where it was first seen to lie; what is seen further off is another thing, or this one carried away.</summary>
    public Box Box { get; private set; }

    public DateTimeOffset SeenAt { get; private set; }

    /// <summary>The person who brought it; 0 where nobody knows.</summary>
    public int OwnerId { get; private set; }

    private Nearness Place => new(ground, Box.Foot);

    public void Start(in SceneTrack track, Scene scene, RecentPersons persons)
    {
        (IsUsed, IsGone, IsAbandoned) = (true, false, false);
        (TrackId, Box, SeenAt, _stillSince, _hiddenAt) = (track.Id, track.Box, scene.CapturedAt, scene.CapturedAt, default);
        var since = scene.CapturedAt.AddSeconds(track.Class == ObjectClass.Bag ? -CarrierSeconds : -OwnerSeconds);
        OwnerId = persons.Nearest(Place, scene.Aspect, since, ReachMetres);
        _ownerFate = OwnerId == 0 ? RecentPersons.Fate.Lost : persons.FateOf(OwnerId, Place, scene.Aspect, options.OwnerMetres);
        (_awaySince, _ownerMetres) = (null, 0);
    }

    /// <summary>Whether that box is this thing, seen again.</summary>
    public bool IsAt(in Box box, float aspect) =>
        Box.Overlap(box) > 0.2f || Picture.Distance(Box.Foot, box.Foot, aspect) < SideHeights(aspect) / 2;

    /// <summary>Whether the other is so near that both may be parts of one thing.</summary>
    public bool IsBeside(LeftThing other, float aspect) =>
        Picture.Distance(Box.Foot, other.Box.Foot, aspect) < SideHeights(aspect) + other.SideHeights(aspect);

    public void SeeAgain(in SceneTrack track, Scene scene)
    {
        if ((scene.CapturedAt - SeenAt).TotalSeconds > GapSecondsMax)
            (_stillSince, _awaySince) = (scene.CapturedAt, null);
        (TrackId, SeenAt) = (track.Id, scene.CapturedAt);
    }

    /// <summary>True once: when it has lain there long enough with its owner away.</summary>
    /// <param name="scene">Of this frame.</param>
    /// <param name="seconds">Since the frame before.</param>
    /// <param name="persons">Up to this frame.</param>
    public bool BecomesAbandoned(Scene scene, double seconds, RecentPersons persons)
    {
        NoteOwner(scene, persons);
        var metres = Math.Min(OwnerMetres(scene), 2 * options.OwnerMetres);
        _ownerMetres += (metres - _ownerMetres) * (float)Math.Min(1, seconds / SmoothSeconds);
        if (_ownerMetres > options.OwnerMetres)
            _awaySince ??= scene.CapturedAt;
        else
            _awaySince = null;
        if (IsAbandoned || SeenAt != scene.CapturedAt || _awaySince is not { } awaySince)
            return false;
        var since = awaySince > _stillSince ? awaySince : _stillSince;
        since = since > scene.WatchedSince ? since : scene.WatchedSince;
        return IsAbandoned = (scene.CapturedAt - since).TotalSeconds >= options.Seconds;
    }

    /// <summary>For how long its place has been in sight without it.</summary>
    public double MissingSeconds(Scene scene)
    {
        foreach (var track in scene.Tracks)
        {
            if (track.IsSeen && track.Class is not (ObjectClass.Object or ObjectClass.Bag) && Hides(track.Box))
                _hiddenAt = scene.CapturedAt;
        }

        return (scene.CapturedAt - (_hiddenAt > SeenAt ? _hiddenAt : SeenAt)).TotalSeconds;
    }

    /// <summary>Who was with it when it was last seen; 0 where nobody was.</summary>
    public int Taker(Scene scene, RecentPersons persons) =>
        persons.Nearest(Place, scene.Aspect, SeenAt.AddSeconds(-CarrierSeconds), ReachMetres);

    private void NoteOwner(Scene scene, RecentPersons persons)
    {
        if (OwnerId != 0 && scene.Ended.Contains(OwnerId))
            _ownerFate = persons.FateOf(OwnerId, Place, scene.Aspect, options.OwnerMetres);
    }

    /// <summary>Of its owner; of whoever is nearest where the owner is not known.</summary>
    private float OwnerMetres(Scene scene)
    {
        if (_ownerFate == RecentPersons.Fate.Left)
            return float.MaxValue;
        var nearest = float.MaxValue;
        var isOwnerKnown = _ownerFate == RecentPersons.Fate.Present;
        foreach (var track in scene.Tracks)
        {
            if (!track.IsSeen || !RecentPersons.IsPerson(track) || (isOwnerKnown && track.Id != OwnerId))
                continue;
            var metres = Place.MetresTo(track, scene.Aspect);
            // Not a number: above the horizon, far away.
            nearest = float.IsNaN(metres) ? nearest : MathF.Min(nearest, metres);
        }

        return isOwnerKnown && nearest == float.MaxValue ? _ownerMetres : nearest;
    }

    private bool Hides(in Box other)
    {
        var width = MathF.Min(Box.Right, other.Right) - MathF.Max(Box.Left, other.Left);
        var height = MathF.Min(Box.Bottom, other.Bottom) - MathF.Max(Box.Top, other.Top);
        return width > 0 && height > 0 && width * height > 0.2f * Box.Area;
    }

    private float SideHeights(float aspect) => MathF.Max(Box.Width * aspect, Box.Height);
}
