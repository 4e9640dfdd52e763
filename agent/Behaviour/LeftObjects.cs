using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour;

/// <summary>
/// Things that are left in a zone and things that are taken away again, after the PETS 2006 benchmark (Ferryman and Thirde): a
/// thing is abandoned when its owner has been more than 3 m away for 30 s. A thing is known by its place, not by its track, so
/// that one that was hidden for long is still the same.
/// </summary>
internal sealed class LeftObjects
{
    /// <summary>More things than this are not followed.</summary>
    private const int ThingsMax = 32;

    /// <summary>Its place must be in sight without it for so long before it is gone.</summary>
    private const double GoneSeconds = 2;

    /// <summary>Things that were last seen so close together in time went together: the light changed, and nobody took them.</summary>
    private const double TogetherSeconds = 1;

    /// <summary>For so long a thing that is gone is remembered, and one that is hidden is expected back.</summary>
    private const double RememberSeconds = 10;

    private const double ExpectSeconds = 600;

    private readonly Polygon _area;
    private readonly RecentPersons _persons = new();
    private readonly LeftThing[] _things;
    private DateTimeOffset _at;

    public LeftObjects(LeftObjectOptions options, Zone zone)
    {
        _area = ShapeNames.PolygonOf(options.Area, zone);
        _things = [.. Enumerable.Range(0, ThingsMax).Select(_ => new LeftThing(options, zone.Ground))];
    }

    /// <summary>What became abandoned in this frame: its owner's track and its own.</summary>
    public List<(int Person, int Thing)> Abandoned { get; } = new(ThingsMax);

    /// <summary>What was abandoned and was taken away in this frame: who was with it, and its own track.</summary>
    public List<(int Person, int Thing)> Cleared { get; } = new(ThingsMax);

    public void Observe(Scene scene)
    {
        Abandoned.Clear();
        Cleared.Clear();
        _persons.Note(scene);
        foreach (var track in scene.Tracks)
        {
            if (track.IsSeen && track.Class is ObjectClass.Object or ObjectClass.Bag)
                See(track, scene);
        }

        var seconds = Math.Max(0, (scene.CapturedAt - _at).TotalSeconds);
        _at = scene.CapturedAt;
        foreach (var thing in _things)
        {
            if (thing is { IsUsed: true, IsGone: false } && thing.BecomesAbandoned(scene, seconds, _persons))
                Abandoned.Add((thing.OwnerId, thing.TrackId));
        }

        foreach (var thing in _things)
        {
            if (thing.IsUsed && thing.SeenAt != scene.CapturedAt)
                Miss(thing, scene);
        }
    }

    private void See(in SceneTrack track, Scene scene)
    {
        if (Find(track, scene.Aspect) is { } known)
        {
            known.SeeAgain(track, scene);
            return;
        }

        if (!_area.Contains(track.Foot))
            return;
        LeaveBehind(track, scene);
        foreach (var thing in _things)
        {
            if (thing.IsUsed)
                continue;
            thing.Start(track, scene, _persons);
            return;
        }
    }

    private LeftThing? Find(in SceneTrack track, float aspect)
    {
        foreach (var thing in _things)
        {
            if (thing is { IsUsed: true, IsGone: false } && thing.IsAt(track.Box, aspect))
                return thing;
        }

        return null;
    }

    /// <summary>A track that moved on has taken its thing along; that thing is looked for where it lay, and found missing.</summary>
    private void LeaveBehind(in SceneTrack track, Scene scene)
    {
        foreach (var thing in _things)
        {
            var wasCarried = thing is { IsUsed: true, IsGone: false, IsAbandoned: false } && thing.TrackId == track.Id && thing.SeenAt != scene.CapturedAt;
            if (wasCarried)
                thing.IsUsed = false;
        }
    }

    private void Miss(LeftThing thing, Scene scene)
    {
        var unseen = (scene.CapturedAt - thing.SeenAt).TotalSeconds;
        if (thing.IsGone || unseen < 0 || unseen > ExpectSeconds)
        {
            thing.IsUsed = unseen is >= 0 and <= RememberSeconds;
            return;
        }

        if (scene.WatchedSince > scene.CapturedAt || thing.MissingSeconds(scene) < GoneSeconds)
            return;
        thing.IsGone = true;
        var wasTaken = thing.IsAbandoned && scene.WatchedSince <= thing.SeenAt && !WentWithOthers(thing, scene.Aspect);
        if (wasTaken)
            Cleared.Add((thing.Taker(scene, _persons), thing.TrackId));
    }

    private bool WentWithOthers(LeftThing thing, float aspect)
    {
        foreach (var other in _things)
        {
            var wentTogether = other.IsUsed && other != thing && other.SeenAt != _at
                && Math.Abs((other.SeenAt - thing.SeenAt).TotalSeconds) <= TogetherSeconds && !other.IsBeside(thing, aspect);
            if (wentTogether)
                return true;
        }

        return false;
    }
}
