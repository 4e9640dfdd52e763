using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Tests.Tracking;

/// <summary>A tracker fed by hand: boxes of 40 by 100 pixels, ten frames a second unless told otherwise.</summary>
internal sealed class TrackerRun(double framesPerSecond = 10, ByteTrackerOptions? options = null)
{
    private readonly ByteTracker _tracker = new(options ?? new ByteTrackerOptions());
    private readonly List<int> _ended = [];

    public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

    /// <summary>Of the newest frame.</summary>
    public List<Track> Tracks { get; } = [];

    /// <summary>Of the whole run.</summary>
    public List<int> Ended { get; } = [];

    public int[] Ids => [.. Tracks.Select(t => t.Id).Order()];

    public static Detection At(double left, double top = 100, float confidence = 0.9f, ObjectClass @class = ObjectClass.Person) =>
        new(new Box((float)left, (float)top, (float)left + 40, (float)top + 100), @class, confidence);

    public void Frame(params Detection[] detections)
    {
        Now += TimeSpan.FromSeconds(1 / framesPerSecond);
        _tracker.Update(detections, Now, Tracks, _ended);
        Ended.AddRange(_ended);
    }

    /// <summary>Someone walks right at a speed in pixels a second.</summary>
    public void Walk(int frames, double from, double speed = 80)
    {
        for (var i = 0; i < frames; i++)
            Frame(At(from + (speed * i / framesPerSecond)));
    }

    public void Wait(int frames)
    {
        for (var i = 0; i < frames; i++)
            Frame();
    }
}
