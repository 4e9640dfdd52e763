using System.Text.Json.Serialization;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Inference.Evaluation;

namespace SocialCredit.Edge.Host.Evaluation;

/// <summary>Everything that one comparison of models found; in lists of models the order is that of <paramref name="Models"/>.</summary>
/// <param name="Models">Names.</param>
/// <param name="Against">The one of them that the others are held against; null where none is.</param>
/// <param name="Sets">In the order asked for.</param>
/// <param name="Thresholds">
/// For each model the confidence of the best F1 over all labelled classes of all sets pooled; null where it found nothing.
/// </param>
/// <param name="Empty">In the order asked for.</param>
internal sealed record EvaluationReport(
    IReadOnlyList<string> Models,
    string? Against,
    IReadOnlyList<SetFigures> Sets,
    IReadOnlyList<float?> Thresholds,
    IReadOnlyList<EmptyFigures> Empty)
{
    /// <summary>Which column the others are held against; -1 where none is.</summary>
    [JsonIgnore]
    public int Baseline => Against is null ? -1 : Models.ToList().IndexOf(Against);

    /// <param name="models">Names, and the one that is the baseline.</param>
    /// <param name="sets">Each with what every model saw of it.</param>
    /// <param name="empty">Clips in which nothing is, with what every model saw there.</param>
    public static EvaluationReport Of(
        (IReadOnlyList<string> Names, string? Against) models,
        IReadOnlyList<(TruthSet Set, IReadOnlyList<SeenPicture>[] Seen)> sets,
        IReadOnlyList<(string Clip, IReadOnlyList<SeenPicture>[] Seen)> empty)
    {
        var figures = sets.Select(set => SetFigures.Of(set.Set, set.Seen)).ToList();
        var labelled = figures.SelectMany(set => set.Classes).Where(row => row.Truth > 0).ToList();
        var thresholds = models.Names
            .Select((_, model) => PrecisionCurve.Pool([.. labelled.Select(row => row.Models[model].Curve)]).Best?.ConfidenceMin)
            .ToList();
        var clips = empty.Select(clip => EmptyFigures.Of(clip.Clip, clip.Seen, thresholds)).ToList();
        return new EvaluationReport(models.Names, models.Against, figures, thresholds, clips);
    }
}

/// <summary>One set.</summary>
/// <param name="Name">Its folder's.</param>
/// <param name="Format">Of its files.</param>
/// <param name="Pictures">That were shown.</param>
/// <param name="LeftOut">Labelled objects of kinds that are no class here.</param>
/// <param name="Classes">All classes; those without a truth have no figures.</param>
/// <param name="Mean">Of the AP of the classes that have a truth, for each model.</param>
internal sealed record SetFigures(
    string Name,
    string Format,
    int Pictures,
    IReadOnlyDictionary<string, int> LeftOut,
    IReadOnlyList<ClassFigures> Classes,
    IReadOnlyList<double?> Mean)
{
    // Object is what a rule finds lying about, no class of a detector or of a data set.
    private static readonly ObjectClass[] Detected = [.. Enum.GetValues<ObjectClass>().Where(each => each != ObjectClass.Object)];

    public static SetFigures Of(TruthSet set, IReadOnlyList<SeenPicture>[] seen)
    {
        var classes = Detected.Select(each => ClassFigures.Of(each, set.Count(each), seen)).ToList();
        var mean = seen.Select((_, model) => classes.Average(row => row.Models[model].AveragePrecision)).ToList();
        return new SetFigures(set.Name, set.Format, set.Pictures.Count, set.LeftOut, classes, mean);
    }
}

/// <summary>One class of one set.</summary>
internal sealed record ClassFigures(ObjectClass Class, int Truth, IReadOnlyList<ModelFigures> Models)
{
    public static ClassFigures Of(ObjectClass each, int truth, IReadOnlyList<SeenPicture>[] seen) =>
        new(each, truth, [.. seen.Select(pictures => ModelFigures.Of(each, pictures))]);
}

/// <summary>One model on one class of one set.</summary>
/// <param name="AveragePrecision">At an overlap of 0.5; 0..1, null where there is no truth.</param>
/// <param name="Best">Where F1 is largest; null where nothing was found rightly.</param>
/// <param name="Sizes">AP by the area of the box, COCO's limits.</param>
/// <param name="Heights">Recall by the height of the box, at the confidence of <paramref name="Best"/>.</param>
/// <param name="Curve">All sizes.</param>
internal sealed record ModelFigures(
    double? AveragePrecision,
    OperatingPoint? Best,
    IReadOnlyList<SizeFigure> Sizes,
    IReadOnlyList<HeightFigure> Heights,
    [property: JsonIgnore] PrecisionCurve Curve)
{
    public static readonly IReadOnlyList<(string Name, float Min, float Max)> HeightBands =
    [
        ("under 16 px", 0, 16),
        ("16 to 32 px", 16, 32),
        ("32 to 64 px", 32, 64),
        ("64 to 128 px", 64, 128),
        ("128 px and over", 128, float.PositiveInfinity),
    ];

    public static ModelFigures Of(ObjectClass each, IReadOnlyList<SeenPicture> pictures)
    {
        var curve = PrecisionCurve.Of(pictures, each);
        // Above every confidence where nothing was found: a recall of 0.
        var threshold = curve.Best?.ConfidenceMin ?? float.PositiveInfinity;
        return new ModelFigures(
            curve.AveragePrecision,
            curve.Best,
            [.. SizeRange.Coco.Select(size => SizeFigure.Of(size.Name, PrecisionCurve.Of(pictures, each, size)))],
            [.. HeightBands.Select(band => HeightFigure.Of(band.Name, curve.FoundOfHeight(threshold, band.Min, band.Max)))],
            curve);
    }
}

/// <summary>AP of the objects of one size; null where there is none.</summary>
internal sealed record SizeFigure(string Name, int Truth, double? AveragePrecision)
{
    public static SizeFigure Of(string name, PrecisionCurve curve) => new(name, curve.Truth, curve.AveragePrecision);
}

/// <summary>How many objects of one height there are and were found.</summary>
internal sealed record HeightFigure(string Name, int Truth, int Found)
{
    public static HeightFigure Of(string name, (int Found, int Truth) counts) => new(name, counts.Truth, counts.Found);

    /// <summary>0..1; null where there is none.</summary>
    public double? Recall => Truth == 0 ? null : (double)Found / Truth;
}

/// <summary>What is seen in a clip in which nothing is.</summary>
/// <param name="Clip">The file or folder.</param>
/// <param name="Frames">That were shown.</param>
/// <param name="FalseBoxes">For each model and class, at the model's threshold.</param>
internal sealed record EmptyFigures(string Clip, int Frames, IReadOnlyList<IReadOnlyDictionary<ObjectClass, int>> FalseBoxes)
{
    public static EmptyFigures Of(string clip, IReadOnlyList<SeenPicture>[] seen, IReadOnlyList<float?> thresholds) =>
        new(Path.GetFileName(clip.TrimEnd('/')), seen[0].Count, [.. seen.Select((pictures, model) => Count(pictures, thresholds[model]))]);

    /// <summary>Of one class or, without one, of all.</summary>
    public double PerHundredFrames(int model, ObjectClass? each) =>
        100.0 * FalseBoxes[model].Where(count => each is null || count.Key == each).Sum(count => count.Value) / Frames;

    private static SortedDictionary<ObjectClass, int> Count(IReadOnlyList<SeenPicture> pictures, float? threshold) => new(pictures
        .SelectMany(picture => picture.Detections)
        .Where(detection => detection.Confidence >= threshold)
        .GroupBy(detection => detection.Class)
        .ToDictionary(group => group.Key, group => group.Count()));
}
