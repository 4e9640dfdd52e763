using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host.Evaluation.Events;

namespace SocialCredit.Edge.Agent.Tests.Host.Evaluation;

public sealed class EventMatchingTests
{
    [Fact]
    public void Each_true_event_gets_one_seen_one_within_ten_seconds()
    {
        TimedEvent[] truth = [new(10, "passage"), new(12, "passage"), new(50, "passage")];
        TimedEvent[] seen = [new(13, "passage"), new(9, "passage"), new(60.1, "passage")];

        Assert.Equal([1, 0, -1], EventMatching.Match(truth, seen));
    }

    [Fact]
    public void Another_behaviour_line_or_direction_is_no_match()
    {
        TimedEvent[] truth = [new(10, "line_passage", "gate", Crossing.LeftToRight)];
        TimedEvent[] seen =
        [
            new(10, "passage"), new(10, "line_passage", "kerb", Crossing.LeftToRight), new(10, "line_passage", "gate", Crossing.RightToLeft),
        ];

        Assert.Equal([-1], EventMatching.Match(truth, seen));
    }

    [Fact]
    public void As_many_pairs_are_made_as_can_be()
    {
        // The nearest first would take 18 for 12 and leave 27 alone.
        TimedEvent[] truth = [new(12, "passage"), new(27, "passage")];
        TimedEvent[] seen = [new(18, "passage"), new(4, "passage")];

        Assert.Equal([1, 0], EventMatching.Match(truth, seen));
    }

    [Fact]
    public void Scores_are_those_of_the_counts()
    {
        TimedEvent[] truth = [new(10, "passage"), new(50, "passage"), new(90, "passage"), new(10, "wrong_way")];
        TimedEvent[] seen = [new(10, "passage"), new(52, "passage"), new(300, "passage"), new(400, "passage")];

        var scores = EventScores.Of(["passage"], truth, seen, hours: 0.5).Single();

        Assert.Equal((2, 3, 4, 1, 2), (scores.Hits, scores.Truth, scores.Seen, scores.Missed, scores.False));
        Assert.Equal(0.5, scores.Precision, 9);
        Assert.Equal(2 / 3.0, scores.Recall, 9);
        Assert.Equal(4 / 7.0, scores.F1, 9);
        Assert.Equal(4, scores.FalsePerHour, 9);
        Assert.Equal(1 / 3.0, scores.CountError, 9);
        // Wilson for 2 of 4: 0.150 to 0.850.
        Assert.Equal(0.150, scores.PrecisionInterval.Low, 3);
        Assert.Equal(0.850, scores.PrecisionInterval.High, 3);
    }
}
