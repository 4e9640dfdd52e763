using CsCheck;
using SocialCredit.Edge.Anonymisation;

namespace SocialCredit.Edge.Agent.Tests.Anonymisation;

public sealed class WindowCountsTests
{
    private static readonly DateTimeOffset Nine = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    private static readonly string[] Behaviours = ["red_crossing", "wrong_way", "waited_on_red"];

    private static readonly string[] Seen = ["passage", "line_passage", .. Behaviours, "dwell"];

    private static readonly Gen<(int Track, string Behaviour)[]> Events =
        Gen.Select(Gen.Int[1, 12], Gen.Int[0, Seen.Length - 1].Select(i => Seen[i])).Array[0, 80];

    [Fact]
    public void A_track_counts_once_and_with_the_first_behaviour_of_the_policy()
    {
        var counts = Open();
        foreach (var behaviour in (string[])["waited_on_red", "passage", "line_passage", "passage", "red_crossing", "red_crossing"])
            counts.Observe(7, behaviour);

        counts.End(7, Nine.AddMinutes(1));

        Assert.Equal(1, counts.Totals().Passages);
        Assert.Equal([1L, 0, 0], counts.Totals().Counts);
    }

    [Fact]
    public void Nothing_counts_before_its_track_has_ended()
    {
        var counts = Open();
        counts.Observe(7, "passage");

        Assert.Equal(0, counts.Totals().Passages);
        Assert.Equal(1, counts.TracksHeld);
    }

    [Fact]
    public void One_track_more_changes_the_passages_by_one_at_most_and_the_counts_by_one_in_all() =>
        Events.Sample(events =>
        {
            var with = Count(events);
            var without = Count([.. events.Where(seen => seen.Track != 1)]);

            Assert.InRange(with.Passages - without.Passages, 0, 1);
            Assert.InRange(with.Counts.Zip(without.Counts, (a, b) => Math.Abs(a - b)).Sum(), 0, 1);
        });

    [Fact]
    public void The_order_of_events_and_the_numbers_of_tracks_do_not_matter() =>
        Gen.Select(Events, Gen.Int[0, 1000]).SelectMany((events, offset) =>
            Gen.Shuffle(events).Select(shuffled => (events, shuffled: shuffled.Select(seen => (seen.Track * 31 + offset, seen.Behaviour)))))
        .Sample(both => AssertSame(Count(both.events), Count([.. both.shuffled])));

    [Fact]
    public void A_replay_of_the_same_tracks_gives_the_same_totals() =>
        Events.Sample(events => AssertSame(Count(events), Count(events)));

    [Fact]
    public void Totals_are_those_of_a_plain_count() =>
        Events.Sample(events =>
        {
            var totals = Count(events);

            var tracks = events.GroupBy(seen => seen.Track).Select(track => track.Select(seen => seen.Behaviour).ToHashSet()).ToArray();
            Assert.Equal(tracks.Count(did => did.Contains("passage") || did.Contains("line_passage")), totals.Passages);
            Assert.Equal(
                Behaviours.Select(behaviour => (long)tracks.Count(did => Behaviours.FirstOrDefault(did.Contains) == behaviour)), totals.Counts);
        });

    [Fact]
    public void A_track_counts_in_the_window_in_which_it_ends()
    {
        var counts = Open();
        counts.Observe(7, "passage");
        Assert.True(counts.TryClose(Nine.AddHours(1), out var first));

        counts.End(7, Nine.AddHours(1));

        Assert.Equal(0, first.Take().Passages);
        Assert.True(counts.TryClose(Nine.AddHours(2), out var second));
        Assert.Equal(1, second.Take().Passages);
        Assert.Equal(Nine.AddHours(1), second.Start);
    }

    [Fact]
    public void A_track_cannot_end_after_the_window_before_that_is_closed()
    {
        var counts = Open();

        var error = Assert.Throws<InvalidOperationException>(() => counts.End(7, Nine.AddHours(1)));

        Assert.Contains("The window of crossing-north at 2026-11-22 09:00:00Z has ended; close it", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_held_of_a_track_that_has_ended()
    {
        var counts = Open();
        for (var track = 1; track <= 100; track++)
        {
            counts.Observe(track, "passage");
            counts.End(track, Nine);
        }

        Assert.Equal(0, counts.TracksHeld);
        Assert.Equal(100, counts.Totals().Passages);
    }

    [Fact]
    public void At_the_end_of_a_source_every_track_ends()
    {
        var counts = Open();
        counts.Observe(1, "passage");
        counts.Observe(2, "wrong_way");

        counts.EndAll(Nine);

        Assert.Equal((1, 1, 0), (counts.Totals().Passages, counts.Totals().Counts[1], counts.TracksHeld));
    }

    [Fact]
    public void More_tracks_than_may_be_held_are_left_out_and_counted()
    {
        var counts = new WindowCounts("crossing-north", 3600, Behaviours, Nine, tracksMax: 2);
        foreach (var track in (int[])[1, 2, 3, 2])
            counts.Observe(track, "passage");

        Assert.Equal((2, 1), (counts.TracksHeld, counts.TracksLeftOut));
    }

    [Fact]
    public void Every_window_has_its_end_also_those_in_which_the_agent_slept()
    {
        var counts = Open();
        List<DateTimeOffset> starts = [];

        while (counts.TryClose(Nine.AddHours(3).AddMinutes(5), out var closed))
            starts.Add(closed.Start);

        Assert.Equal([Nine, Nine.AddHours(1), Nine.AddHours(2)], starts);
        Assert.Equal(Nine.AddHours(3), counts.Start);
    }

    [Fact]
    public void A_clock_that_leaps_by_years_does_not_make_a_record_for_every_hour()
    {
        var counts = new WindowCounts("crossing-north", 3600, Behaviours, DateTimeOffset.UnixEpoch);

        Assert.True(counts.TryClose(Nine, out _));
        Assert.False(counts.TryClose(Nine, out _));
        Assert.Equal(Nine, counts.Start);
    }

    [Fact]
    public void A_clock_that_is_set_back_by_days_opens_a_lost_window()
    {
        var counts = Open();
        counts.Watched(TimeSpan.FromMinutes(10));

        Assert.False(counts.TryClose(Nine.AddDays(-2), out _));

        Assert.Equal(Nine.AddDays(-2), counts.Start);
        Assert.True(counts.Totals().IsLost);
    }

    [Fact]
    public void A_clock_that_is_set_back_a_little_changes_nothing()
    {
        var counts = Open();
        counts.Observe(1, "passage");

        Assert.False(counts.TryClose(Nine.AddSeconds(-2), out _));
        counts.End(1, Nine.AddSeconds(-2));

        Assert.Equal((Nine, 1, false), (counts.Start, counts.Totals().Passages, counts.Totals().IsLost));
    }

    [Theory]
    [InlineData("passage")]
    [InlineData("dwell")]
    [InlineData("sleeping")]
    public void A_behaviour_that_is_not_scored_is_refused(string behaviour)
    {
        var error = Assert.Throws<ArgumentException>(() => new WindowCounts("crossing-north", 3600, ["red_crossing", behaviour], Nine));

        Assert.Contains($"'{behaviour}' is not a scored behaviour of the catalogue.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_behaviour_that_stands_twice_is_refused() =>
        Assert.Throws<ArgumentException>(() => new WindowCounts("crossing-north", 3600, ["red_crossing", "red_crossing"], Nine));

    [Fact]
    public void Frames_allocate_nothing()
    {
        var counts = Open();
        PlayFrames(counts, 2000);
        var before = GC.GetAllocatedBytesForCurrentThread();

        PlayFrames(counts, 2000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void PlayFrames(WindowCounts counts, int frames)
    {
        for (var frame = 0; frame < frames; frame++)
        {
            counts.TryClose(Nine, out _);
            counts.Observe(frame, "passage");
            counts.Observe(frame, "wrong_way");
            counts.Watched(TimeSpan.FromMilliseconds(100));
            if (frame >= 50)
                counts.End(frame - 50, Nine);
        }

        counts.EndAll(Nine);
    }

    private static WindowCounts Open() => new("crossing-north", 3600, Behaviours, Nine.AddMinutes(12));

    private static WindowTotals Count((int Track, string Behaviour)[] events)
    {
        var counts = Open();
        foreach (var (track, behaviour) in events)
            counts.Observe(track, behaviour);
        foreach (var track in events.Select(seen => seen.Track).Distinct())
            counts.End(track, Nine);
        return counts.Totals();
    }

    private static void AssertSame(WindowTotals one, WindowTotals other)
    {
        Assert.Equal(one.Passages, other.Passages);
        Assert.Equal(one.Counts, other.Counts);
    }
}
