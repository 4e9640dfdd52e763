using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Inference.Evaluation;

/// <summary>
/// How right a model is at every confidence, for one class or for several pooled. Detections are judged by falling confidence:
/// each takes the free truth of its picture that it overlaps most, if by enough; one that fits only an ignored truth is not judged.
/// </summary>
public sealed class PrecisionCurve
{
    /// <summary>Shared over joint area from which a detection counts as that object.</summary>
    public const float OverlapMin = 0.5f;

    private readonly IReadOnlyList<float> _heights;

    private PrecisionCurve(IReadOnlyList<float> heights, IEnumerable<Judgement> judgements)
    {
        _heights = heights;
        // Stable: equal confidences stay in the order of the pictures.
        Judgements = [.. judgements.OrderByDescending(judgement => judgement.Confidence)];
        Points = [.. PointsOf(Judgements, heights.Count)];
        AveragePrecision = heights.Count == 0 ? null : Area(Points);
        Best = FindBest();
    }

    /// <summary>Objects that should be found.</summary>
    public int Truth => _heights.Count;

    /// <summary>Every detection that is right or wrong, surest first.</summary>
    public IReadOnlyList<Judgement> Judgements { get; }

    /// <summary>
    /// Recall and precision, 0..1, after each judgement; the precision is made to fall: it is the best that is reached at that
    /// recall or a higher one. Empty where there is no truth.
    /// </summary>
    public IReadOnlyList<(double Recall, double Precision)> Points { get; }

    /// <summary>
    /// 0..1: the area under <see cref="Points"/>, all points (PASCAL VOC 2010 and later: Everingham et al., The PASCAL Visual
    /// Object Classes Challenge: A Retrospective, IJCV 2015). Null where there is no truth.
    /// </summary>
    public double? AveragePrecision { get; }

    /// <summary>Where F1 is largest; null where nothing was found rightly.</summary>
    public OperatingPoint? Best { get; }

    /// <summary>One class, all sizes or one.</summary>
    /// <param name="pictures">Detections of equal confidence are judged in this order.</param>
    /// <param name="wanted">Only its truths and detections count.</param>
    /// <param name="size">
    /// As COCO's evaluation has it: truths of other sizes are ignored, and so are detections of other sizes that fit no truth.
    /// </param>
    public static PrecisionCurve Of(IEnumerable<SeenPicture> pictures, ObjectClass wanted, SizeRange? size = null)
    {
        var judgements = new List<Judgement>();
        var heights = new List<float>();
        foreach (var picture in pictures)
            Judge(picture, (wanted, size), judgements, heights);
        return new PrecisionCurve(heights, judgements);
    }

    /// <summary>The same judgements as if they were of one class.</summary>
    public static PrecisionCurve Pool(IReadOnlyCollection<PrecisionCurve> curves) =>
        new([.. curves.SelectMany(curve => curve._heights)], curves.SelectMany(curve => curve.Judgements));

    /// <summary>Objects whose box is of such a height in pixels, and how many of them are found.</summary>
    /// <param name="confidenceMin">Detections below this do not count.</param>
    /// <param name="heightMin">Included.</param>
    /// <param name="heightMax">Excluded.</param>
    public (int Found, int Truth) FoundOfHeight(float confidenceMin, float heightMin, float heightMax)
    {
        bool IsMeant(float height) => height >= heightMin && height < heightMax;
        var found = Judgements.Count(hit => hit.IsHit && hit.Confidence >= confidenceMin && IsMeant(hit.TruthHeight));
        return (found, _heights.Count(IsMeant));
    }

    private static void Judge(
        SeenPicture picture, (ObjectClass Class, SizeRange? Size) wanted, List<Judgement> judgements, List<float> heights)
    {
        bool IsMeant(in Box box) => wanted.Size is not { } size || size.Holds(box);
        bool IsOfClass(in TruthBox truth) => truth.Class == wanted.Class || (truth.Class is null && truth.IsIgnored);
        var truths = picture.Truth.Where(truth => IsOfClass(truth)).ToList();
        var ignored = truths.Where(truth => truth.IsIgnored).ToList();
        var counted = truths.Where(truth => !truth.IsIgnored && IsMeant(truth.Box)).ToList();
        var others = truths.Where(truth => !truth.IsIgnored && !IsMeant(truth.Box)).ToList();
        heights.AddRange(counted.Select(truth => truth.Box.Height));
        foreach (var detection in picture.Detections.Where(d => d.Class == wanted.Class).OrderByDescending(d => d.Confidence))
        {
            if (Take(counted, detection.Box) is { } hit)
                judgements.Add(new Judgement(detection.Confidence, IsHit: true, hit.Box.Height));
            else if (Take(others, detection.Box) is null && IndexOfBest(ignored, detection.Box) < 0 && IsMeant(detection.Box))
                judgements.Add(new Judgement(detection.Confidence, IsHit: false, 0));
        }
    }

    private static TruthBox? Take(List<TruthBox> free, in Box box)
    {
        var best = IndexOfBest(free, box);
        if (best < 0)
            return null;
        var taken = free[best];
        free.RemoveAt(best);
        return taken;
    }

    private static int IndexOfBest(List<TruthBox> truths, in Box box)
    {
        var (best, overlap) = (-1, 0f);
        for (var i = 0; i < truths.Count; i++)
        {
            var next = truths[i].Box.Overlap(box);
            if (next >= OverlapMin && next > overlap)
                (best, overlap) = (i, next);
        }

        return best;
    }

    private static (double Recall, double Precision)[] PointsOf(IReadOnlyList<Judgement> judgements, int truth)
    {
        if (truth == 0)
            return [];
        var points = new (double Recall, double Precision)[judgements.Count];
        var hits = 0;
        for (var i = 0; i < points.Length; i++)
        {
            hits += judgements[i].IsHit ? 1 : 0;
            points[i] = ((double)hits / truth, (double)hits / (i + 1));
        }

        for (var i = points.Length - 2; i >= 0; i--)
            points[i].Precision = Math.Max(points[i].Precision, points[i + 1].Precision);
        return points;
    }

    private static double Area(IReadOnlyList<(double Recall, double Precision)> points)
    {
        var (area, recall) = (0.0, 0.0);
        foreach (var point in points)
        {
            area += point.Precision * (point.Recall - recall);
            recall = point.Recall;
        }

        return area;
    }

    private OperatingPoint? FindBest()
    {
        OperatingPoint? best = null;
        var hits = 0;
        for (var i = 0; i < Judgements.Count; i++)
        {
            hits += Judgements[i].IsHit ? 1 : 0;
            // A threshold lets all detections of one confidence in or none.
            var isLastOfItsConfidence = i + 1 == Judgements.Count || Judgements[i + 1].Confidence < Judgements[i].Confidence;
            if (!isLastOfItsConfidence || hits == 0)
                continue;
            var f1 = 2.0 * hits / (Truth + i + 1);
            if (best is null || f1 > best.F1)
                best = new OperatingPoint(f1, Judgements[i].Confidence, (double)hits / (i + 1), (double)hits / Truth);
        }

        return best;
    }
}

/// <summary>One detection held against the truth.</summary>
/// <param name="Confidence">0..1.</param>
/// <param name="IsHit">It is an object that no surer detection had found.</param>
/// <param name="TruthHeight">Pixels, of that object; 0 where it is none.</param>
public readonly record struct Judgement(float Confidence, bool IsHit, float TruthHeight);

/// <summary>What a model does where detections below one confidence are left out.</summary>
/// <param name="F1">0..1, the harmonic mean of precision and recall.</param>
/// <param name="ConfidenceMin">0..1, included.</param>
/// <param name="Precision">Right detections over all detections, 0..1.</param>
/// <param name="Recall">Found objects over all objects, 0..1.</param>
public sealed record OperatingPoint(double F1, float ConfidenceMin, double Precision, double Recall);
