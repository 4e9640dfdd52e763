using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;
using static SocialCredit.Edge.Sink.Tests.Storage.RecordFixtures;

namespace SocialCredit.Edge.Sink.Tests.Storage;

/// <summary>What is kept of scores, and who computes what, on every store.</summary>
public abstract class ScoreTablesContract : IDisposable
{
    private static readonly DateOnly Day = new(2026, 11, 22);

    private IEventStore? _opened;

    private IEventStore Store => _opened ??= OpenEmpty();

    private ScoreTables Tables => new(Store.Database);

    private ScorePasses Passes => new(Store.Database);

    protected abstract IEventStore OpenEmpty();

    [Fact]
    public void A_current_score_comes_back_as_it_was_kept()
    {
        var kept = Current("crossing-north", 61.25, Grade.B) with { Drift = ["passages-down:2026-11-12", "coverage-up:2026-11-13"], IsShadow = true };

        Tables.KeepCurrent([kept]);

        var found = Tables.Find("crossing-north", "p-1")!;
        Assert.Equal(kept.Drift, found.Drift);
        Assert.Equal(kept.Score.Points, found.Score.Points);
        Assert.Equal(kept with { Drift = found.Drift, Score = kept.Score with { Points = found.Score.Points } }, found);
        Assert.Null(Tables.Find("crossing-north", "p-2"));
        Assert.Equal(found.Score.Day, Assert.Single(Tables.Shadows("crossing-north")).Score.Day);
    }

    [Fact]
    public void An_older_score_of_another_sink_changes_nothing()
    {
        var newest = Current("crossing-north", 60, Grade.B);
        Tables.KeepCurrent([newest]);

        Tables.KeepCurrent([newest with { Score = newest.Score with { Score = 1, Day = Day.AddDays(-1) } }]);
        Tables.KeepCurrent([newest with { Score = newest.Score with { Score = 2 }, LastStart = newest.LastStart.AddHours(-1) }]);
        Assert.Equal(60, Tables.Find("crossing-north", "p-1")!.Score.Score);

        Tables.KeepCurrent([newest with { Score = newest.Score with { Score = 4 }, ComputedAt = newest.ComputedAt.AddSeconds(-20) }]);
        Assert.Equal(60, Tables.Find("crossing-north", "p-1")!.Score.Score);

        Tables.KeepCurrent([newest with { Score = newest.Score with { Score = 3 } }]);
        Assert.Equal(3, Tables.Find("crossing-north", "p-1")!.Score.Score);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Pages_follow_each_other_without_a_zone_twice_or_never(int order)
    {
        var by = (ScoreOrder)order;
        var zones = Enumerable.Range(0, 250).Select(number => Current($"zone-{number:000}", number % 7 * 10, GradeRule.BandOf(number % 7 * 10))).ToList();
        Tables.KeepCurrent([.. zones, Current("zone-other-policy", 5, Grade.E) with { Score = Current("zone-other-policy", 5, Grade.E).Score with { Policy = "p-2" } }]);

        var read = new List<CurrentScore>();
        while (Tables.Page("p-1", new ScoreQuery { Order = by, After = read.Count == 0 ? null : (read[^1].Score.Score, read[^1].Score.Zone) }, 40) is { Count: > 0 } page)
            read.AddRange(page);

        var keys = zones.Select(zone => (zone.Score.Score, zone.Score.Zone));
        var expected = by switch
        {
            ScoreOrder.ByZone => keys.OrderBy(key => key.Zone, StringComparer.Ordinal),
            ScoreOrder.BestFirst => keys.OrderByDescending(key => key.Score).ThenByDescending(key => key.Zone, StringComparer.Ordinal),
            _ => keys.OrderBy(key => key.Score).ThenBy(key => key.Zone, StringComparer.Ordinal),
        };
        Assert.Equal(expected, read.Select(score => (score.Score.Score, score.Score.Zone)));
        Assert.Equal(zones.GroupBy(zone => zone.Score.Grade).ToDictionary(grade => grade.Key, grade => (long)grade.Count()), Tables.Grades("p-1"));
    }

    [Fact]
    public void A_list_can_be_narrowed_by_site_grade_and_text()
    {
        Store.Ingest([
            Incoming(Record("crossing-north")), Incoming(Record("crossing-south", sequence: 2)), Incoming(Record("plaza-edge", sequence: 3) with { Site = "ring" })]);
        Tables.KeepCurrent([
            Current("crossing-north", 60, Grade.B), Current("crossing-south", 50, Grade.C), Current("plaza-edge", 60, Grade.B) with { Site = "ring" }]);

        Assert.Equal(["plaza-edge"], Found(new ScoreQuery { Site = "ring" }));
        Assert.Equal(["crossing-north", "plaza-edge"], Found(new ScoreQuery { Grade = Grade.B }));
        Assert.Equal(["crossing-north", "crossing-south"], Found(new ScoreQuery { Text = "crossing" }));
        Assert.Equal(["crossing-south"], Found(new ScoreQuery { Text = "crossing", Grade = Grade.C, Site = "plaza-7" }));
        Assert.Empty(Found(new ScoreQuery { Text = "%" }));
        Assert.Empty(Found(new ScoreQuery { Text = "crossing_north" }));

        IEnumerable<string> Found(ScoreQuery query) => Tables.Page("p-1", query, 10).Select(score => score.Score.Zone);
    }

    [Fact]
    public void A_day_that_is_kept_is_never_changed_and_a_revision_stands_beside_it()
    {
        var first = new DayScore(1, false, Current("crossing-north", 60, Grade.B).Score, "rules", "rows", "first", Noon);
        Tables.KeepDays([first]);

        Tables.KeepDays([first with { Score = first.Score with { Score = 1 } }, first with { Revision = 2, Score = first.Score with { Score = 58 }, Inputs = "more", Reason = "late records" }]);

        var days = Tables.Days("crossing-north", Day, Day);
        Assert.Equal([(1, 60.0, "first"), (2, 58.0, "late records")], days.Select(day => (day.Revision, day.Score.Score, day.Reason)));
        Assert.Equal(first.Score.Points, days[0].Score.Points);
        Assert.Equal(new DayMark(2, (58, 3.5, Grade.B), "rules", "more"), Tables.Marks(ZoneRange.All, Day)[("crossing-north", "p-1")][Day]);
        var published = new List<int>();
        Tables.KeepDays([first with { IsShadow = true, Score = first.Score with { Zone = "shadowed" } }]);
        Tables.EachPublished(ZoneRange.All, Day, Day, day => published.Add(day.Revision));
        Assert.Equal([1, 2], published);
    }

    [Fact]
    public void What_a_tried_policy_would_change_is_counted_by_grade_and_the_largest_moves_come_first()
    {
        CurrentScore[] now = [Current("crossing-north", 60, Grade.B), Current("crossing-south", 50, Grade.C), Current("plaza-edge", 61, Grade.B) with { Drift = ["passages-down:2026-11-12"] }];
        Tables.KeepCurrent([.. now, Tried("crossing-north", 48, Grade.C), Tried("crossing-south", 52, Grade.C), Tried("plaza-edge", 54, Grade.C), Tried("new-zone", 90, Grade.A)]);
        var shadows = new ShadowTables(Store.Database);

        Assert.Equal(
            [new GradeMove(Grade.B, Grade.C, 2, -19, Day), new GradeMove(Grade.C, Grade.C, 1, 2, Day)], shadows.Moves("p-2", "p-1"));
        Assert.Equal(["crossing-north", "plaza-edge"], shadows.Most("p-2", "p-1", 2).Select(zone => zone.Zone));
        Assert.Equal(["plaza-edge"], shadows.Drifting("p-1", ["crossing-north", "plaza-edge", "nowhere"]));
        Assert.Empty(shadows.Drifting("p-1", []));
        Assert.Null(shadows.Since("p-2"));
        Passes.ShadowSince("p-2", "before", Day.AddDays(-9));
        Passes.ShadowSince("p-2", "now", Day.AddDays(-2));
        Assert.Equal(Day.AddDays(-2), shadows.Since("p-2"));

        static CurrentScore Tried(string zone, double score, Grade grade)
        {
            var current = Current(zone, score, grade);
            return current with { IsShadow = true, Score = current.Score with { Policy = "p-2" } };
        }
    }

    [Fact]
    public void Days_that_were_computed_anew_are_told_by_when_and_why_with_the_largest_move()
    {
        var score = Current("crossing-north", 60, Grade.B).Score;
        Tables.KeepDays([.. Enumerable.Range(0, 3).SelectMany(day => Revisions(score with { Day = Day.AddDays(-day) }, 60 - day))]);
        Tables.KeepDays([.. Revisions(score with { Policy = "p-2" }, 1).Select(day => day with { IsShadow = true }), .. Revisions(score with { Zone = "plaza-edge" }, 1)]);

        var revised = new ShadowTables(Store.Database).Revised("crossing-north", 10);

        Assert.Equal([new RevisedDays(Noon.AddDays(2), "late records", 3, Day.AddDays(-2), Day, 2)], revised);

        static DayScore[] Revisions(KeptScore score, double then) =>
        [
            new DayScore(1, false, score, "rules", "rows", "first", Noon),
            new DayScore(2, false, score with { Score = then }, "rules", "more", "late records", Noon.AddDays(2)),
        ];
    }

    [Fact]
    public void Each_part_of_a_pass_is_given_once_until_its_lease_ends()
    {
        var pass = new Pass(Day, "rules");
        List<ZoneRange> ranges = [new("", "b"), new("b", "k"), new("k", "")];
        Passes.Begin(pass, () => ranges);
        Passes.Begin(pass, () => throw new InvalidOperationException("It has begun."));

        var taken = Enumerable.Range(0, 4).Select(_ => Passes.Claim(pass, Noon)).ToList();

        Assert.Equal([(0, ranges[0]), (1, ranges[1]), (2, ranges[2]), null], taken);
        Passes.Finish(pass, 1, Noon);
        Assert.Equal((2L, 3L), Passes.Progress(pass));
        Passes.Renew(pass, 0, Noon.AddMinutes(2));
        Assert.Equal(2, Passes.Claim(pass, Noon.AddMinutes(4))!.Value.Part);
        Assert.Equal(0, Passes.Claim(pass, Noon.AddMinutes(6))!.Value.Part);
        Assert.Null(Passes.Claim(pass with { Rules = "others" }, Noon));
    }

    [Fact]
    public void A_zone_that_is_due_is_given_to_one_and_begins_anew()
    {
        Tables.KeepStates([KeyValuePair.Create(("crossing-north", "p-1"), new KeptState(new ScoreState { Day = Day, Exposure = 1.0 / 3 }, "rules", [1, 2]))]);
        Assert.Equal(1.0 / 3, Assert.Single(Tables.States(ZoneRange.All)).Value.State.Exposure);

        Store.Database.Change(turn =>
        {
            ScorePasses.Mark(turn, "crossing-north", "restated", Noon);
            ScorePasses.Mark(turn, "crossing-north", "excluded", Noon);
            return 0;
        });

        Assert.Empty(Tables.States(ZoneRange.All));
        Assert.Equal([("crossing-north", "excluded")], Passes.TakeDue(10));
        Assert.Empty(Passes.TakeDue(10));
    }

    [Fact]
    public void A_zone_whose_newest_window_is_in_no_score_is_behind()
    {
        Store.Ingest([Incoming(Record("crossing-north")), Incoming(Record("plaza-south", sequence: 2)), Incoming(Record("site-zone", sequence: 3))]);
        Tables.KeepCurrent([Current("crossing-north", 60, Grade.B), Current("plaza-south", 60, Grade.B) with { LastStart = Noon.AddHours(-1) }]);

        Assert.Equal(["plaza-south", "site-zone"], Passes.Behind("p-1", 10).Order(StringComparer.Ordinal));
        Assert.Equal(3, Passes.Behind("p-2", 10).Count);
    }

    public void Dispose()
    {
        _opened?.Dispose();
        GC.SuppressFinalize(this);
    }

    private static CurrentScore Current(string zone, double score, Grade grade) => new(
        "plaza-7", false,
        new KeptScore(zone, "p-1", Day, score, 3.5, grade, grade, UngradedReasons.None, 12.25, 0.5, new Dictionary<string, double> { ["red_crossing"] = -1.0 / 3, ["yielded"] = 4 }),
        [], "rules", "inputs", Noon, Noon);
}

public sealed class PostgresScoreTablesTests : ScoreTablesContract
{
    protected override IEventStore OpenEmpty() => new PostgresEventStore(PostgresServer.Get().Database(TestPaths.NewFolder()));
}

public sealed class SqliteScoreTablesTests : ScoreTablesContract
{
    protected override IEventStore OpenEmpty() => new SqliteEventStore(Path.Combine(TestPaths.NewFolder(), "store.db"));
}
