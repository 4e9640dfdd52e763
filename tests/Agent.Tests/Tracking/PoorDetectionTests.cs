using static SocialCredit.Edge.Tests.Tracking.TrackerRun;

namespace SocialCredit.Edge.Tests.Tracking;

/// <summary>Detections of low score: they continue tracks, start none, and cost more than sure ones.</summary>
public sealed class PoorDetectionTests
{
    [Fact]
    public void Poor_detections_start_no_track()
    {
        var run = new TrackerRun();

        for (var i = 0; i < 50; i++)
            run.Frame(At(100, confidence: 0.5f));

        Assert.Empty(run.Tracks);
    }

    [Fact]
    public void Poor_detections_continue_a_track()
    {
        var run = new TrackerRun();
        run.Walk(5, 100);

        for (var i = 5; i < 60; i++)
            run.Frame(At(100 + (8 * i), confidence: 0.2f));

        Assert.Equal([1], run.Ids);
        Assert.True(run.Tracks[0].IsSeen);
    }

    [Fact]
    public void A_poor_detection_finds_a_track_again_that_was_unseen_for_a_moment()
    {
        var run = new TrackerRun();
        run.Walk(10, 100);
        run.Wait(3);

        run.Frame(At(100 + (8 * 13), confidence: 0.3f));

        Assert.True(Assert.Single(run.Tracks).IsSeen);
    }

    [Fact]
    public void What_is_seen_poorly_now_and_then_does_not_live_on()
    {
        var run = new TrackerRun();
        for (var i = 0; i < 5; i++)
            run.Frame(At(200));

        for (var i = 0; i < 20; i++)
        {
            run.Frame(At(200, confidence: 0.3f));
            run.Wait(2);
        }

        Assert.Equal([1], run.Ended);
        Assert.Empty(run.Tracks);
    }

    [Fact]
    public void A_sure_box_of_a_neighbour_does_not_take_a_track_whose_own_box_is_poor()
    {
        var run = new TrackerRun();
        for (var i = 0; i < 20; i++)
            run.Frame(At(200));

        // A second one steps out from behind the first, whom the detector now sees badly.
        for (var i = 0; i < 10; i++)
            run.Frame(At(200, confidence: 0.4f), At(222 + (6 * i)));

        Assert.Equal(200, run.Tracks.Single(t => t.Id == 1).Box.Left, 3.0);
        Assert.Equal(276, run.Tracks.Single(t => t.Id == 2).Box.Left, 3.0);
    }

    [Fact]
    public void A_sure_box_goes_before_a_poor_one_that_fits_a_little_better()
    {
        var run = new TrackerRun();
        for (var i = 0; i < 20; i++)
            run.Frame(At(200));

        run.Frame(At(200, confidence: 0.3f), At(204));

        Assert.Equal(0.9f, Assert.Single(run.Tracks).Confidence);
    }
}
