using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;
using static SocialCredit.Edge.Sink.Tests.Storage.RecordFixtures;

namespace SocialCredit.Edge.Sink.Tests.Storage;

/// <summary>The stream of day rows, on every store.</summary>
public abstract class ZoneDayReaderContract : IDisposable
{
    private static readonly DateOnly Day = new(2026, 11, 22);

    private IEventStore? _filled;

    private IEventStore Store => _filled ??= Filled();

    protected abstract IEventStore OpenEmpty();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(100)]
    public void All_ranges_together_give_what_the_store_gives(int zones)
    {
        var reader = new ZoneDayReader(Store.Database);
        var read = new List<ZoneDay>();
        foreach (var range in reader.Ranges(zones))
            reader.Read(range, DateOnly.MinValue, Day, (_, days) => read.AddRange(days));

        var expected = Store.ZoneDays(null, DateOnly.MinValue, Day);
        Assert.Equal(6 * 3, expected.Count);
        Assert.Equal(Told(expected), Told(read));
    }

    [Fact]
    public void A_zone_comes_once_with_its_days_in_order_and_counts_only_where_they_are_asked_for()
    {
        var zones = new List<string>();
        new ZoneDayReader(Store.Database).Read(ZoneRange.All, Day.AddDays(-1), Day, (zone, days) =>
        {
            zones.Add(zone);
            Assert.Equal([Day.AddDays(-1), Day], days.Select(day => day.Date));
            Assert.Empty(days[0].Counts);
            Assert.Equal(2, days[1].Counts.Count);
            Assert.Equal(2, days[0].Windows);
        }, countsFrom: Day);

        Assert.Equal(6, zones.Distinct().Count());
        Assert.Equal(6, zones.Count);
    }

    [Fact]
    public void Days_that_are_gathered_are_those_of_the_stream_zone_by_zone()
    {
        string[] wanted = ["a-9", "crossing-north", "nobody-there", "plazaa"];
        var gathered = GatheredDays.Read(Store.Database, ZoneRange.All, wanted, Day.AddDays(-2), Day, Day.AddDays(-1));

        foreach (var zone in wanted)
        {
            var expected = Store.ZoneDays(zone, Day.AddDays(-2), Day);
            var taken = gathered.Take(zone);
            Assert.Equal(expected.Select(day => day.Date), taken.Select(day => day.Date));
            Assert.Equal(Told(expected.Where(day => day.Date > Day.AddDays(-2))), Told(taken.Where(day => day.Date > Day.AddDays(-2))));
            Assert.All(taken.Where(day => day.Date == Day.AddDays(-2)), day => Assert.Empty(day.Counts));
            Assert.Empty(gathered.Take(zone));
        }

        Assert.Empty(gathered.Take("plaza-b"));
    }

    [Fact]
    public void A_choice_of_zones_is_a_range_or_names()
    {
        Assert.Equal(["a10", "crossing-north"], Chosen(new ZoneRange("a-9", "crossing-north")));
        Assert.Equal(["plaza-c", "plazaa"], Chosen(new ZoneRange("plaza-b", "")));
        Assert.Equal(["a-9", "plazaa"], Chosen(ZoneChoice.Of(["plazaa", "nobody-there", "a-9"])));
        Assert.Empty(Chosen(ZoneChoice.Of([])));

        List<string> Chosen(ZoneChoice choice) =>
            Store.Database.Read($"SELECT zone FROM zone WHERE {choice.Where(1)} ORDER BY zone", row => row.GetString(0), [.. choice.Values]);
    }

    public void Dispose()
    {
        _filled?.Dispose();
        GC.SuppressFinalize(this);
    }

    private IEventStore Filled()
    {
        var store = OpenEmpty();
        string[] zones = ["a-9", "a10", "crossing-north", "plaza-b", "plaza-c", "plazaa"];
        uint sequence = 0;
        store.Ingest([.. zones.SelectMany(zone => new[] { -48, -25, -24, 0 }.Select(hour => Incoming(Record(zone, hour, ++sequence, red: hour))))]);
        return store;
    }

    private static IEnumerable<string> Told(IEnumerable<ZoneDay> days) => days.Select(day =>
        $"{day.Zone} {day.Date:O} {day.Windows} {day.Released} {day.Seconds} {day.CoverageTenths} {day.Passages} "
        + string.Join(' ', day.Counts.OrderBy(count => count.Key, StringComparer.Ordinal))).Order(StringComparer.Ordinal);
}

public sealed class PostgresZoneDayReaderTests : ZoneDayReaderContract
{
    protected override IEventStore OpenEmpty() => new PostgresEventStore(PostgresServer.Get().Database(TestPaths.NewFolder()));
}

public sealed class SqliteZoneDayReaderTests : ZoneDayReaderContract
{
    protected override IEventStore OpenEmpty() => new SqliteEventStore(Path.Combine(TestPaths.NewFolder(), "store.db"));
}
