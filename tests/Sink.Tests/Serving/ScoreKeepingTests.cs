using Microsoft.Extensions.Time.Testing;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Tests.Scoring;
using SocialCredit.Edge.Tests;
using static SocialCredit.Edge.Sink.Tests.Storage.RecordFixtures;

namespace SocialCredit.Edge.Sink.Tests.Serving;

/// <summary>What is kept is what the pure function says, night after night, and nothing of it changes in silence.</summary>
public sealed class ScoreKeepingTests : IDisposable
{
    private const string Zone = "crossing-north";

    private static readonly DateOnly First = new(2026, 9, 1);

    private readonly SqliteEventStore _store = new(Path.Combine(TestPaths.NewFolder(), "store.db"));
    private readonly FakeTimeProvider _time = new(At(First));
    private readonly ActiveCalibration _calibration = new(CalibrationFile.None);
    private readonly ShadowPolicies _shadows = new([]);
    private readonly ScoreKeeping _keeping;
    private uint _sequence;

    public ScoreKeepingTests() => _keeping = NewKeeping();

    [Fact]
    public void Night_after_night_every_day_that_is_kept_is_to_the_bit_what_all_rows_give()
    {
        string[] zones = [Zone, "plaza-south", "late-starter"];
        for (var night = 0; night < 50; night++)
        {
            foreach (var zone in zones.Where(zone => zone != "late-starter" || night > 20))
                Send(zone, First.AddDays(night), red: (night * 7 + zone.Length) % 11);
            _time.SetUtcNow(At(First.AddDays(night + 1)));
            _keeping.KeepAll();
        }

        var asOf = First.AddDays(50);
        foreach (var zone in zones)
        {
            var history = History(zone, asOf);
            var days = _keeping.Tables.Days(zone, First, asOf);
            Assert.Equal(history.SkipLast(1).Select(Bits), days.Select(day => Bits(day.Score)));
            Assert.All(days, day => Assert.Equal((1, "first"), (day.Revision, day.Reason)));
            Assert.Equal(Bits(history[^1]), Bits(_keeping.Tables.Find(zone, "p-2026.3")!.Score));
        }

        Assert.Equal(3, _keeping.Tables.States(ZoneRange.All).Count);
    }

    [Fact]
    public void A_zone_goes_on_from_its_sums_without_its_old_rows()
    {
        for (var day = 0; day < 40; day++)
            Send(Zone, First.AddDays(day), red: day % 5);
        _time.SetUtcNow(At(First.AddDays(40)));
        _keeping.KeepAll();
        var before = Bits(_keeping.Tables.Find(Zone, "p-2026.3")!.Score);
        _store.Database.Run("DELETE FROM zone_day WHERE day < $1", First.AddDays(25).DayNumber);

        _keeping.KeepAll();
        _keeping.KeepZones([Zone]);

        Assert.Equal(before, Bits(_keeping.Tables.Find(Zone, "p-2026.3")!.Score));
        Assert.Single(_keeping.Tables.Days(Zone, First, First.AddDays(40)));
    }

    [Fact]
    public void A_record_that_comes_late_gives_the_days_after_it_a_revision_and_the_older_ones_stay()
    {
        for (var night = 0; night < 12; night++)
            Night(night, red: 3);
        Send(Zone, First.AddDays(8), red: 60, hour: 2);

        _keeping.KeepAll();
        _keeping.KeepAll();

        var days = _keeping.Tables.Days(Zone, First, First.AddDays(12)).ToLookup(day => day.Score.Day);
        Assert.All(days, day => Assert.Equal(day.Key < First.AddDays(8) ? 1 : 2, day.Count()));
        var (first, second) = (days[First.AddDays(10)].First(), days[First.AddDays(10)].Last());
        Assert.Equal((1, "first", 2, "late records"), (first.Revision, first.Reason, second.Revision, second.Reason));
        Assert.NotEqual(first.Inputs, second.Inputs);
        Assert.True(second.Score.Score < first.Score.Score);
        Assert.Equal(Bits(History(Zone, First.AddDays(10))[^1]), Bits(second.Score));
    }

    [Fact]
    public void Another_calibration_gives_every_day_that_was_kept_a_revision_with_its_reason()
    {
        for (var night = 0; night < 30; night++)
            Night(night, red: 9);
        var factors = new Dictionary<string, IReadOnlyDictionary<string, double>> { [Zone] = new Dictionary<string, double> { ["red_crossing"] = 0.5 } };
        _calibration.Replace(new CalibrationFile(new Calibration(factors), "x"u8.ToArray()));

        _keeping.KeepAll();

        var days = _keeping.Tables.Days(Zone, First, First.AddDays(30));
        Assert.Equal(60, days.Count);
        Assert.All(days.Where(day => day.Revision == 2), day => Assert.Equal("other rules", day.Reason));
        Assert.All(days.Where(day => day.Revision == 2), day => Assert.Equal(Bits(History(Zone, day.Score.Day)[^1]), Bits(day.Score)));
    }

    [Fact]
    public void What_was_decided_about_a_zone_is_the_reason_of_its_revisions()
    {
        for (var night = 0; night < 3; night++)
            Night(night, red: 9);
        _store.Database.Run("UPDATE zone_day SET passages = passages + 100");
        _store.Database.Change(turn =>
        {
            ScorePasses.Mark(turn, Zone, "restated by contest 7", _time.GetUtcNow());
            return 0;
        });

        foreach (var (zone, reason) in _keeping.Passes.TakeDue(10))
            _keeping.KeepZones([zone], reason);

        Assert.Empty(_keeping.Passes.TakeDue(10));
        Assert.Equal(["first", "restated by contest 7"], _keeping.Tables.Days(Zone, First.AddDays(2), First.AddDays(2)).Select(day => day.Reason));
    }

    [Fact]
    public void A_shadow_is_computed_beside_for_28_days_and_is_never_the_score()
    {
        var stricter = Policies.Textbook() with { Id = "p-next" };
        stricter.Behaviours["red_crossing"] = stricter.Behaviours["red_crossing"] with { Weight = 20 };
        _shadows.Replace([new PolicyFile(stricter, "next"u8.ToArray())]);
        for (var night = 0; night < 35; night++)
            Night(night, red: 9);

        var shadow = Assert.Single(_keeping.Tables.Shadows(Zone));
        Assert.Equal(First.AddDays(28), shadow.Score.Day);
        var pure = new ScoreCalculator(stricter, Calibration.None).Compute(Zone, _store.ZoneDays(Zone, First, First.AddDays(27)).Select(ScoreBook.RowOf), First.AddDays(28));
        Assert.Equal(Bits(pure), Bits(shadow.Score));
        var published = new List<DayScore>();
        _keeping.Tables.EachPublished(ZoneRange.All, First, First.AddDays(60), published.Add);
        Assert.Equal(35, published.Count);
        Assert.All(published, day => Assert.Equal("p-2026.3", day.Score.Policy));
        Assert.False(_keeping.Tables.Find(Zone, "p-2026.3")!.IsShadow);
        Assert.Equal(28, _keeping.Tables.Days(Zone, First, First.AddDays(60)).Count(day => day.IsShadow));
    }

    [Fact]
    public async Task Sinks_that_compute_beside_each_other_share_the_parts_and_keep_each_day_once()
    {
        for (var zone = 0; zone < 60; zone++)
            Send($"zone-{zone:00}", First, red: zone % 9);
        _time.SetUtcNow(At(First.AddDays(1)));
        var pass = new Pass(_keeping.Closed, "rules");
        var parts = new System.Collections.Concurrent.ConcurrentBag<int>();

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            var sink = NewKeeping();
            sink.Passes.Begin(pass, () => new ZoneDayReader(_store.Database).Ranges(7));
            while (sink.Passes.Claim(pass, _time.GetUtcNow()) is { } claimed)
            {
                sink.KeepRange(claimed.Range);
                sink.Passes.Finish(pass, claimed.Part, _time.GetUtcNow());
                parts.Add(claimed.Part);
            }
        })));

        Assert.Equal(Enumerable.Range(0, 9), parts.Order());
        Assert.Equal((0L, 9L), _keeping.Passes.Progress(pass));
        Assert.Equal(60, _keeping.Tables.Page("p-2026.3", new ScoreQuery(), 100).Count);
    }

    [Fact]
    public void A_part_whose_sink_was_killed_is_free_again_after_its_lease_and_one_that_is_done_is_not()
    {
        var (passes, pass, now) = (_keeping.Passes, new Pass(First, "rules"), _time.GetUtcNow());
        passes.Begin(pass, () => [new ZoneRange("", "m"), new ZoneRange("m", "")]);
        passes.Begin(pass, () => throw new InvalidOperationException("It has begun already."));

        Assert.Equal([0, 1, null], new[] { 0, 0, 2.99 }.Select(minutes => passes.Claim(pass, now.AddMinutes(minutes))?.Part));
        passes.Finish(pass, 1, now);
        Assert.Equal([0, null, 0], new[] { 3.01, 6, 6.02 }.Select(minutes => passes.Claim(pass, now.AddMinutes(minutes))?.Part));

        Assert.Equal((1L, 2L), passes.Progress(pass));
    }

    [Fact]
    public void A_camera_that_drifts_is_marked_and_its_score_is_the_same()
    {
        for (var day = 0; day < 50; day++)
            Send(Zone, First.AddDays(day), red: 1, passages: day < 40 ? 200 + day % 3 : 90);
        _time.SetUtcNow(At(First.AddDays(50)));

        _keeping.KeepAll();

        var current = _keeping.Tables.Find(Zone, "p-2026.3")!;
        Assert.Equal(["passages-down:2026-10-11"], current.Drift);
        Assert.Equal(Bits(History(Zone, First.AddDays(50))[^1]), Bits(current.Score));
    }

    public void Dispose() => _store.Dispose();

    private static DateTimeOffset At(DateOnly day) => new(day.ToDateTime(new TimeOnly(0, 45)), TimeSpan.Zero);

    private ScoreKeeping NewKeeping() => new(
        _store, new RulesInForce(new ActivePolicy(new PolicyFile(Policies.Textbook(), "now"u8.ToArray())), _calibration,
            new ActiveRulings(new AuditTables(_store.Database), new ContestTables(_store.Database)), _shadows), _time);

    private void Night(int night, long red)
    {
        Send(Zone, First.AddDays(night), red);
        _time.SetUtcNow(At(First.AddDays(night + 1)));
        _keeping.KeepAll();
    }

    private void Send(string zone, DateOnly day, long red, int hour = 0, long passages = 200)
    {
        var record = Record(zone, sequence: ++_sequence, red: red) with { Start = At(day).AddMinutes(-45).AddHours(hour), Passages = passages };
        Assert.Equal([IngestOutcome.Stored], _store.Ingest([Incoming(record)]));
    }

    private IReadOnlyList<ZoneScore> History(string zone, DateOnly asOf) => new ScoreCalculator(Policies.Textbook(), _calibration.Current.Calibration)
        .History(zone, _store.ZoneDays(zone, First, asOf).Select(ScoreBook.RowOf), asOf);

    private static string Bits(ZoneScore score) => Bits(KeptScore.Of(score));

    private static string Bits(KeptScore score) =>
        $"{score.Day:O} {score.Score:R} {score.HalfWidth:R} {score.Exposure:R} {score.ReleasedShare:R} {score.Grade} {score.Band} {string.Join(' ', score.Points)}";
}
