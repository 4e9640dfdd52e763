using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Tests.Tracking;

/// <summary>Cases small enough to be computed by hand.</summary>
public sealed class HotaTests
{
    [Fact]
    public void Perfect_tracks_score_one() => AssertEqual((1, 1, 1), Hota.Evaluate(Path(1, 1, 10), Path(7, 1, 10)));

    [Fact]
    public void Nothing_against_nothing_is_zero() => AssertEqual((0, 0, 0), Hota.Evaluate([], []));

    [Fact]
    public void A_false_positive_of_its_own_costs_detection_only()
    {
        // 10 matches, 5 false positives: DetA 10 / 15 at every overlap; every match agrees in full.
        List<MotRow> tracks = [.. Path(7, 1, 10), .. Path(8, 1, 5, left: 500)];

        AssertEqual((Math.Sqrt(10.0 / 15), 10.0 / 15, 1), Hota.Evaluate(Path(1, 1, 10), tracks));
    }

    [Fact]
    public void A_track_broken_in_two_costs_association_only()
    {
        // Of the person's 10 boxes one track has 4, the other 6: AssA (4 x 4/10 + 6 x 6/10) / 10.
        List<MotRow> tracks = [.. Path(7, 1, 4), .. Path(8, 5, 10)];

        AssertEqual((Math.Sqrt(0.52), 1, 0.52), Hota.Evaluate(Path(1, 1, 10), tracks));
    }

    [Fact]
    public void Ids_that_are_exchanged_cost_both_people()
    {
        // Each pair of person and track shares 5 boxes of 10 + 10 - 5.
        List<MotRow> truth = [.. Path(1, 1, 10), .. Path(2, 1, 10, left: 500)];
        List<MotRow> tracks = [.. Path(7, 1, 5), .. Path(7, 6, 10, left: 500), .. Path(8, 1, 5, left: 500), .. Path(8, 6, 10)];

        AssertEqual((Math.Sqrt(1 / 3.0), 1, 1 / 3.0), Hota.Evaluate(truth, tracks));
    }

    [Fact]
    public void A_poor_overlap_counts_at_the_levels_it_reaches()
    {
        // Boxes of 40 shifted by 10 overlap by 30 / 50 = 0.6: matches at 0.05 .. 0.60, which are 12 of 19 levels.
        AssertEqual((12 / 19.0, 12 / 19.0, 12 / 19.0), Hota.Evaluate(Path(1, 1, 10), Path(7, 1, 10, left: 10)));
    }

    [Fact]
    public void The_track_that_goes_with_the_person_is_matched_though_another_box_fits_better()
    {
        // Track 8 lies exactly on the person, but for one frame only; track 7 goes all the way at an overlap of 0.6.
        List<MotRow> tracks = [.. Path(7, 1, 10, left: 10), .. Path(8, 5, 5)];

        // Up to 0.60 there are 10 matches and one false positive; above that, none.
        AssertEqual((12 / 19.0 * Math.Sqrt(10 / 11.0), 12 / 19.0 * 10 / 11, 12 / 19.0), Hota.Evaluate(Path(1, 1, 10), tracks));
    }

    [Fact]
    public void Rows_of_confidence_zero_are_left_out()
    {
        List<MotRow> truth = [.. Path(1, 1, 10), .. Path(2, 1, 10, left: 500).Select(r => r with { Confidence = 0 })];

        AssertEqual((1, 1, 1), Hota.Evaluate(truth, Path(7, 1, 10)));
    }

    private static void AssertEqual((double Score, double Detection, double Association) expected, Hota hota)
    {
        Assert.Equal(expected.Score, hota.Score, 9);
        Assert.Equal(expected.Detection, hota.Detection, 9);
        Assert.Equal(expected.Association, hota.Association, 9);
    }

    /// <summary>A box of 40 by 100 that stands still.</summary>
    private static List<MotRow> Path(int id, int from, int to, float left = 0) =>
        [.. Enumerable.Range(from, to - from + 1).Select(frame => new MotRow(frame, id, new Box(left, 0, left + 40, 100), 1))];
}
