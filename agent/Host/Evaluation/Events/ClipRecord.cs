using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Host.Evaluation.Events;

/// <summary>What the agent saw of a clip, frame by frame; then the same rules are shown the ground truth at the same times.</summary>
/// <param name="section">The camera.</param>
/// <param name="sensors">By name: the agent's.</param>
internal sealed class ClipRecord(CameraSection section, IReadOnlyDictionary<string, SensorKind> sensors) : IFrameObserver
{
    private readonly List<(long Index, DateTimeOffset At)> _frames = [];
    private readonly List<List<TimedEvent>> _seen = [.. section.Zones.Select(_ => new List<TimedEvent>())];
    private float _right;
    private float _bottom;

    /// <summary>By zone.</summary>
    public IReadOnlyList<IReadOnlyList<TimedEvent>> Seen => _seen;

    public double Hours => _frames.Count < 2 ? 0 : (_frames[^1].At - _frames[0].At).TotalHours;

    /// <summary>The picture's size in pixels: a track is known in pixels and in shares of the picture.</summary>
    private (int Width, int Height) Size { get; set; }

    /// <summary>Takes the tracks in pixels, just before the same frame is observed.</summary>
    public void Measure(long index, List<Detection> detections, List<Track> tracks) =>
        (_right, _bottom) = tracks.Count == 0 ? default : (tracks[0].Box.Right, tracks[0].Box.Bottom);

    public void Observe(in SeenFrame frame)
    {
        var isNew = _frames.Count == 0 || frame.Index > _frames[^1].Index;
        if (isNew)
            _frames.Add((frame.Index, frame.Scene.CapturedAt));
        if (isNew && Size == default && _right > 0 && frame.Scene.Tracks.Count > 0)
        {
            var share = frame.Scene.Tracks[0].Box;
            Size = ((int)MathF.Round(_right / share.Right), (int)MathF.Round(_bottom / share.Bottom));
        }

        for (var i = 0; i < frame.Events.Count; i++)
            Add(_seen[i], frame.Events[i], Seconds(frame.Scene.CapturedAt));
    }

    public void Finish()
    {
        // The truth is played by whoever asks for it.
    }

    /// <summary>What the zone's rules see of the ground truth; frames count from 1 there.</summary>
    public List<TimedEvent> Truth(int zone, IReadOnlyList<MotRow> rows)
    {
        var found = new List<TimedEvent>();
        if (_frames.Count == 0 || Size == default)
            return found;
        var place = section.Zones[zone].ToZone(section.Ground?.ToPlane(section.Aspect), sensors);
        var rules = new ZoneRules(place, section.Zones[zone].Behaviours.Values);
        var byFrame = rows.Where(r => r.Confidence != 0).ToLookup(r => r.Frame);
        var lastOf = rows.Where(r => r.Confidence != 0).GroupBy(r => r.Id).ToLookup(g => g.Max(r => r.Frame), g => g.Key);
        var scene = new Scene { Aspect = (float)Size.Width / Size.Height, WatchedSince = _frames[0].At };
        var events = new List<BehaviourEvent>();
        foreach (var (index, at) in _frames)
        {
            scene.CapturedAt = at;
            scene.Tracks.Clear();
            scene.Ended.Clear();
            scene.Ended.AddRange(lastOf[(int)index]);
            scene.Tracks.AddRange(byFrame[(int)index + 1].Select(r => new SceneTrack(r.Id, ObjectClass.Person, Share(r.Box), IsSeen: true)));
            rules.Observe(scene, events);
            Add(found, events, Seconds(at));
        }

        scene.Tracks.Clear();
        scene.Ended.Clear();
        scene.Ended.AddRange(lastOf.Where(g => g.Key > _frames[^1].Index).SelectMany(g => g));
        rules.Observe(scene, events);
        Add(found, events, Seconds(_frames[^1].At));
        return found;
    }

    private double Seconds(DateTimeOffset at) => (at - _frames[0].At).TotalSeconds;

    private Box Share(in Box box) =>
        new(box.Left / Size.Width, box.Top / Size.Height, box.Right / Size.Width, box.Bottom / Size.Height);

    private static void Add(List<TimedEvent> to, List<BehaviourEvent> events, double seconds)
    {
        foreach (var seen in events)
            to.Add(new TimedEvent(seconds, seen.Behaviour, seen.Detail, seen.Crossing));
    }
}
