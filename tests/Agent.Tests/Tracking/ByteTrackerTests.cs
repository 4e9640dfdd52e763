using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Tracking;
using static SocialCredit.Edge.Tests.Tracking.TrackerRun;

namespace SocialCredit.Edge.Tests.Tracking;

public sealed class ByteTrackerTests
{
    [Fact]
    public void A_track_is_given_out_once_it_is_confirmed()
    {
        var run = new TrackerRun();

        run.Frame(At(100));
        Assert.Empty(run.Tracks);
        run.Frame(At(105));

        var track = Assert.Single(run.Tracks);
        Assert.Equal((1, ObjectClass.Person, 0.9f, true), (track.Id, track.Class, track.Confidence, track.IsSeen));
    }

    [Fact]
    public void A_lone_detection_leaves_no_trace()
    {
        var run = new TrackerRun();

        run.Frame(At(100, confidence: 1));
        run.Wait(5);
        run.Frame(At(100, confidence: 1));

        Assert.Empty(run.Tracks);
        Assert.Empty(run.Ended);
    }

    [Fact]
    public void A_lost_track_is_forgotten_after_its_time()
    {
        var run = new TrackerRun();
        run.Walk(10, 100);

        run.Wait(14);
        Assert.Empty(run.Ended);
        run.Wait(3);

        Assert.Equal([1], run.Ended);
    }

    [Fact]
    public void A_track_hidden_behind_another_is_kept_longer()
    {
        var run = new TrackerRun();
        for (var i = 0; i < 20; i++)
            run.Frame(At(200), At(300 - (5 * i)));

        // The second one steps behind the first and stays there for two seconds.
        for (var i = 0; i < 20; i++)
            run.Frame(At(200));

        Assert.Empty(run.Ended);
    }

    [Fact]
    public void A_walker_comes_back_from_behind_a_post_with_the_same_id()
    {
        var run = new TrackerRun();
        run.Walk(20, 100);
        run.Wait(8);

        run.Walk(5, 100 + (8 * 28));

        Assert.Equal([1], run.Ids);
    }

    [Fact]
    public void A_walker_who_slowed_down_out_of_sight_is_linked_by_motion()
    {
        var run = new TrackerRun();
        run.Walk(20, 100);
        run.Wait(8);

        // 70 pixels short of where the motion leads: boxes of 40 pixels no longer overlap.
        run.Walk(5, 100 + (8 * 28) - 70);

        Assert.Equal([1], run.Ids);
        Assert.Empty(run.Ended);
    }

    [Fact]
    public void A_well_known_track_is_predicted_for_a_moment()
    {
        var run = new TrackerRun();
        run.Walk(30, 100);

        run.Frame();
        var track = Assert.Single(run.Tracks);
        run.Wait(2);

        Assert.False(track.IsSeen);
        Assert.Equal(100 + (8 * 30), track.Box.Left, 3.0);
        Assert.Empty(run.Tracks);
    }

    [Fact]
    public void A_well_known_track_is_predicted_longer_while_another_hides_it()
    {
        var run = new TrackerRun();
        for (var i = 0; i < 25; i++)
            run.Frame(At(200), At(325 - (5 * i)));

        for (var i = 0; i < 4; i++)
            run.Frame(At(200));

        Assert.Equal([1, 2], run.Ids);
        Assert.False(run.Tracks.Single(t => t.Id == 2).IsSeen);
    }

    [Fact]
    public void One_bad_frame_never_teleports_a_track()
    {
        // Overlap and reach are opened as wide as they go, so that the speed gate alone stands between.
        var run = new TrackerRun(options: new ByteTrackerOptions { OverlapMargin = 1, OverlapMin = 0.01, RelinkReach = 10 });
        run.Walk(20, 100);
        var before = run.Tracks[0].Box;

        run.Frame(At(before.Left + 95));

        Assert.DoesNotContain(run.Tracks, t => t.Box.Left > before.Left + 30);
        run.Frame(At(before.Left + 16));
        Assert.Contains(run.Tracks, t => t.Id == 1 && t.IsSeen && t.Box.Left < before.Left + 30);
    }

    [Fact]
    public void A_clock_that_goes_backwards_ends_every_track()
    {
        var run = new TrackerRun();
        run.Walk(10, 100);

        run.Now -= TimeSpan.FromSeconds(5);
        run.Walk(2, 180);

        Assert.Equal([1], run.Ended);
        Assert.Equal([2], run.Ids);
    }

    [Fact]
    public void A_long_gap_ends_every_track()
    {
        var run = new TrackerRun();
        run.Walk(10, 100);

        run.Now += TimeSpan.FromMinutes(1);
        run.Walk(2, 180);

        Assert.Equal([1], run.Ended);
        Assert.Equal([2], run.Ids);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(30)]
    public void Ids_hold_at_any_frame_rate(double framesPerSecond)
    {
        var run = new TrackerRun(framesPerSecond);

        run.Walk((int)(6 * framesPerSecond), 100, speed: 120);

        Assert.Equal([1], run.Ids);
    }

    [Fact]
    public void Two_frames_a_second_are_enough_for_one_who_strolls()
    {
        var run = new TrackerRun(framesPerSecond: 2);

        run.Walk(12, 100, speed: 30);

        Assert.Equal([1], run.Ids);
    }

    [Fact]
    public void People_who_pass_each_other_keep_their_ids()
    {
        var run = new TrackerRun();

        for (var i = 0; i < 40; i++)
            run.Frame(At(100 + (10 * i)), At(500 - (10 * i), top: 110));

        Assert.Equal([1, 2], run.Ids);
        Assert.Equal(490, run.Tracks.Single(t => t.Id == 1).Box.Left, 5.0);
    }

    [Fact]
    public void A_rider_called_person_and_bicycle_by_turns_is_one_track_of_the_more_frequent_class()
    {
        var run = new TrackerRun();

        for (var i = 0; i < 40; i++)
            run.Frame(At(100 + (10 * i), @class: i % 3 == 0 ? ObjectClass.Person : ObjectClass.Bicycle));

        Assert.Equal((1, ObjectClass.Bicycle), (run.Tracks.Single().Id, run.Tracks.Single().Class));
    }

    [Fact]
    public void A_rider_seen_as_person_and_as_bicycle_at_once_is_two_tracks_of_their_classes()
    {
        var run = new TrackerRun();

        for (var i = 0; i < 40; i++)
            run.Frame(At(100 + (10 * i), top: 115, @class: ObjectClass.Bicycle), At(100 + (10 * i)));

        Assert.Equal([ObjectClass.Person, ObjectClass.Bicycle], run.Tracks.Select(t => t.Class).Order());
    }

    [Fact]
    public void A_person_never_continues_a_vehicle()
    {
        var run = new TrackerRun();
        for (var i = 0; i < 10; i++)
            run.Frame(At(100, @class: ObjectClass.Vehicle));

        for (var i = 0; i < 3; i++)
            run.Frame(At(100));

        Assert.Contains(run.Tracks, t => t.Id == 2 && t.Class == ObjectClass.Person);
    }

    [Theory]
    [InlineData(float.NaN, 100, 140, 200)]
    [InlineData(float.NegativeInfinity, 100, float.PositiveInfinity, 200)]
    [InlineData(140, 100, 100, 200)]
    [InlineData(100, 100, 140, 100)]
    public void Boxes_that_are_no_boxes_are_ignored(float left, float top, float right, float bottom)
    {
        var run = new TrackerRun(options: new ByteTrackerOptions { EvidenceMin = 0.5 });

        for (var i = 0; i < 10; i++)
            run.Frame(At(100 + (8 * i)), new Detection(new Box(left, top, right, bottom), ObjectClass.Person, 0.9f));

        Assert.Equal([1], run.Ids);
        Assert.Equal(172, run.Tracks[0].Box.Left, 3.0);
    }

    [Fact]
    public void Ids_are_not_used_again()
    {
        var run = new TrackerRun();

        for (var visit = 0; visit < 3; visit++)
        {
            run.Walk(10, 100);
            run.Wait(20);
        }

        Assert.Equal([1, 2, 3], run.Ended);
    }

    [Fact]
    public void A_frame_allocates_nothing_in_the_steady_state()
    {
        var (tracker, tracks, ended) = (new ByteTracker(new ByteTrackerOptions()), new List<Track>(), new List<int>());
        var random = new Random(1);
        var frames = Enumerable.Range(0, 600).Select(i => Crowd(i, random)).ToArray();
        void Play(int round)
        {
            for (var i = 0; i < frames.Length; i++)
                tracker.Update(frames[i], DateTimeOffset.UnixEpoch.AddSeconds((round * 60) + (i / 10.0)), tracks, ended);
        }

        Play(0);
        Play(1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Play(2);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, bytes);
    }

    /// <summary>Twelve walkers who come and go, some frames missing, some scores poor.</summary>
    private static Detection[] Crowd(int frame, Random random) =>
    [
        .. Enumerable.Range(0, 12)
            .Where(_ => random.NextDouble() < 0.85)
            .Select(walker => At(((frame + (50 * walker)) % 400) * 3, 20 * walker, random.NextSingle())),
    ];
}
