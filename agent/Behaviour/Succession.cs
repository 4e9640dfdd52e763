using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour;

/// <summary>What a rule keeps of a track, so that a new id can go on with it.</summary>
internal interface ISighted
{
    /// <summary>Where and when the track was seen last.</summary>
    Sighting Last { get; }
}

/// <summary>Where a track was seen, when, and how tall its box was; 0..1 of the frame.</summary>
internal readonly record struct Sighting(DateTimeOffset At, Point Foot, float Height);

/// <summary>
/// A tracker loses a road user now and then and finds it again under another id. A track that begins where another one was lost
/// goes on with what was known of that one; the lost one starts anew if it is seen again, so nothing counts twice.
/// </summary>
internal static class Succession
{
    private const double GapSecondsMax = 2;

    /// <summary>In heights of the box, at once and for each second between: 0.4 m and a brisk 2.5 m/s of a person of 1.7 m.</summary>
    private const float NearHeights = 0.25f;
    private const float PaceHeights = 1.5f;

    /// <summary>Lower of the two boxes over the taller one.</summary>
    private const float HeightShareMin = 0.75f;

    /// <summary>The state of a track; of one that begins, the state of the track that was lost there. Valid until the memory's next call.</summary>
    public static ref T Of<T>(TrackMemory<T> memory, Scene scene, in SceneTrack track)
        where T : struct, ISighted
    {
        ref var state = ref memory.Of(track.Id, out var isNew);
        if (!isNew || !TryInherit(memory, scene, track, out var lost))
            return ref state;
        ref var succeeding = ref memory.Of(track.Id, out _);
        succeeding = lost;
        return ref succeeding;
    }

    private static bool TryInherit<T>(TrackMemory<T> memory, Scene scene, in SceneTrack born, out T state)
        where T : struct, ISighted
    {
        var (nearest, lostId) = (float.PositiveInfinity, 0);
        foreach (var (id, candidate) in memory)
        {
            var (at, foot, height) = candidate.Last;
            var gap = (scene.CapturedAt - at).TotalSeconds;
            if (gap <= 0 || gap > GapSecondsMax || id == born.Id || IsSeen(scene, id))
                continue;
            var (lower, taller) = (MathF.Min(height, born.Box.Height), MathF.Max(height, born.Box.Height));
            var distance = Picture.Distance(foot, born.Foot, scene.Aspect);
            var isNear = distance <= (NearHeights + PaceHeights * (float)gap) * taller;
            if (isNear && lower >= HeightShareMin * taller && distance < nearest)
                (nearest, lostId) = (distance, id);
        }

        var isFound = memory.TryGet(lostId, out state) && lostId != 0;
        if (isFound)
            memory.Forget(lostId);
        return isFound;
    }

    private static bool IsSeen(Scene scene, int id)
    {
        foreach (var track in scene.Tracks)
        {
            if (track.Id == id)
                return track.IsSeen;
        }

        return false;
    }
}
