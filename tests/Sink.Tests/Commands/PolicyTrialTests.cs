using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Tests.Scoring;
using SocialCredit.Edge.Sink.Tests.Storage;

namespace SocialCredit.Edge.Sink.Tests.Commands;

/// <summary>What a policy would do, and what its references could be, before anyone signs it.</summary>
public sealed class PolicyTrialTests
{
    private static readonly DateOnly AsOf = new(2026, 11, 22);

    [Fact]
    public void A_trial_counts_grades_and_names_who_moves_most_each_way()
    {
        var now = new ScoreRules(Policies.Textbook(double.PositiveInfinity), Calibration.None);
        var stricter = Policies.Textbook(double.PositiveInfinity) with { Id = "p-next" };
        stricter.Behaviours["red_crossing"] = stricter.Behaviours["red_crossing"] with { Weight = 24 };
        var trial = new PolicyTrial(now, now with { Policy = stricter }, AsOf, 28);

        // Twelve zones above the reference of 4 per 1,000 lose, three below gain, one at it stays.
        for (var zone = 1; zone <= 12; zone++)
            trial.Add($"bad-{zone:00}", Days(red: 4 * 9 + 2 * zone));
        for (var zone = 1; zone <= 3; zone++)
            trial.Add($"good-{zone:00}", Days(red: 4 * 9 - 9 * zone));
        trial.Add("same", Days(red: 4 * 9));
        trial.Add("never", [Rows.Day(AsOf.AddDays(1), 9000, (0, 0, 270))]);

        Assert.Equal(16, trial.Zones);
        Assert.Equal(["good-03", "good-02", "good-01"], trial.Most(isUp: true).Select(zone => zone.Zone));
        Assert.Equal(Enumerable.Range(3, 10).Reverse().Select(zone => $"bad-{zone:00}"), trial.Most(isUp: false).Select(zone => zone.Zone));
        Assert.True(trial.Quantile(0) < trial.Quantile(0.5) && trial.Quantile(0.5) < 0 && trial.Quantile(1) > 0);
        Assert.Equal(trial.Most(isUp: false).First().Change, trial.Quantile(0));
        var worst = trial.Most(isUp: false).First();
        Assert.Equal(new ScoreCalculator(stricter, Calibration.None).Compute("bad-12", Days(red: 60), AsOf).Score, worst.After.Score);
        Assert.Contains(trial.Grades(), change => change.From == Grade.C && change.To == Grade.D && change.Zones > 0);
    }

    [Fact]
    public void References_are_medians_over_zones_with_the_interval_of_order_statistics()
    {
        var rates = new ReferenceRates(new ScoreRules(Policies.Textbook(), Calibration.None), 28);
        foreach (var perDay in new[] { 40, 10, 50, 20, 30 })
            rates.Add($"zone-{perDay}", Days(red: perDay));

        var red = rates.Propose().Single(rate => rate.Behaviour == "red_crossing");

        // 9,000 passages a day: 10 a day are 10/9 per 1,000. Of five the lowest and the highest: 93.75 %.
        Assert.Equal(5, red.Zones);
        Assert.Equal(30 / 9.0, red.Rate!.Value, 1e-12);
        Assert.Equal((10 / 9.0, 50 / 9.0), (red.Low, red.High));
    }

    [Theory]
    [InlineData(5, 1)]
    [InlineData(7, 1)]
    [InlineData(8, 2)]
    [InlineData(10, 2)]
    [InlineData(20, 6)]
    [InlineData(100, 42)]
    public void The_interval_has_the_ranks_of_the_table(int zones, int rank)
    {
        var rates = new ReferenceRates(new ScoreRules(Policies.Textbook(), Calibration.None), 28);
        for (var zone = 1; zone <= zones; zone++)
            rates.Add($"zone-{zone}", Days(red: 9 * zone));

        var red = rates.Propose().Single(rate => rate.Behaviour == "red_crossing");

        Assert.Equal((rank, zones + 1 - rank), ((int)Math.Round(red.Low), (int)Math.Round(red.High)));
    }

    [Fact]
    public void Four_zones_a_thin_zone_and_a_zone_of_a_fortnight_give_no_reference()
    {
        var rates = new ReferenceRates(new ScoreRules(Policies.Textbook(), Calibration.None), 28);
        for (var zone = 0; zone < 4; zone++)
            rates.Add($"zone-{zone}", Days(red: 30));
        rates.Add("thin", [.. Enumerable.Range(0, 28).Select(age => Rows.Day(AsOf.AddDays(-age), 70, (1, 0, 2)))]);
        rates.Add("fortnight", [.. Days(red: 30).Take(14)]);

        Assert.All(rates.Propose(), rate => Assert.Equal((4, null), (rate.Zones, rate.Rate)));
    }

    [Fact]
    public void A_camera_that_sees_half_is_corrected_before_the_median()
    {
        var half = new Calibration(new Dictionary<string, IReadOnlyDictionary<string, double>> { ["zone-0"] = new Dictionary<string, double> { ["red_crossing"] = 2 } });
        var rates = new ReferenceRates(new ScoreRules(Policies.Textbook(), half), 28);
        rates.Add("zone-0", Days(red: 18));
        for (var zone = 1; zone < 5; zone++)
            rates.Add($"zone-{zone}", Days(red: 36));

        Assert.Equal((4.0, 4.0), rates.Propose().Where(rate => rate.Behaviour == "red_crossing").Select(rate => (rate.Rate!.Value, rate.Low)).Single());
    }

    [Fact]
    public void The_commands_say_it_from_a_store()
    {
        var run = new CommandRun().With("policy.yaml", "id: p-1\nbehaviours:\n  red_crossing: {sign: bad, weight: 12, reference: 4.0}\n")
            .With("next.yaml", "id: p-2\nbehaviours:\n  red_crossing: {sign: bad, weight: 20, reference: 4.0}\n").With("sink.yaml", "policy: policy.yaml\n");
        var today = TimeProvider.System.GetUtcNow().Date;
        uint sequence = 0;
        using (var store = new SqliteEventStore(Path.Combine(run.Folder, "sink.db")))
        {
            store.Ingest([
                .. Enumerable.Range(1, 6).SelectMany(zone => Enumerable.Range(1, 30).Select(age => RecordFixtures.Incoming(RecordFixtures.Record($"zone-{zone}", sequence: ++sequence, red: zone) with
                {
                    Start = new DateTimeOffset(today.AddDays(-age), TimeSpan.Zero), Status = RecordStatus.Ok,
                })))]);
        }

        Assert.Equal(0, run.Invoke("policy", "simulate", "next.yaml", "--config", "sink.yaml"));
        var simulated = run.TakeOutput();
        Assert.StartsWith("p-2 instead of p-1, 28 days up to ", simulated, StringComparison.Ordinal);
        Assert.Contains("6 zones. Change of a zone's mean score: least -", simulated, StringComparison.Ordinal);
        Assert.Contains("Down most:\n  zone-6: -", simulated, StringComparison.Ordinal);
        Assert.Equal(0, run.Invoke("policy", "calibrate", "--config", "sink.yaml"));
        Assert.Contains("  red_crossing: {reference: 17.5}   # 6 zones, 5 to 30; now 4\n", run.TakeOutput(), StringComparison.Ordinal);
        Assert.NotEqual(0, run.Invoke("policy", "calibrate", "--days", "7", "--config", "sink.yaml"));
    }

    private static DayRow[] Days(long red) =>
        [.. Enumerable.Range(0, 28).Select(age => Rows.Day(AsOf.AddDays(-age), 9000, (red, 4, 270)))];
}
