using System.Runtime.InteropServices;
using OpenCvSharp;
using SocialCredit.Edge.Agent.Tests.Inference;
using SocialCredit.Edge.Capture;
using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Agent.Tests.Behaviour;

/// <summary>Our own detector, the static foreground, the tracker and both rules of left objects, with 10 s instead of 30, over frames.</summary>
internal sealed class ClipRun : IDisposable
{
    private const string Zone = """
        name: test-zone
        polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]
        behaviours: {abandoned_object: {seconds: 10}, object_cleared: {seconds: 10}}
        """;

    private readonly Detector _detector = new(TestModels.Own(), new DetectorOptions());
    private readonly StaticForeground _foreground = new();
    private readonly ForegroundSample _sample = new();
    private readonly ByteTracker _tracker = new(new ByteTrackerOptions());
    private readonly ZoneRules _rules;
    private readonly Scene _scene = new() { WatchedSince = DateTimeOffset.UnixEpoch };
    private readonly List<Detection> _detections = new(64);
    private readonly List<Track> _tracks = new(64);
    private readonly List<BehaviourEvent> _events = new(8);

    public ClipRun(GroundPlane ground)
    {
        var section = YamlReader.Parse<ZoneSection>(Zone, "test").Value!;
        _rules = new ZoneRules(section.ToZone() with { Ground = ground }, section.Behaviours.Values);
    }

    /// <summary>Events and when they happened, in seconds of the clip.</summary>
    public List<(double Seconds, string Behaviour, Box Thing)> Events { get; } = [];

    /// <summary>Where things lay in the newest frame, in pixels.</summary>
    public List<Box> Things { get; } = [];

    /// <summary>Frames in which at least one thing was found.</summary>
    public int FramesWithThings { get; private set; }

    public bool HasRelearned { get; private set; }

    /// <param name="clip">A video file.</param>
    /// <param name="every">One frame in so many is looked at.</param>
    /// <param name="framesMax">Of the file.</param>
    public void Play(string clip, int every, int framesMax = int.MaxValue)
    {
        using var video = new VideoCapture(clip);
        for (var index = 0; index < framesMax && video.Grab(); index++)
        {
            if (index % every != 0)
                continue;
            var picture = new Mat();
            video.Retrieve(picture);
            Advance(picture, index / video.Fps);
        }
    }

    /// <param name="picture">Owned from now on.</param>
    /// <param name="seconds">Of the clip.</param>
    public void Advance(Mat picture, double seconds)
    {
        using var frame = new Frame(picture, DateTimeOffset.UnixEpoch.AddSeconds(seconds), 0);
        _detector.Detect(frame, _detections);
        var isWanted = _foreground.Wants(frame.CapturedAt);
        if (isWanted)
            _sample.Fill(frame);
        _foreground.Advance(isWanted ? _sample : null, frame.CapturedAt, _detections);
        HasRelearned |= _foreground.HasRelearned;
        Things.Clear();
        Things.AddRange(_detections.Where(detection => detection.Class == ObjectClass.Object).Select(detection => detection.Box));
        FramesWithThings += Things.Count > 0 ? 1 : 0;
        _tracker.Update(CollectionsMarshal.AsSpan(_detections), frame.CapturedAt, _tracks, _scene.Ended);
        Observe(frame, seconds);
    }

    public void Dispose()
    {
        _detector.Dispose();
        _sample.Dispose();
    }

    private void Observe(Frame frame, double seconds)
    {
        var (width, height) = ((float)frame.Width, (float)frame.Height);
        _scene.CapturedAt = frame.CapturedAt;
        _scene.Aspect = width / height;
        if (_foreground.HasRelearned)
            _scene.WatchedSince = frame.CapturedAt;
        _scene.Tracks.Clear();
        foreach (var (id, @class, box, _, isSeen) in _tracks)
            _scene.Tracks.Add(new SceneTrack(id, @class, new Box(box.Left / width, box.Top / height, box.Right / width, box.Bottom / height), isSeen));
        _rules.Observe(_scene, _events);
        foreach (var seen in _events)
            Events.Add((seconds, seen.Behaviour, _tracks.FirstOrDefault(track => track.Id == seen.OtherTrackId).Box));
    }
}
