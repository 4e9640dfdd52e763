using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour;

/// <summary>Where persons were in the last seconds, in a ring of fixed size: a thing that was put down is only seen when its owner has left.</summary>
internal sealed class RecentPersons
{
    private const int SightingsMax = 1024;

    private const double StepSeconds = 0.5;

    /// <summary>A box so near to an edge of the picture, in its own heights, belongs to somebody who walks out of it.</summary>
    private const float EdgeHeights = 0.25f;

    private readonly Sighting[] _ring = new Sighting[SightingsMax];
    private readonly TrackMemory<SceneTrack> _newest = new();
    private DateTimeOffset _notedAt;
    private int _next;

    public static bool IsPerson(in SceneTrack track) => track.Class is ObjectClass.Person or ObjectClass.Bicycle;

    public void Note(Scene scene)
    {
        var isDue = (scene.CapturedAt - _notedAt).TotalSeconds is >= StepSeconds or < 0;
        foreach (var track in scene.Tracks)
        {
            if (!track.IsSeen || !IsPerson(track))
                continue;
            _newest.Of(track.Id, out var isNew) = track;
            if (isDue || isNew)
                Add(new Sighting(scene.CapturedAt, track, Fate.Present));
        }

        if (isDue)
            _notedAt = scene.CapturedAt;
        foreach (var id in scene.Ended)
            End(id, scene);
    }

    /// <summary>
    /// Whether a person is still tracked, or has left a place: walked out of the picture, or was further away than those metres
    /// when the track ended. One who was lost nearer than that may still be there under another id.
    /// </summary>
    public Fate FateOf(int trackId, in Nearness place, float aspect, float metres)
    {
        var newest = default(Sighting);
        foreach (ref var sighting in _ring.AsSpan())
        {
            if (sighting.Person.Id == trackId && sighting.At >= newest.At)
                newest = sighting;
        }

        var wasAway = newest.Fate == Fate.Lost && !(place.MetresTo(newest.Person, aspect) <= metres);
        return wasAway ? Fate.Left : newest.Fate;
    }

    /// <summary>Who was nearest to a place since then, within those metres; id 0 if nobody.</summary>
    public int Nearest(in Nearness place, float aspect, DateTimeOffset since, float metres)
    {
        var (nearest, within) = (0, metres);
        foreach (ref var sighting in _ring.AsSpan())
        {
            if (sighting.Person.Id == 0 || sighting.At < since)
                continue;
            var distance = place.MetresTo(sighting.Person, aspect);
            // Not a number is never near.
            if (distance <= within)
                (nearest, within) = (sighting.Person.Id, distance);
        }

        return nearest;
    }

    private void End(int trackId, Scene scene)
    {
        if (!_newest.TryGet(trackId, out var last))
            return;
        _newest.Forget(trackId);
        var fate = IsAtEdge(last.Box, scene.Aspect) ? Fate.Left : Fate.Lost;
        Add(new Sighting(scene.CapturedAt, last, fate));
        foreach (ref var sighting in _ring.AsSpan())
        {
            if (sighting.Person.Id == trackId)
                sighting = sighting with { Fate = fate };
        }
    }

    private static bool IsAtEdge(in Box box, float aspect)
    {
        var (x, y) = (EdgeHeights * box.Height / aspect, EdgeHeights * box.Height);
        return box.Left <= x || box.Top <= y || box.Right >= 1 - x || box.Bottom >= 1 - y;
    }

    private void Add(in Sighting sighting)
    {
        _ring[_next] = sighting;
        _next = (_next + 1) % _ring.Length;
    }

    public enum Fate : byte
    {
        /// <summary>Tracked, or hidden for a moment.</summary>
        Present,

        /// <summary>Walked out of the picture.</summary>
        Left,

        /// <summary>The track ended within the picture: the person may be there under another id.</summary>
        Lost,
    }

    private readonly record struct Sighting(DateTimeOffset At, SceneTrack Person, Fate Fate);
}
