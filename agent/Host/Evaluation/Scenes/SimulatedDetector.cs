using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Host.Evaluation.Scenes;

/// <summary>
/// Gives for the true boxes of a frame what a detector of a given noise would give: moved, missed, doubled, merged and false
/// boxes with their confidences. Things that stand nearer hide those behind.
/// </summary>
internal sealed class SimulatedDetector(DetectorNoise noise, SceneRandom random, (int Width, int Height) frame)
{
    /// <summary>From here on two of a class may be given as one.</summary>
    public const float MergeOverlapMin = 0.3f;

    /// <summary>Lower boxes are not seen at all.</summary>
    private const float HeightPixelsMin = 12;

    /// <summary>Less of the box than this inside the picture is not seen.</summary>
    private const float InsideShareMin = 0.25f;

    private readonly Dictionary<int, Seen> _seen = [];
    private readonly Dictionary<(int, int), Burst> _merges = [];
    private readonly List<Box> _boxes = [];
    private readonly HashSet<int> _gone = [];

    /// <summary>Fills <paramref name="detections"/> anew, in pixels of the frame.</summary>
    /// <param name="things">What is there, boxes in pixels of the frame and beyond.</param>
    /// <param name="seconds">Since the frame before.</param>
    /// <param name="lostShare">Share of detections that are lost beside the usual, for a change of the light.</param>
    public void Detect(IReadOnlyList<Thing> things, double seconds, double lostShare, List<Detection> detections)
    {
        detections.Clear();
        _boxes.Clear();
        _gone.Clear();
        foreach (var thing in things)
            _boxes.Add(thing.Box);
        Merge(things, seconds);
        for (var i = 0; i < things.Count; i++)
        {
            var inside = Clip(things[i].Box);
            var isVisible = inside.Height >= HeightPixelsMin && inside.Area >= InsideShareMin * things[i].Box.Area;
            if (!isVisible)
                continue;
            var seen = _seen.TryGetValue(things[i].Id, out var known) ? known : _seen[things[i].Id] = new Seen();
            Give(things[i], (i, seconds, lostShare), seen, detections);
        }
    }

    /// <summary>Where two are merged, the nearer one's box grows around both and the other's is not given.</summary>
    private void Merge(IReadOnlyList<Thing> things, double seconds)
    {
        for (var a = 0; a < things.Count && noise.MergeShare > 0; a++)
        {
            for (var b = a + 1; b < things.Count; b++)
            {
                var isPair = things[a].Class == things[b].Class && things[a].Box.Overlap(things[b].Box) >= MergeOverlapMin;
                if (!isPair)
                    continue;
                var burst = _merges.GetValueOrDefault((things[a].Id, things[b].Id));
                var isOne = burst.Next(random, seconds, noise.MergeShare, noise.MissSeconds);
                _merges[(things[a].Id, things[b].Id)] = burst;
                if (!isOne || _gone.Contains(a) || _gone.Contains(b))
                    continue;
                var (near, far) = things[a].Box.Bottom >= things[b].Box.Bottom ? (a, b) : (b, a);
                _boxes[near] = Occlusion.Union(_boxes[near], _boxes[far]);
                _gone.Add(far);
            }
        }
    }

    private void Give(in Thing thing, (int Index, double Seconds, double LostShare) now, Seen seen, List<Detection> detections)
    {
        var trueHeight = thing.Box.Height;
        var level = Occlusion.Level(Occlusion.HiddenShare(_boxes, now.Index));
        var factor = trueHeight * (level == 0 ? 1 : noise.HiddenJitterFactor);
        var centre = seen.Centre.Next(random, now.Seconds, noise.JitterSeconds) * noise.CentreJitter * factor;
        var width = seen.Width.Next(random, now.Seconds, noise.JitterSeconds) * noise.WidthJitter * factor;
        var top = seen.Top.Next(random, now.Seconds, noise.JitterSeconds) * noise.TopJitter * factor;
        var bottom = seen.Bottom.Next(random, now.Seconds, noise.JitterSeconds) * noise.BottomJitter * factor;
        seen.Sureness.Next(random, now.Seconds, noise.ConfidenceSeconds);
        var isMissed = seen.Miss.Next(random, now.Seconds, noise.MissShare[level], noise.MissSeconds);
        var wasDoubled = seen.Double.IsOn;
        var isDoubled = seen.Double.Next(random, now.Seconds, noise.DoubleShare, noise.MissSeconds);
        if (isDoubled && !wasDoubled)
            seen.Part = random.Share();
        var isLost = random.Happens(now.LostShare);
        var isTakenForOther = random.Happens(noise.ClassFlickerShare);
        if (isMissed || isLost || _gone.Contains(now.Index))
            return;

        var box = _boxes[now.Index];
        var moved = new Box(
            (float)(box.Left + centre - width / 2), (float)(box.Top + top), (float)(box.Right + centre + width / 2), (float)(box.Bottom + bottom));
        var kind = isTakenForOther ? Other(thing.Class) : thing.Class;
        var confidence = Quantiles.At(level == 0 ? noise.Confidence : noise.HiddenConfidence, seen.Sureness.Share);
        detections.Add(new Detection(Clip(moved), kind, (float)confidence));
        if (isDoubled)
            detections.Add(new Detection(Clip(Part(moved, (float)seen.Part)), kind, (float)Quantiles.At(noise.DoubleConfidence, random.Share())));
    }

    /// <summary>The upper or the lower part of a body: it overlaps so little that it is not suppressed.</summary>
    private static Box Part(in Box box, float part) => part < 0.5f
        ? box with { Bottom = box.Bottom - (0.4f + part * 0.5f) * box.Height }
        : box with { Top = box.Top + (0.15f + part * 0.5f) * box.Height };

    private Box Clip(in Box box) => new(
        Math.Clamp(box.Left, 0, frame.Width), Math.Clamp(box.Top, 0, frame.Height),
        Math.Clamp(box.Right, 0, frame.Width), Math.Clamp(box.Bottom, 0, frame.Height));

    private static ObjectClass Other(ObjectClass kind) => kind switch
    {
        ObjectClass.Person => ObjectClass.Bicycle,
        ObjectClass.Bicycle => ObjectClass.Person,
        _ => kind,
    };

    /// <summary>The errors of one thing, which go on from frame to frame.</summary>
    private sealed class Seen
    {
        public Drift Centre;
        public Drift Width;
        public Drift Top;
        public Drift Bottom;
        public Drift Sureness;
        public Burst Miss;
        public Burst Double;

        /// <summary>Which part of the body has a second box, 0..1.</summary>
        public double Part;
    }
}

/// <summary>Something that is there.</summary>
/// <param name="Id">Its own in the scene.</param>
/// <param name="Box">Pixels of the frame, whole even where the frame cuts it.</param>
internal readonly record struct Thing(int Id, ObjectClass Class, Box Box);
