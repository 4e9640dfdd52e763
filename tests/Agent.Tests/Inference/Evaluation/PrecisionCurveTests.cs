using CsCheck;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Inference.Evaluation;

namespace SocialCredit.Edge.Agent.Tests.Inference.Evaluation;

public sealed class PrecisionCurveTests
{
    private static readonly Box Here = new(0, 0, 10, 10);
    private static readonly Box There = new(50, 50, 60, 60);
    private static readonly Box Nowhere = new(90, 90, 99, 99);

    // A few places, so that boxes of both kinds meet often.
    private static readonly Gen<Box> Places = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 2]).Select((x, shift) => new Box(x * 40 + shift, 0, x * 40 + shift + 20, 30));

    private static readonly Gen<SeenPicture> Pictures = Gen.Select(Places.Array[0, 4], Gen.Select(Places, Gen.Float[0.05f, 0.99f]).Array[0, 6]).Select((truth, found) =>
        new SeenPicture([.. truth.Select(box => Person(box))], [.. found.Select(each => Found(each.Item1, each.Item2))]));

    [Fact]
    public void Average_precision_is_right_on_a_case_made_by_hand()
    {
        // Hit, miss, hit, a second box on a person already found; one person of three is never found.
        SeenPicture[] pictures =
        [
            new([Person(Here), Person(There)], [Found(Here, 0.9f), Found(Nowhere, 0.8f)]),
            new([Person(Here)], [Found(Here, 0.7f), Found(Here, 0.6f)]),
        ];

        var curve = PrecisionCurve.Of(pictures, ObjectClass.Person);

        Assert.Equal(1.0 / 3 + 2.0 / 3 / 3, curve.AveragePrecision!.Value, 1e-12);
        Assert.Equal(new OperatingPoint(2.0 * 2 / (3 + 3), 0.7f, 2.0 / 3, 2.0 / 3), curve.Best);
    }

    [Fact]
    public void Precision_that_rises_again_lifts_what_lies_before_it()
    {
        // Miss, hit, hit: the first hit has precision 1/2, but 2/3 is reached at a higher recall.
        var curve = PrecisionCurve.Of([new([Person(Here), Person(There)], [Found(Nowhere, 0.9f), Found(Here, 0.8f), Found(There, 0.7f)])], ObjectClass.Person);

        Assert.Equal(2.0 / 3, curve.AveragePrecision!.Value, 1e-12);
    }

    [Fact]
    public void A_detection_takes_the_free_truth_that_it_overlaps_most()
    {
        // The surer one lies nearer to the right person, so the left one is still free for the other.
        var (left, right) = (new Box(0, 0, 30, 10), new Box(10, 0, 40, 10));

        var curve = PrecisionCurve.Of(
            [new([Person(left), Person(right)], [Found(new Box(8, 0, 38, 10), 0.9f), Found(new Box(6, 0, 36, 10), 0.8f)])], ObjectClass.Person);

        Assert.Equal([true, true], curve.Judgements.Select(judgement => judgement.IsHit));
    }

    [Theory]
    [InlineData(10, 5, true)]
    [InlineData(10, 4.9f, false)]
    public void Half_an_overlap_is_enough(float truthWidth, float foundWidth, bool isHit)
    {
        var curve = PrecisionCurve.Of([new([Person(new Box(0, 0, truthWidth, 10))], [Found(new Box(0, 0, foundWidth, 10), 0.9f)])], ObjectClass.Person);

        Assert.Equal(isHit, Assert.Single(curve.Judgements).IsHit);
    }

    [Fact]
    public void What_fits_only_an_ignored_truth_is_neither_right_nor_wrong_however_often()
    {
        var ignored = new TruthBox(There, ObjectClass.Person, IsIgnored: true);
        var unknown = new TruthBox(Nowhere, null, IsIgnored: true);
        var picture = new SeenPicture(
            [Person(Here), ignored, unknown], [Found(There, 0.9f), Found(There, 0.8f), Found(Nowhere, 0.7f), Found(Here, 0.6f)]);

        var curve = PrecisionCurve.Of([picture], ObjectClass.Person);

        Assert.Equal((1, 1.0), (curve.Truth, curve.AveragePrecision!.Value));
        Assert.Equal(0.6f, Assert.Single(curve.Judgements).Confidence);
    }

    [Fact]
    public void A_truth_that_counts_is_found_before_an_ignored_one_beside_it()
    {
        var picture = new SeenPicture([new(Here, ObjectClass.Person, IsIgnored: true), Person(new Box(1, 0, 11, 10))], [Found(Here, 0.9f)]);

        Assert.Equal(1, PrecisionCurve.Of([picture], ObjectClass.Person).AveragePrecision);
    }

    [Fact]
    public void Of_one_size_only_its_truths_count_and_only_its_own_wrong_detections()
    {
        var (small, medium, large) = (new Box(0, 0, 31, 33), new Box(100, 0, 132, 32), new Box(200, 0, 296, 96));
        var (smallMiss, largeMiss) = (new Box(400, 0, 410, 10), new Box(500, 0, 600, 100));
        var picture = new SeenPicture(
            [Person(small), Person(medium), Person(large)],
            [Found(small, 0.5f), Found(medium, 0.6f), Found(large, 0.7f), Found(smallMiss, 0.9f), Found(largeMiss, 0.8f)]);

        var figures = SizeRange.Coco.Select(size => PrecisionCurve.Of([picture], ObjectClass.Person, size)).ToList();

        Assert.Equal([1, 1, 1], figures.Select(curve => curve.Truth));
        Assert.Equal([0.5, 1, 0.5], figures.Select(curve => curve.AveragePrecision!.Value));
    }

    [Fact]
    public void A_second_box_on_a_truth_of_another_size_is_wrong_where_it_is_of_the_size_itself()
    {
        // As in COCO's evaluation an object of another size can be found once.
        var (truth, slightlySmaller) = (new Box(0, 0, 33, 33), new Box(0, 0, 31, 31));
        var picture = new SeenPicture([Person(truth)], [Found(slightlySmaller, 0.9f), Found(slightlySmaller, 0.8f)]);

        var curve = PrecisionCurve.Of([picture], ObjectClass.Person, SizeRange.Coco[0]);

        Assert.Equal(0.8f, Assert.Single(curve.Judgements).Confidence);
    }

    [Fact]
    public void Without_a_truth_there_is_no_average_precision()
    {
        var curve = PrecisionCurve.Of([new([Person(Here)], [new Detection(Here, ObjectClass.Bag, 0.9f)])], ObjectClass.Bag);

        Assert.Equal((null, null, 0), (curve.AveragePrecision, curve.Best, curve.Truth));
    }

    [Fact]
    public void The_best_threshold_lets_all_of_one_confidence_in()
    {
        // The hit comes first in the list, but no threshold parts it from the two beside it.
        var picture = new SeenPicture([Person(Here)], [Found(Here, 0.5f), Found(Nowhere, 0.5f), Found(There, 0.5f)]);

        Assert.Equal(new OperatingPoint(0.5, 0.5f, 1.0 / 3, 1), PrecisionCurve.Of([picture], ObjectClass.Person).Best);
    }

    [Fact]
    public void Pooled_classes_share_one_threshold()
    {
        var bag = new Detection(Here, ObjectClass.Bag, 0.3f);
        var picture = new SeenPicture([Person(Here), new TruthBox(Here, ObjectClass.Bag)], [Found(Here, 0.9f), bag]);

        var pooled = PrecisionCurve.Pool([PrecisionCurve.Of([picture], ObjectClass.Person), PrecisionCurve.Of([picture], ObjectClass.Bag)]);

        Assert.Equal((2, new OperatingPoint(1, 0.3f, 1, 1)), (pooled.Truth, pooled.Best));
    }

    [Fact]
    public void Found_by_height_counts_only_what_is_sure_enough()
    {
        var (low, high) = (new Box(0, 0, 10, 31), new Box(50, 0, 60, 32));
        var curve = PrecisionCurve.Of([new([Person(low), Person(high)], [Found(low, 0.4f), Found(high, 0.9f)])], ObjectClass.Person);

        Assert.Equal((0, 1), curve.FoundOfHeight(0.5f, 16, 32));
        Assert.Equal((1, 1), curve.FoundOfHeight(0.4f, 16, 32));
        Assert.Equal((1, 1), curve.FoundOfHeight(0.5f, 32, 64));
    }

    [Fact]
    public void Only_the_order_of_confidences_matters() =>
        Pictures.Array[1, 6].Sample(pictures =>
        {
            // Halving is exact, so no two confidences become equal.
            var halved = pictures.Select(picture => picture with { Detections = [.. picture.Detections.Select(d => d with { Confidence = d.Confidence / 2 })] });

            Assert.Equal(Precision(pictures), Precision(halved));
        });

    [Fact]
    public void A_wrong_box_below_all_others_never_raises_it() =>
        Gen.Select(Pictures.Array[1, 6], Places).Sample((pictures, place) =>
        {
            var wrong = new SeenPicture([], [Found(place, 0.01f)]);

            Assert.True(!(Precision([.. pictures, wrong]) > Precision(pictures)));
        });

    [Fact]
    public void It_lies_between_none_and_one_and_a_perfect_model_has_one() =>
        Pictures.Array[1, 6].Sample(pictures =>
        {
            // Each truth on its own picture: where people stand in each other's place, any order of matching may miss one.
            var perfect = pictures.SelectMany(picture => picture.Truth).Select(truth => new SeenPicture([truth], [Found(truth.Box, 0.5f)])).ToList();

            Assert.InRange(Precision(pictures) ?? 0, 0, 1);
            Assert.Equal(perfect.Count == 0 ? null : 1, Precision(perfect));
        });

    private static double? Precision(IEnumerable<SeenPicture> pictures) => PrecisionCurve.Of(pictures, ObjectClass.Person).AveragePrecision;

    private static TruthBox Person(Box box) => new(box, ObjectClass.Person);

    private static Detection Found(Box box, float confidence) => new(box, ObjectClass.Person, confidence);
}
