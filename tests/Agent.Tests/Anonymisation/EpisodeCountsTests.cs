using CsCheck;
using SocialCredit.Edge.Anonymisation;

namespace SocialCredit.Edge.Agent.Tests.Anonymisation;

/// <summary>Encounters, pulses and objects count by themselves; what one person can change is stated all the same.</summary>
public sealed class EpisodeCountsTests
{
    private static readonly DateTimeOffset Nine = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    private static readonly string[] Behaviours = ["near_miss", "red_crossing", "bin_used"];

    /// <summary>An episode of two tracks, or what the first did alone where the second is 0.</summary>
    private static readonly Gen<(int Track, int Other, string Behaviour)[]> Happenings =
        Gen.Select(Gen.Int[1, 6], Gen.Int[0, 6], Gen.Int[0, 2].Select(i => Behaviours[i])).Array[0, 60];

    [Fact]
    public void An_episode_counts_at_once_and_each_time()
    {
        var counts = Open();

        counts.ObserveEpisode("bin_used");
        counts.ObserveEpisode("bin_used");

        Assert.Equal([0L, 0, 2], counts.Totals().Counts);
        Assert.Equal((0, 0), (counts.Totals().Passages, counts.TracksHeld));
    }

    [Fact]
    public void An_episode_that_is_not_scored_here_changes_nothing()
    {
        var counts = Open();

        counts.ObserveEpisode("yielded");
        counts.ObserveEpisode("passage");

        Assert.Equal([0L, 0, 0], counts.Totals().Counts);
        Assert.Equal(0, counts.Totals().Passages);
    }

    [Fact]
    public void Without_a_person_who_was_in_j_episodes_the_counts_differ_by_at_most_1_and_j() =>
        Happenings.Sample(happenings =>
        {
            var with = Count(happenings);
            var without = Count([.. happenings.Where(seen => seen.Track != 1 && seen.Other != 1)]);

            var episodes = happenings.Count(seen => seen.Other != 0 && (seen.Track == 1 || seen.Other == 1));
            Assert.InRange(with.Counts.Zip(without.Counts, (a, b) => Math.Abs(a - b)).Sum(), 0, 1 + episodes);
        });

    private static WindowCounts Open() => new("crossing-north", 3600, Behaviours, Nine.AddMinutes(12));

    private static WindowTotals Count((int Track, int Other, string Behaviour)[] happenings)
    {
        var counts = Open();
        foreach (var (track, other, behaviour) in happenings)
        {
            if (other != 0)
                counts.ObserveEpisode(behaviour);
            else
                counts.Observe(track, behaviour);
        }

        counts.EndAll(Nine);
        return counts.Totals();
    }
}
