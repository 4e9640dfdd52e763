using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Agent.Tests.Inference;

/// <summary>
/// Average precision of one class: detections of all frames by falling confidence, each matched to the free truth of its frame that
/// it overlaps most; area under the precision-recall curve with precision made to fall (all-point interpolation, VOC 2010).
/// </summary>
internal static class AveragePrecision
{
    public static double Of(IEnumerable<(int Frame, Box Box, float Confidence)> detections, IReadOnlyDictionary<int, List<Box>> truth, float overlapMin)
    {
        var total = truth.Values.Sum(boxes => boxes.Count);
        var taken = truth.ToDictionary(frame => frame.Key, frame => new bool[frame.Value.Count]);
        var curve = new List<(double Recall, double Precision)>();
        var (hits, count) = (0, 0);
        foreach (var (frame, box, _) in detections.OrderByDescending(detection => detection.Confidence))
        {
            count++;
            var boxes = truth.GetValueOrDefault(frame) ?? [];
            var best = Enumerable.Range(0, boxes.Count).Where(i => !taken[frame][i]).Select(i => (Index: i, Overlap: boxes[i].Overlap(box)))
                .OrderByDescending(match => match.Overlap).FirstOrDefault((Index: -1, Overlap: 0));
            if (best.Overlap >= overlapMin)
            {
                taken[frame][best.Index] = true;
                hits++;
            }

            curve.Add(((double)hits / total, (double)hits / count));
        }

        var (area, ceiling) = (0.0, 0.0);
        for (var i = curve.Count - 1; i >= 0; i--)
        {
            ceiling = Math.Max(ceiling, curve[i].Precision);
            area += ceiling * (curve[i].Recall - (i == 0 ? 0 : curve[i - 1].Recall));
        }

        return area;
    }
}
