namespace SocialCredit.Edge.Domain;

/// <summary>What rules see of one frame: when it was taken and where the tracks stand. Filled anew for every frame.</summary>
public sealed class Scene
{
    /// <summary>When the frame was taken.</summary>
    public DateTimeOffset CapturedAt { get; set; }

    /// <summary>Width of the frame over its height, to measure angles and distances in 0..1 coordinates.</summary>
    public float Aspect { get; set; } = 1;

    /// <summary>Confirmed tracks only.</summary>
    public List<SceneTrack> Tracks { get; } = [];

    /// <summary>Ids of confirmed tracks that ended since the last frame; rules forget them.</summary>
    public List<int> Ended { get; } = [];

    /// <summary>What sensors did since the last frame and up to this one, in order of time.</summary>
    public List<SensorChange> Changes { get; } = [];

    /// <summary>
    /// Since when the camera has been watching without a break: what nobody saw before is not known, and a rule that says
    /// "with nobody near" may not conclude it. Later than <see cref="CapturedAt"/> while the picture is frozen or black.
    /// </summary>
    public DateTimeOffset WatchedSince { get; set; } = DateTimeOffset.MinValue;
}

/// <summary>A confirmed track as rules see it.</summary>
/// <param name="Id">Per run, in RAM only.</param>
/// <param name="Class">What it is.</param>
/// <param name="Box">In 0..1 of the frame.</param>
/// <param name="IsSeen">False where its place is only predicted.</param>
public readonly record struct SceneTrack(int Id, ObjectClass Class, Box Box, bool IsSeen)
{
    /// <summary>Where it stands, in 0..1 of the frame.</summary>
    public Point Foot => Box.Foot;
}
