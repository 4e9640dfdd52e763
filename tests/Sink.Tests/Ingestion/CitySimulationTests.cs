using Microsoft.Extensions.Time.Testing;
using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Simulation;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;
using static SocialCredit.Edge.Sink.Tests.Storage.RecordFixtures;

namespace SocialCredit.Edge.Sink.Tests.Ingestion;

public sealed class CitySimulationTests : IDisposable
{
    private const int Hours = 28 * 24;

    private static readonly Policy Policy = YamlReader.Parse<Policy>(RunningSink.Policy, "policy.yaml").Value!;

    private readonly SqliteEventStore _store = new(Path.Combine(TestPaths.NewFolder(), "store.db"));
    private readonly FakeTimeProvider _time = new(Noon);

    [Fact]
    public void Twelve_zones_live_through_every_hour_of_a_month()
    {
        var result = Simulate();

        Assert.Equal(new CitySimulation.Result(12 * Hours, 0), result);
        Assert.All(_store.Zones(), zone => Assert.True(zone.Simulated));
        Assert.Equal(12, _store.Zones().Count);
        Assert.Equal(12 * Hours, _store.ZoneDays(null, DateOnly.MinValue, DateOnly.MaxValue).Sum(day => day.Windows));
        Assert.Empty(_store.Quarantine(1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_second_run_changes_nothing_whatever_its_seed(int seed)
    {
        Simulate();
        var before = Fingerprint();

        var result = Simulate(seed);

        Assert.Equal(new CitySimulation.Result(0, 12 * Hours), result);
        Assert.Equal(before, Fingerprint());
        Assert.Empty(_store.Quarantine(1));
    }

    [Fact]
    public void A_later_run_adds_only_the_hours_since()
    {
        Simulate();
        _time.Advance(TimeSpan.FromHours(5));

        Assert.Equal(new CitySimulation.Result(12 * 5, 12 * (Hours - 5)), Simulate());
    }

    [Fact]
    public void Characters_can_be_seen_in_the_rates()
    {
        Simulate();

        Assert.InRange(RatePer1000("simulated-school-crossing", "red_crossing"), 0.8, 2.2);
        Assert.InRange(RatePer1000("simulated-bad-junction", "red_crossing"), 9, 12);
        Assert.Equal(0, Days("simulated-quiet-lane").Sum(day => day.Released));
        Assert.Equal(0, Days("simulated-dead-camera").TakeLast(5).Sum(day => day.CoverageTenths));
        Assert.True(Rate(Days("simulated-mended-crossing").Take(7)) > 1.5 * Rate(Days("simulated-mended-crossing").TakeLast(7)));
    }

    [Fact]
    public void The_noise_has_the_spread_that_the_contract_states()
    {
        var noise = new SeededNoise(7);

        var draws = Enumerable.Range(0, 200_000).Select(_ => (double)noise.DiscreteLaplace(0.6)).ToArray();

        Assert.InRange(draws.Average(), -0.03, 0.03);
        Assert.InRange(draws.Average(x => x * x), 5.39 * 0.97, 5.39 * 1.03);
    }

    public void Dispose() => _store.Dispose();

    private CitySimulation.Result Simulate(int seed = 1) => new CitySimulation(Policy, _store, _time).Run(28, seed, _ => { });

    private IReadOnlyList<ZoneDay> Days(string? zone) => _store.ZoneDays(zone, DateOnly.MinValue, DateOnly.MaxValue);

    private double RatePer1000(string zone, string behaviour) => Rate(Days(zone), behaviour);

    private static double Rate(IEnumerable<ZoneDay> days, string behaviour = "red_crossing") =>
        1000.0 * days.Sum(day => day.Counts[behaviour]) / days.Sum(day => day.Passages);

    private string Fingerprint() => string.Join(
        '\n', Days(null).Select(day => $"{day.Zone} {day.Date} {day.Windows} {day.Passages} {string.Join(' ', day.Counts)}"));
}
