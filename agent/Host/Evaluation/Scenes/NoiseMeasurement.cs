using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Host.Evaluation.Scenes;

/// <summary>
/// Measures a detector's errors against ground truth. Boxes are matched by overlap, greatest first, from 0.3 on; what remains
/// and overlaps a person by as much is a second box of that person, the rest is false, unless a row of the truth with
/// confidence 0 marks it as to be ignored. Annotators err too, and their errors are counted as the detector's.
/// </summary>
internal sealed class NoiseMeasurement
{
    private const float MatchOverlapMin = 0.3f;
    private const float StaysOverlapMin = 0.5f;

    /// <summary>A box stands for two where it fits both together so well, and by so much better than either.</summary>
    private const float MergeFitMin = 0.7f;
    private const float MergeBetterBy = 0.1f;
    private const float BorderPixels = 2;

    /// <summary>Middle, width, top, bottom; of people in plain sight and of the half hidden.</summary>
    private readonly ErrorSeries[] _plain = [new(), new(), new(), new()];
    private readonly ErrorSeries[] _hidden = [new(), new(), new(), new()];
    private readonly ErrorSeries _confidence = new();
    private readonly List<double>[] _confidences = [[], []];
    private readonly List<double> _doubles = [];
    private readonly List<double> _falses = [];
    private readonly int[] _people = new int[3];
    private readonly int[] _missed = new int[3];
    private readonly Dictionary<int, (int Frame, bool IsMissed)> _before = [];
    private readonly List<Box> _falseBefore = [];
    private readonly double _fps;
    private int _frames;
    private int _falseStarts;
    private int _runs;
    private int _pairs;
    private int _merged;

    private NoiseMeasurement(double framesPerSecond) => _fps = framesPerSecond;

    public static DetectorNoise Of(IReadOnlyList<MotRow> truth, IReadOnlyList<MotRow> detections, double framesPerSecond)
    {
        var measurement = new NoiseMeasurement(framesPerSecond);
        var found = detections.ToLookup(r => r.Frame);
        var (right, bottom) = (truth.Concat(detections).Max(r => r.Box.Right), truth.Concat(detections).Max(r => r.Box.Bottom));
        var ignored = truth.Where(r => r.Confidence == 0).ToLookup(r => r.Frame, r => r.Box);
        foreach (var frame in truth.Where(r => r.Confidence != 0).GroupBy(r => r.Frame).OrderBy(g => g.Key))
            measurement.Frame([.. frame], [.. found[frame.Key].Where(r => !ignored[frame.Key].Any(i => i.Overlap(r.Box) >= MatchOverlapMin))], new Box(BorderPixels, BorderPixels, right - BorderPixels, bottom - BorderPixels));
        return measurement.Result();
    }

    private void Frame(List<MotRow> people, List<MotRow> boxes, Box inner)
    {
        _frames++;
        var matched = Match(people, boxes);
        var isMatched = new bool[boxes.Count];
        foreach (var index in matched.Where(index => index >= 0))
            isMatched[index] = true;
        var merged = CountMerges(people, boxes, matched);
        var bodies = people.Select(p => p.Box).ToList();
        for (var i = 0; i < people.Count; i++)
        {
            if (!merged.Contains(i))
                TakePerson(people[i], matched[i] < 0 ? null : boxes[matched[i]], (Occlusion.HiddenShare(bodies, i), Touches(people[i].Box, inner)));
        }

        // At the border annotators stop before detectors do: what is cut there is mostly somebody.
        TakeRest(people, [.. boxes.Where((box, i) => !isMatched[i] && !Touches(box.Box, inner))]);
    }

    private static int[] Match(List<MotRow> people, List<MotRow> boxes)
    {
        var pairs = new List<(float Overlap, int Person, int Box)>();
        for (var p = 0; p < people.Count; p++)
        {
            for (var b = 0; b < boxes.Count; b++)
            {
                if (people[p].Box.Overlap(boxes[b].Box) is var overlap && overlap >= MatchOverlapMin)
                    pairs.Add((overlap, p, b));
            }
        }

        var boxOf = Enumerable.Repeat(-1, people.Count).ToArray();
        var isTaken = new bool[boxes.Count];
        foreach (var (_, person, box) in pairs.OrderByDescending(p => p.Overlap))
        {
            if (boxOf[person] >= 0 || isTaken[box])
                continue;
            (boxOf[person], isTaken[box]) = (box, true);
        }

        return boxOf;
    }

    /// <summary>Whose box stands for two.</summary>
    private HashSet<int> CountMerges(List<MotRow> people, List<MotRow> boxes, int[] boxOf)
    {
        var merged = new HashSet<int>();
        for (var a = 0; a < people.Count; a++)
        {
            for (var b = a + 1; b < people.Count; b++)
            {
                if (people[a].Box.Overlap(people[b].Box) < SimulatedDetector.MergeOverlapMin)
                    continue;
                _pairs++;
                var union = Occlusion.Union(people[a].Box, people[b].Box);
                var only = boxOf[a] >= 0 ? boxOf[a] : boxOf[b];
                if (boxOf[a] < 0 == boxOf[b] < 0)
                    continue;
                var fit = boxes[only].Box.Overlap(union);
                var either = MathF.Max(boxes[only].Box.Overlap(people[a].Box), boxes[only].Box.Overlap(people[b].Box));
                if (fit < MergeFitMin || fit < either + MergeBetterBy)
                    continue;
                _merged++;
                merged.UnionWith([a, b]);
            }
        }

        return merged;
    }

    private void TakePerson(in MotRow person, MotRow? box, (double Hidden, bool IsCut) how)
    {
        var level = Occlusion.Level(how.Hidden);
        var isMissed = box is null;
        if (!how.IsCut)
        {
            _people[level]++;
            _missed[level] += isMissed ? 1 : 0;
            var begins = isMissed && (!_before.TryGetValue(person.Id, out var before) || !before.IsMissed || before.Frame != person.Frame - 1);
            _runs += begins ? 1 : 0;
        }

        _before[person.Id] = (person.Frame, isMissed);
        if (box is not { } found || how.IsCut)
            return;
        var (series, key) = (level == 0 ? _plain : _hidden, (person.Id, person.Frame));
        var height = person.Box.Height;
        series[0].Add(key, (found.Box.Foot.X - person.Box.Foot.X) / height);
        series[1].Add(key, (found.Box.Width - person.Box.Width) / height);
        series[2].Add(key, (found.Box.Top - person.Box.Top) / height);
        series[3].Add(key, (found.Box.Bottom - person.Box.Bottom) / height);
        _confidences[level == 0 ? 0 : 1].Add(found.Confidence);
        _confidence.Add(key, found.Confidence);
    }

    private void TakeRest(List<MotRow> people, List<MotRow> rest)
    {
        var before = _falseBefore.ToList();
        _falseBefore.Clear();
        foreach (var box in rest)
        {
            if (people.Exists(p => p.Box.Overlap(box.Box) >= MatchOverlapMin))
            {
                _doubles.Add(box.Confidence);
                continue;
            }

            _falses.Add(box.Confidence);
            _falseStarts += before.Exists(b => b.Overlap(box.Box) >= StaysOverlapMin) ? 0 : 1;
            _falseBefore.Add(box.Box);
        }
    }

    private DetectorNoise Result()
    {
        var seen = Math.Max(1, _confidences[0].Count + _confidences[1].Count);
        var factor = Enumerable.Range(0, 4).Average(i => _hidden[i].Deviation / Math.Max(1e-6, _plain[i].Deviation));
        return new DetectorNoise
        {
            CentreJitter = _plain[0].Deviation,
            WidthJitter = _plain[1].Deviation,
            TopJitter = _plain[2].Deviation,
            BottomJitter = _plain[3].Deviation,
            HiddenJitterFactor = Math.Max(1, double.IsFinite(factor) ? factor : 1),
            JitterSeconds = _plain.Average(s => s.Seconds(_fps)),
            MissShare = [.. _people.Select((people, i) => people == 0 ? 0 : (double)_missed[i] / people)],
            MissSeconds = _missed.Sum() / _fps / Math.Max(1, _runs),
            Confidence = Quantiles.Of(_confidences[0]),
            HiddenConfidence = Quantiles.Of(_confidences[1].Count == 0 ? _confidences[0] : _confidences[1]),
            ConfidenceSeconds = _confidence.Seconds(_fps),
            DoubleShare = (double)_doubles.Count / seen,
            DoubleConfidence = Quantiles.Of(_doubles),
            FalseBoxes = (double)_falses.Count / Math.Max(1, _frames),
            FalseSeconds = _falses.Count / _fps / Math.Max(1, _falseStarts),
            FalseConfidence = Quantiles.Of(_falses),
            MergeShare = (double)_merged / Math.Max(1, _pairs),
        };
    }

    private static bool Touches(in Box box, in Box inner) =>
        box.Left < inner.Left || box.Top < inner.Top || box.Right > inner.Right || box.Bottom > inner.Bottom;
}
