using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host.Evaluation.Events;

namespace SocialCredit.Edge.Agent.Tests.Host.Evaluation;

/// <summary>True events and seen ones are paired one to one.</summary>
public sealed class EventMatchingTests
{
    [Fact]
    public void An_event_is_right_up_to_ten_seconds_away_on_either_side()
    {
        List<TimedEvent> truth = [new(20, "passage"), new(50, "passage"), new(80, "passage")];
        List<TimedEvent> seen = [new(10, "passage"), new(60, "passage"), new(90.1, "passage")];

        Assert.Equal([0, 1, -1], EventMatching.Match(truth, seen));
    }

    [Fact]
    public void One_seen_event_stands_for_one_true_one()
    {
        List<TimedEvent> truth = [new(20, "passage"), new(21, "passage")];
        List<TimedEvent> seen = [new(20.5, "passage")];

        Assert.Equal([0, -1], EventMatching.Match(truth, seen));
    }

    [Fact]
    public void The_earliest_are_paired_so_that_as_many_as_possible_find_one()
    {
        // The nearest to 20 is 18, but then nothing is left for 9.
        List<TimedEvent> truth = [new(20, "passage"), new(9, "passage")];
        List<TimedEvent> seen = [new(29, "passage"), new(18, "passage")];

        Assert.Equal([0, 1], EventMatching.Match(truth, seen));
    }

    [Fact]
    public void Another_behaviour_or_line_or_direction_is_no_match()
    {
        List<TimedEvent> truth = [new(5, "line_passage", "gate", Crossing.LeftToRight)];
        List<TimedEvent> seen =
        [
            new(5, "passage"),
            new(5, "line_passage", "door", Crossing.LeftToRight),
            new(5, "line_passage", "gate", Crossing.RightToLeft),
        ];

        Assert.Equal([-1], EventMatching.Match(truth, seen));
    }

    [Fact]
    public void Scores_count_what_was_missed_and_what_was_false()
    {
        List<TimedEvent> truth = [new(5, "passage"), new(40, "passage"), new(80, "passage"), new(90, "wrong_way")];
        List<TimedEvent> seen = [new(6, "passage"), new(41, "passage"), new(60, "passage")];

        var scores = EventScores.Of(["passage", "wrong_way", "dwell"], truth, seen, hours: 0.5).ToList();

        var passage = scores[0];
        Assert.Equal((3, 3, 2, 1, 1), (passage.Truth, passage.Seen, passage.Hits, passage.Missed, passage.False));
        Assert.Equal(2.0 / 3, passage.F1, 6);
        Assert.Equal(2, passage.FalsePerHour);
        Assert.Equal(0, passage.CountError);
        Assert.Equal((1, 0, 0), (scores[1].Truth, scores[1].Hits, scores[1].F1));
        Assert.Equal((0, 0), (scores[2].Truth, scores[2].Seen));
    }

    [Fact]
    public void Scores_of_two_scenes_add_up()
    {
        var sum = new EventScores("passage", 2, 3, 4, 0.5) + new EventScores("passage", 1, 2, 1, 1.5);

        Assert.Equal(new EventScores("passage", 3, 5, 5, 2), sum);
        Assert.Equal(1, sum.FalsePerHour);
    }
}
