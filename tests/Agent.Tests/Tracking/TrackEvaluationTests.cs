using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Tests.Tracking;

public sealed class TrackEvaluationTests
{
    [Fact]
    public void Perfect_tracks_score_one()
    {
        var truth = Path(1, 1, 10, 0);

        var scores = TrackEvaluation.Evaluate(truth, Path(7, 1, 10, 0));

        Assert.Equal((1.0, 1.0, 1.0), (scores.Mota, scores.Idf1, scores.TracksPerPerson));
    }

    [Fact]
    public void Misses_and_false_positives_count_against_the_truth()
    {
        var truth = Path(1, 1, 10, 0);
        List<MotRow> tracks = [.. Path(7, 1, 8, 0), .. Path(8, 1, 3, 500)];

        var scores = TrackEvaluation.Evaluate(truth, tracks);

        Assert.Equal((2, 3, 0), (scores.Misses, scores.FalsePositives, scores.Switches));
        Assert.Equal(1 - (5 / 10.0), scores.Mota, 9);
        Assert.Equal(2 * 8 / (10.0 + 11), scores.Idf1, 9);
        Assert.Equal((8 / 11.0, 8 / 10.0), (scores.IdPrecision, scores.IdRecall));
    }

    [Fact]
    public void A_new_id_after_a_gap_is_one_switch_and_two_tracks()
    {
        var truth = Path(1, 1, 10, 0);
        List<MotRow> tracks = [.. Path(7, 1, 4, 0), .. Path(8, 7, 10, 0)];

        var scores = TrackEvaluation.Evaluate(truth, tracks);

        Assert.Equal((1, 2.0, 4), (scores.Switches, scores.TracksPerPerson, scores.IdentityMatches));
    }

    [Fact]
    public void Swapped_ids_are_two_switches_though_every_box_is_matched()
    {
        List<MotRow> truth = [.. Path(1, 1, 10, 0), .. Path(2, 1, 10, 500)];
        List<MotRow> tracks = [.. Path(7, 1, 6, 0), .. Path(7, 7, 10, 500), .. Path(8, 1, 6, 500), .. Path(8, 7, 10, 0)];

        var scores = TrackEvaluation.Evaluate(truth, tracks);

        Assert.Equal((2, 20, 12), (scores.Switches, scores.Matches, scores.IdentityMatches));
        Assert.Equal(0.6, scores.Idf1, 9);
    }

    [Fact]
    public void A_pair_is_kept_while_it_overlaps_though_another_box_fits_better()
    {
        var truth = Path(1, 1, 10, 0);
        List<MotRow> tracks = [.. Path(7, 1, 10, 10), .. Path(8, 5, 10, 0)];

        Assert.Equal(0, TrackEvaluation.Evaluate(truth, tracks).Switches);
    }

    [Fact]
    public void As_many_people_as_possible_are_matched()
    {
        // Box 7 fits the first person best, but it is the only one that fits the second at all.
        List<MotRow> truth = [.. Path(1, 1, 1, 0), .. Path(2, 1, 1, 12)];
        List<MotRow> tracks = [.. Path(7, 1, 1, 2), .. Path(8, 1, 1, -12)];

        Assert.Equal(2, TrackEvaluation.Evaluate(truth, tracks).Matches);
    }

    [Fact]
    public void Rows_of_confidence_zero_are_left_out()
    {
        List<MotRow> truth = [.. Path(1, 1, 10, 0), .. Path(2, 1, 10, 500).Select(r => r with { Confidence = 0 })];

        var scores = TrackEvaluation.Evaluate(truth, Path(7, 1, 10, 0));

        Assert.Equal((1.0, 1, 10), (scores.Mota, scores.People, scores.Truth));
    }

    [Fact]
    public void A_person_never_matched_counts_as_one_track()
    {
        List<MotRow> truth = [.. Path(1, 1, 10, 0), .. Path(2, 1, 10, 500)];
        List<MotRow> tracks = [.. Path(7, 1, 3, 0), .. Path(8, 4, 6, 0), .. Path(9, 7, 10, 0)];

        Assert.Equal((3 + 1) / 2.0, TrackEvaluation.Evaluate(truth, tracks).TracksPerPerson);
    }

    [Fact]
    public void Nothing_against_nothing_is_zero() =>
        Assert.Equal((0.0, 0.0, 0.0), (Empty.Mota, Empty.Idf1, Empty.TracksPerPerson));

    private static TrackScores Empty => TrackEvaluation.Evaluate([], []);

    /// <summary>A box of 40 by 100 that stands still.</summary>
    private static List<MotRow> Path(int id, int from, int to, float left) =>
        [.. Enumerable.Range(from, to - from + 1).Select(frame => new MotRow(frame, id, new Box(left, 0, left + 40, 100), 1))];
}
