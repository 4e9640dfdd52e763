using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Audit.Measures;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Agent.Tests.Anonymisation;

public sealed class AnonymiserTests
{
    private static readonly DateTimeOffset Nine = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Not_even_the_greatest_noise_releases_a_window_with_too_few_passages()
    {
        Assert.Equal(RecordStatus.Low, Standard(new GreatNoise()).Release(Window(passages: 29)).Status);
        Assert.Equal(30 + 250, Standard(new GreatNoise()).Release(Window(passages: 30)).Passages);
    }

    [Fact]
    public void Enough_passages_are_not_released_below_the_threshold_of_the_noised_ones()
    {
        var anonymiser = Standard(new SeededRandom(32));

        var released = Enumerable.Range(0, 20_000).Select(_ => anonymiser.Release(Window(passages: 30))).Count(r => r.Status == RecordStatus.Ok);

        // delta is 7.4e-7 a window.
        Assert.Equal(0, released);
    }

    [Theory]
    [InlineData(1.5, 30, 64)]
    [InlineData(1.55, 31, 65)]
    [InlineData(2.01, 41, 75)]
    public void The_thresholds_follow_the_tracks_per_person(double tracksPerPerson, long passagesMin, long noisedMin)
    {
        var rule = ReleaseRule.For((decimal)tracksPerPerson);

        Assert.Equal(new ReleaseRule(passagesMin, noisedMin), rule);
        Assert.True(rule.Permits(passagesMin, noisedMin));
        Assert.False(rule.Permits(passagesMin - 1, long.MaxValue));
        Assert.False(rule.Permits(long.MaxValue, noisedMin - 1));
    }

    [Fact]
    public void Fewer_tracks_per_person_than_one_and_a_half_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ReleaseRule.For(1.4m));

    [Fact]
    public void Numbers_that_are_released_carry_the_noise_of_the_stated_epsilons()
    {
        var anonymiser = Standard(new SeededRandom(33));

        var records = Enumerable.Range(0, 50_000).Select(_ => anonymiser.Release(Window(passages: 1000, count: 100))).ToArray();

        Assert.All(records, record => Assert.Equal(RecordStatus.Ok, record.Status));
        Assert.Equal(12.33, Variance(records.Select(r => r.Passages - 1000.0)), 0.4);
        Assert.Equal(5.39, Variance(records.Select(r => r.Counts[0].Count - 100.0)), 0.2);
        Assert.Equal(5.39, Variance(records.Select(r => r.Counts[1].Count + 0.0)), 0.2);
    }

    [Fact]
    public void Noised_counts_below_zero_are_kept()
    {
        var anonymiser = Standard(new SeededRandom(34));

        Assert.Contains(Enumerable.Range(0, 100).Select(_ => anonymiser.Release(Window(passages: 1000))), r => r.Counts[0].Count < 0);
    }

    [Fact]
    public void Noise_is_drawn_once_for_a_window()
    {
        var random = new SeededRandom(35);
        var anonymiser = Standard(random);
        var window = Window(passages: 500);
        anonymiser.Release(window);
        var draws = random.Draws;

        var error = Assert.Throws<InvalidOperationException>(() => anonymiser.Release(window));

        Assert.Equal("The window of crossing-north at 2026-11-22 09:00:00Z has its record already; send that one again.", error.Message);
        Assert.Equal(draws, random.Draws);
    }

    [Fact]
    public void The_demonstration_publishes_what_was_counted()
    {
        var random = new SeededRandom(36);
        var anonymiser = new Anonymiser(Options(PrivacyProfile.Demo), random);

        var record = anonymiser.Release(Window(passages: 3, count: 2));

        Assert.Equal((RecordStatus.Ok, 3, 2, 0), (record.Status, record.Passages, record.Counts[0].Count, random.Draws));
    }

    [Fact]
    public void A_window_that_nobody_watched_is_off_and_one_whose_state_is_gone_is_lost()
    {
        var anonymiser = Standard(new SeededRandom(37));

        var off = anonymiser.Release(Window(passages: 1000, watched: TimeSpan.Zero));
        var lost = anonymiser.Release(Window(passages: 1000, isLost: true));

        Assert.Equal((RecordStatus.Off, 0, 0), (off.Status, off.Coverage, off.Passages));
        Assert.Equal((RecordStatus.Lost, 10, 0), (lost.Status, lost.Coverage, lost.Passages));
        Assert.All(off.Counts.Concat(lost.Counts), count => Assert.Equal(0, count.Count));
    }

    [Theory]
    [InlineData(3600, 10)]
    [InlineData(3599, 10)]
    [InlineData(9999, 10)]
    [InlineData(1800, 5)]
    [InlineData(400, 1)]
    [InlineData(100, 0)]
    public void Coverage_is_in_tenths(int seconds, int tenths)
    {
        var record = Standard(new SeededRandom(38)).Release(Window(passages: 1000, watched: TimeSpan.FromSeconds(seconds)));

        Assert.Equal(tenths, record.Coverage);
    }

    [Fact]
    public void Every_record_of_a_device_is_equally_long_whatever_happened()
    {
        var anonymiser = Standard(new SeededRandom(39));
        var lengthBytes = RecordLength.For("plaza-7", [("crossing-north", ["red_crossing", "wrong_way"])]);
        ClosedWindow[] windows = [Window(0), Window(29), Window(1000, 900), Window(1_000_000, 999_999), Window(5, watched: TimeSpan.Zero), Window(5, isLost: true)];

        Assert.All(windows, window => Assert.Equal(lengthBytes, EventRecordJson.Encode(anonymiser.Release(window), lengthBytes).Length));
    }

    [Theory]
    [InlineData(PrivacyProfile.Standard, 3600, false, null)]
    [InlineData(PrivacyProfile.Standard, 21600, false, null)]
    [InlineData(PrivacyProfile.Standard, 900, true, "A window of 900 s is not permitted by this profile. Choose standard: 3600 or 21600.")]
    [InlineData(PrivacyProfile.Strict, 86400, false, null)]
    [InlineData(PrivacyProfile.Strict, 3600, true, "A window of 3600 s is not permitted by this profile. Choose strict: 86400.")]
    [InlineData(PrivacyProfile.Demo, 7, true, null)]
    [InlineData(PrivacyProfile.Demo, 3600, false, "The profile demo publishes true counts, so its broker must be on loopback (127.0.0.1 or ::1). Choose standard or strict for any other.")]
    public void A_profile_permits_its_windows_and_the_demonstration_only_loopback(PrivacyProfile profile, int seconds, bool isLoopback, string? fault) =>
        Assert.Equal(fault is null ? [] : [fault], ProfileRules.Check(profile, seconds, isLoopback));

    [Fact]
    public void A_record_is_published_at_a_uniform_time_of_ten_minutes_after_two()
    {
        var random = new SeededRandom(40);

        var offsets = Enumerable.Range(0, 20_000).Select(_ => (PublishDelay.Draw(PrivacyProfile.Strict, random).TotalSeconds - 120) / 600).ToArray();
        var even = Enumerable.Range(0, 600_001).Select(milliseconds => milliseconds / 600_000.0);

        Assert.InRange(offsets.Min(), 0, 0.001);
        Assert.InRange(offsets.Max(), 0.999, 1);
        Assert.InRange(Fit.SameTail(offsets, even), 0.01, 1);
    }

    [Fact]
    public void The_demonstration_publishes_at_once() =>
        Assert.Equal(TimeSpan.Zero, PublishDelay.Draw(PrivacyProfile.Demo, new OsRandom()));

    private static AnonymiserOptions Options(PrivacyProfile profile) => new("plaza-7", profile, "p-2026.3", "c-17");

    private static Anonymiser Standard(IRandomSource random) => new(Options(PrivacyProfile.Standard), random);

    private static ClosedWindow Window(long passages, long count = 0, TimeSpan? watched = null, bool isLost = false) =>
        new(new WindowTotals("crossing-north", Nine, 3600, ["red_crossing", "wrong_way"], passages, [count, 0], watched ?? TimeSpan.FromHours(1), isLost));

    private static double Variance(IEnumerable<double> noise)
    {
        var all = noise.ToArray();
        var mean = all.Average();
        return all.Average(x => (x - mean) * (x - mean));
    }
}
