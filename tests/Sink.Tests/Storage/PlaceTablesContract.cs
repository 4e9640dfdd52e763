using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;
using static SocialCredit.Edge.Sink.Tests.Storage.RecordFixtures;

namespace SocialCredit.Edge.Sink.Tests.Storage;

/// <summary>Places chosen, counted and paged by the database, on every store, against the same done by hand.</summary>
public abstract class PlaceTablesContract : IDisposable
{
    private readonly List<(string Zone, string Site, Grade? Grade, double Score)> _city =
        [.. Enumerable.Range(0, 90).Select(number => (
            number % 9 == 0 ? $"simulated-{number:00}" : $"{(number % 2 == 0 ? "plaza" : "street")}-{number:00}", $"site-{number % 7}",
            number % 11 == 0 ? (Grade?)null : (Grade)(number % 5), number * 37 % 90 / 1.5))];

    private IEventStore? _filled;

    private IEventStore Store => _filled ??= Filled();

    private PlaceTables Tables => new(Store.Database);

    protected abstract IEventStore OpenEmpty();

    [Fact]
    public void Every_choice_in_every_order_is_counted_and_paged_as_by_hand()
    {
        foreach (var grade in new Grade?[] { null, Grade.B, Grade.P })
            foreach (var site in new[] { null, "site-3" })
                foreach (var text in new[] { "", "plaza", "9", "%" })
                    foreach (var order in Enum.GetValues<ScoreOrder>())
                    {
                        var choice = new PlaceChoice("p-1") { Grade = grade, Site = site, Text = text, Order = order, Named = text == "plaza" ? ["street-01"] : [], Without = text == "9" ? ["plaza-92", "street-49"] : [] };
                        var expected = ByHand(choice);
                        Assert.Equal((expected.LongCount(zone => !SimulatedNames.Includes(zone)), expected.LongCount(SimulatedNames.Includes)), Tables.Count(choice));
                        foreach (var simulated in new[] { false, true })
                        {
                            var found = new List<string>();
                            while (Tables.Page(choice with { IsSimulated = simulated }, found.Count, 20) is { Count: > 0 } page)
                                found.AddRange(page.Select(zone => zone.Zone));
                            Assert.Equal(expected.Where(zone => SimulatedNames.Includes(zone) == simulated), found);
                        }
                    }
    }

    [Fact]
    public void Measured_and_simulated_ones_are_counted_apart()
    {
        Assert.Equal((80L, 10L), Tables.Count(new PlaceChoice("p-1")));
        Assert.True(new PlaceChoice("p-1").IsEverything);
        Assert.False(new PlaceChoice("p-1") { Order = ScoreOrder.BestFirst }.IsEverything);
        Assert.False(new PlaceChoice("p-1") { Site = "site-3" }.IsEverything);
    }

    [Fact]
    public void Grades_of_some_places_come_with_those_of_which_none_was_computed()
    {
        var asked = _city.Take(20).Select(zone => zone.Zone).ToList();
        var found = Tables.Scores(new PlaceChoice("p-1"), asked).OrderBy(one => one.Zone, StringComparer.Ordinal);

        Assert.Equal(_city.Take(20).OrderBy(zone => zone.Zone, StringComparer.Ordinal).Select(zone => (zone.Zone, zone.Grade ?? Grade.U, zone.Grade is null ? 50 : zone.Score)), found);
        Assert.Equal(_city.Take(20).Where(zone => zone.Grade == Grade.C).Select(zone => zone.Zone).Order(StringComparer.Ordinal),
            Tables.Scores(new PlaceChoice("p-1") { Grade = Grade.C }, asked).Select(one => one.Zone).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Zones_and_sites_come_in_parts_each_once()
    {
        var zones = new List<string>();
        while (Tables.ZonesAfter(zones.Count == 0 ? "" : zones[^1], null, 8) is { Count: > 0 } part)
            zones.AddRange(part.Select(zone => zone.Zone));
        var sites = new List<string>();
        while (Tables.SitesAfter(sites.Count == 0 ? "" : sites[^1], 3) is { Count: > 0 } part)
            sites.AddRange(part);

        Assert.Equal(_city.Select(zone => zone.Zone).Order(StringComparer.Ordinal), zones);
        Assert.Equal(Enumerable.Range(0, 7).Select(number => $"site-{number}"), sites);
        Assert.Equal(_city.Where(zone => zone.Site == "site-3").Select(zone => zone.Zone).Order(StringComparer.Ordinal), Tables.ZonesAfter("", "site-3", 100).Select(zone => zone.Zone));
        Assert.Equal(["site-1", "site-2"], Tables.SitesOf(["street-01", "plaza-02", "nobody-there"]).Order(StringComparer.Ordinal));
        Assert.Equal(13, Tables.ZonesOfDevices(["camera-3", "nobody"])["camera-3"].Count());
        Assert.Empty(Tables.ZonesOfDevices([]));
    }

    public void Dispose()
    {
        _filled?.Dispose();
        GC.SuppressFinalize(this);
    }

    private List<string> ByHand(PlaceChoice choice)
    {
        var chosen = _city.Where(zone =>
            (choice.Grade is null || zone.Grade == choice.Grade) && (choice.Site is null || zone.Site == choice.Site) && !choice.Without.Contains(zone.Zone)
            && (zone.Zone.Contains(choice.Text!, StringComparison.Ordinal) || zone.Site.Contains(choice.Text!, StringComparison.Ordinal) || choice.Named.Contains(zone.Zone))
            && (choice.Order == ScoreOrder.ByZone || zone.Grade is not null));
        var sorted = choice.Order switch
        {
            ScoreOrder.BestFirst => chosen.OrderByDescending(zone => zone.Score).ThenBy(zone => zone.Zone, StringComparer.Ordinal),
            ScoreOrder.WorstFirst => chosen.OrderBy(zone => zone.Score).ThenBy(zone => zone.Zone, StringComparer.Ordinal),
            _ => chosen.OrderBy(zone => zone.Zone, StringComparer.Ordinal),
        };
        return [.. sorted.Select(zone => zone.Zone)];
    }

    private IEventStore Filled()
    {
        var store = OpenEmpty();
        store.Ingest([.. _city.Select((zone, at) => Incoming(Record(zone.Zone, sequence: (uint)at + 1) with { Site = zone.Site }, $"camera-{zone.Site[^1]}"))]);
        new ScoreTables(store.Database).KeepCurrent(_city.Where(zone => zone.Grade is not null).Select(zone => new CurrentScore(
            zone.Site, false, new KeptScore(zone.Zone, "p-1", new DateOnly(2026, 11, 22), zone.Score, 3, zone.Grade!.Value, zone.Grade.Value, UngradedReasons.None, 12, 0.5, new Dictionary<string, double>()),
            [], "rules", "inputs", Noon, Noon)));
        return store;
    }
}

public sealed class PostgresPlaceTablesTests : PlaceTablesContract
{
    protected override IEventStore OpenEmpty() => new PostgresEventStore(PostgresServer.Get().Database(TestPaths.NewFolder()));
}

public sealed class SqlitePlaceTablesTests : PlaceTablesContract
{
    protected override IEventStore OpenEmpty() => new SqliteEventStore(Path.Combine(TestPaths.NewFolder(), "store.db"));
}
