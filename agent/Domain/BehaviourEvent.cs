namespace SocialCredit.Edge.Domain;

/// <summary>One occurrence of a behaviour; it stays on the device, in RAM.</summary>
/// <param name="Behaviour">Its name in the catalogue.</param>
/// <param name="TrackId">Whose; of an episode one of those who took part, or 0.</param>
/// <param name="Detail">The line that was crossed, or the bucket of a stay; a name out of the configuration.</param>
/// <param name="Crossing">Which way the line was crossed.</param>
public readonly record struct BehaviourEvent(string Behaviour, int TrackId, string? Detail = null, Crossing Crossing = Crossing.None)
{
    /// <summary>
    /// True where the unit is no track but something that happened once: an encounter, an object, a pulse, a press. It counts at
    /// once, each time.
    /// </summary>
    public bool IsEpisode { get; private init; }

    /// <summary>The other track that took part in an episode, or 0.</summary>
    public int OtherTrackId { get; private init; }

    /// <summary>An occurrence whose unit is not a track.</summary>
    /// <param name="behaviour">Its name in the catalogue.</param>
    /// <param name="trackId">A track that took part, or 0.</param>
    /// <param name="otherTrackId">Another one, or 0.</param>
    public static BehaviourEvent Episode(string behaviour, int trackId = 0, int otherTrackId = 0) =>
        new(behaviour, trackId) { IsEpisode = true, OtherTrackId = otherTrackId };
}
