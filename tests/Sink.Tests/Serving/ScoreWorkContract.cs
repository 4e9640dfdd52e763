using Microsoft.Extensions.Time.Testing;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Tests.Scoring;
using SocialCredit.Edge.Sink.Tests.Storage;
using SocialCredit.Edge.Tests;
using static SocialCredit.Edge.Sink.Tests.Storage.RecordFixtures;

namespace SocialCredit.Edge.Sink.Tests.Serving;

/// <summary>A night's work over zones of all ages at once, on every store: whichever way their rows are read, the bits are those of the pure function.</summary>
public abstract class ScoreWorkContract : IDisposable
{
    private static readonly DateOnly First = new(2026, 6, 1);

    // Days of rows; more than are read in one walk, about as many, and few.
    private static readonly (string Zone, int From)[] Zones = [("ancient", 0), ("bridge", 49), ("crossing", 51), ("door", 110), ("edge", 119), ("fountain", 30)];

    private const int Days = 120;

    private readonly FakeTimeProvider _time = new(At(Days));
    private IEventStore? _filled;

    private IEventStore Store => _filled ??= Filled();

    protected abstract IEventStore OpenEmpty();

    [Fact]
    public void Zones_of_all_ages_in_one_part_are_to_the_bit_what_all_rows_give_night_after_night()
    {
        var keeping = NewKeeping();
        for (var night = 0; night < 20; night++)
        {
            _time.SetUtcNow(At(Days + night));
            Send(Store, Zones.Where(zone => night % 3 > 0 || zone.Zone != "door").Select(zone => (zone.Zone, Days + night - 1, 12)));
            if (night == 9)
                Mark("bridge");
            keeping.KeepAll();
            Assert.All(Zones, zone => Assert.Equal(Bits(Pure(zone.Zone)), Bits(keeping.Tables.Find(zone.Zone, "p-2026.3")!.Score)));
        }

        Assert.All(Zones, zone => Assert.All(keeping.Tables.Days(zone.Zone, First, First.AddDays(200)), day => Assert.Equal((1, "first"), (day.Revision, day.Reason))));
        Assert.All(Zones, zone => Assert.Equal(20, keeping.Tables.Days(zone.Zone, First, First.AddDays(200)).Count));
    }

    [Fact]
    public void Zones_that_changed_by_day_are_computed_together_whatever_each_needs()
    {
        var keeping = NewKeeping();
        keeping.KeepAll();
        Mark("ancient");
        Send(Store, [("edge", Days - 1, 20), ("bridge", Days - 4, 20)]);

        var scores = keeping.KeepZones([.. Zones.Select(zone => zone.Zone).Reverse(), "nobody-there"]);

        Assert.Equal(Zones.Length, scores.Count);
        Assert.All(scores, score => Assert.Equal(Bits(Pure(score.Zone)), Bits(KeptScore.Of(score))));
        Assert.Equal(["late records"], keeping.KeepZones(["bridge"], "late records") is [_] ? keeping.Tables.Days("bridge", First.AddDays(Days - 1), First.AddDays(Days)).Skip(1).Select(day => day.Reason) : []);
    }

    [Fact]
    public void What_is_kept_is_told_as_it_is_kept_and_a_dry_run_keeps_nothing()
    {
        var keeping = NewKeeping();
        var told = new List<KeptZones>();

        var zones = keeping.KeepRange(ZoneRange.All, new KeepingTask { IsDry = true, From = First }, told.Add);

        Assert.Equal(Zones.Length, zones);
        Assert.Equal(Zones.Select(zone => zone.Zone), told.SelectMany(kept => kept.Scores).Select(score => score.Zone).Order(StringComparer.Ordinal));
        Assert.Equal(Zones.Sum(zone => Days - zone.From), told.Sum(kept => kept.Days.Count));
        Assert.Empty(keeping.Tables.States(ZoneRange.All));
        Assert.Null(keeping.Tables.Find("ancient", "p-2026.3"));
    }

    public void Dispose()
    {
        _filled?.Dispose();
        GC.SuppressFinalize(this);
    }

    private static DateTimeOffset At(int day) => new(First.AddDays(day).ToDateTime(new TimeOnly(0, 45)), TimeSpan.Zero);

    private ScoreKeeping NewKeeping() => new(
        Store, new RulesInForce(new ActivePolicy(new PolicyFile(Policies.Textbook(), "now"u8.ToArray())), new ActiveCalibration(CalibrationFile.None),
            new ActiveRulings(new AuditTables(Store.Database), new ContestTables(Store.Database)), new ShadowPolicies([])), _time);

    private ZoneScore Pure(string zone)
    {
        var today = DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);
        return new ScoreCalculator(Policies.Textbook(), Calibration.None).History(zone, Store.ZoneDays(zone, First, today).Select(ScoreBook.RowOf), today)[^1];
    }

    private void Mark(string zone) => Store.Database.Change(turn =>
    {
        ScorePasses.Mark(turn, zone, "looked at again", _time.GetUtcNow());
        return 0;
    });

    private IEventStore Filled()
    {
        var store = OpenEmpty();
        foreach (var some in Zones.SelectMany(zone => Enumerable.Range(zone.From, Days - zone.From - 1).Select(day => (zone.Zone, day, 9))).Chunk(500))
            Send(store, some);
        Send(store, [("edge", Days - 1, 9)]);
        return store;
    }

    private static void Send(IEventStore store, IEnumerable<(string Zone, int Day, int Hour)> records) => store.Ingest([.. records.Select(one => Incoming(
        Record(one.Zone, sequence: (uint)(one.Day * 24 + one.Hour + 1), red: (one.Day * 7 + one.Zone.Length + one.Hour) % 11 - 1) with
        {
            Start = At(one.Day).AddMinutes(-45).AddHours(one.Hour),
            Passages = 200 + one.Day % 13,
        }, $"camera-{one.Zone}"))]);

    private static string Bits(ZoneScore score) => Bits(KeptScore.Of(score));

    private static string Bits(KeptScore score) =>
        $"{score.Zone} {score.Day:O} {score.Score:R} {score.HalfWidth:R} {score.Exposure:R} {score.ReleasedShare:R} {score.Grade} {score.Band} {string.Join(' ', score.Points)}";
}

public sealed class PostgresScoreWorkTests : ScoreWorkContract
{
    protected override IEventStore OpenEmpty() => new PostgresEventStore(PostgresServer.Get().Database(TestPaths.NewFolder()));
}

public sealed class SqliteScoreWorkTests : ScoreWorkContract
{
    protected override IEventStore OpenEmpty() => new SqliteEventStore(Path.Combine(TestPaths.NewFolder(), "store.db"));
}
