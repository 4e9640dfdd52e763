using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Host;

/// <summary>What comes after the rules: the way out of the device, or an offline report. Called in order of frames, one at a time.</summary>
internal interface IFrameObserver
{
    /// <summary>A frame was looked at. The lists are the caller's and are filled anew for the next frame.</summary>
    void Observe(in SeenFrame frame);

    /// <summary>The source ended; no frame will follow.</summary>
    void Finish();
}

/// <summary>All that is known of one frame after its pixels are gone.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Scene">When it was taken, its confirmed tracks, and who ended.</param>
/// <param name="Events">What happened in each zone, in the order of the camera's zones.</param>
/// <param name="IsWatching">False where the camera is blind although frames still come: frozen, dark, covered, turned away.</param>
internal readonly record struct SeenFrame(long Index, Scene Scene, IReadOnlyList<List<BehaviourEvent>> Events, bool IsWatching)
{
    /// <summary>By zone: false while a sensor that its rules need is unknown; null where no zone needs any.</summary>
    public IReadOnlyList<bool>? AreSensorsKnown { get; init; }

    /// <summary>Whether all that a zone is measured with was really watching.</summary>
    public bool IsWatchingZone(int zone) => IsWatching && (AreSensorsKnown is null || AreSensorsKnown[zone]);
}
