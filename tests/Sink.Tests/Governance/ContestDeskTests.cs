using Microsoft.Extensions.Time.Testing;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Governance;

/// <summary>Each step that a contest may take, and each that it may not.</summary>
public sealed class ContestDeskTests : IDisposable
{
    private static readonly ContestMeasure Good = new("red_crossing", 45, 15, 5);
    private static readonly ContestRuling Uphold = new(ContestOutcome.Uphold), DisableRed = new(ContestOutcome.Disable, "red_crossing"), RecalibrateRed = new(ContestOutcome.Recalibrate, "red_crossing");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private readonly SqliteEventStore _store = new(Path.Combine(TestPaths.NewFolder(), "sink.db"));
    private readonly ContestDesk _desk;

    public ContestDeskTests() => _desk = new ContestDesk(_store.Database, _time);

    [Fact]
    public void A_contest_goes_from_open_over_acknowledged_and_measured_to_decided_and_each_step_is_in_the_audit_log()
    {
        var (receipt, number, fault) = _desk.Open("crossing-north", "red_crossing", ContestReason.CameraWrong, "It counts \u2713 shadows.");
        Assert.Equal("", fault);
        Assert.Matches("^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$", receipt);
        Assert.Equal(ContestState.Open, _desk.Find(number)!.State);

        Assert.Null(_desk.Acknowledge(number, "operator"));
        Assert.Equal(ContestState.Acknowledged, _desk.Find(number)!.State);
        Assert.Null(_desk.Remeasure(number, Good, "operator"));
        Assert.Equal(ContestState.Remeasured, _desk.Find(number)!.State);
        Assert.Null(_desk.Decide(number, RecalibrateRed, "operator"));
        Assert.Equal(ContestState.Decided, _desk.Find(receipt!)!.State);

        var measure = Assert.Single(_desk.Find(number)!.Measures);
        Assert.Equal((50, 0.75, 0.9), (measure.Events, measure.Precision, measure.Recall));
        Assert.Equal(0.75 / 0.9, measure.Factor!.Value, 1e-12);
        var lines = new AuditTables(_store.Database).All().ToList();
        Assert.Equal(["contest-opened", "contest-acknowledged", "contest-remeasured", "contest-decided", "calibration-changed"], lines.Select(line => line.Kind));
        Assert.DoesNotContain(lines, line => line.Line.Contains("shadows", StringComparison.Ordinal) || line.Line.Contains(receipt!, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_not_done_in_time_is_overdue()
    {
        var number = Opened();
        void At(double days, bool isOverdue)
        {
            Assert.Equal(isOverdue, _desk.Find(number)!.IsOverdue(_desk.Find(number)!.OpenedAt.AddDays(days)));
        }

        At(3, isOverdue: false);
        At(3.01, isOverdue: true);
        _desk.Acknowledge(number, "operator");
        At(14, isOverdue: false);
        At(14.01, isOverdue: true);
        _desk.Remeasure(number, Good, "operator");
        At(30, isOverdue: false);
        At(30.01, isOverdue: true);
        _desk.Decide(number, Uphold, "operator");
        At(300, isOverdue: false);
    }

    [Fact]
    public void Days_are_excluded_and_a_behaviour_is_disabled_without_a_test()
    {
        var (first, second) = (Opened(), Opened("littering"));
        _desk.Acknowledge(first, "operator");
        _desk.Acknowledge(second, "operator");

        Assert.Null(_desk.Decide(first, new(ContestOutcome.Exclude, From: new(2026, 11, 1), To: new(2026, 11, 22)), "operator"));
        Assert.Null(_desk.Decide(second, new(ContestOutcome.Disable, "littering"), "operator"));

        Assert.Contains(new AuditTables(_store.Database).All(), line => line.Line.EndsWith(
            "\"kind\":\"rows-excluded\",\"subject\":\"crossing-north\",\"by\":\"operator\",\"detail\":{\"contest\":\"1\",\"from\":\"2026-11-01\",\"to\":\"2026-11-22\"}}", StringComparison.Ordinal));
    }

    [Fact]
    public void No_step_is_taken_out_of_its_order()
    {
        var number = Opened();

        Refused("Acknowledge contest 1 first.", _desk.Remeasure(number, Good, "operator"));
        Refused("Acknowledge contest 1 first.", _desk.Decide(number, DisableRed, "operator"));
        _desk.Acknowledge(number, "operator");
        Refused("Contest 1 is acknowledged already.", _desk.Acknowledge(number, "operator"));
        Refused("No score is upheld and no camera calibrated without a test", _desk.Decide(number, Uphold, "operator"));
        Refused("No score is upheld and no camera calibrated without a test", _desk.Decide(number, RecalibrateRed, "operator"));
        _desk.Remeasure(number, Good, "operator");
        Refused("Contest 1 is remeasured already.", _desk.Acknowledge(number, "operator"));
        _desk.Decide(number, Uphold, "operator");
        Refused("Contest 1 is decided.", _desk.Decide(number, DisableRed, "operator"));
        Refused("Contest 1 is decided.", _desk.Remeasure(number, Good, "operator"));
        Refused("There is no contest 2.", _desk.Acknowledge(2, "operator"));
        Assert.Equal(4, new AuditTables(_store.Database).Head().Number);
    }

    [Theory]
    [InlineData("red_crossing", 40, 0, 9, "A test has at least 50 staged events; true positives and misses make 49.")]
    [InlineData("red_crossing", -1, 0, 60, "True positives, false positives and misses are whole numbers")]
    [InlineData("littering", 50, 0, 0, "Contest 1 is about red_crossing: measure that.")]
    [InlineData("queue", 50, 0, 0, "No score has a behaviour 'queue'.")]
    public void A_test_that_says_nothing_is_refused(string behaviour, long seen, long wrong, long missed, string why)
    {
        var number = Opened();
        _desk.Acknowledge(number, "operator");

        Refused(why, _desk.Remeasure(number, new(behaviour, seen, wrong, missed), "operator"));
        Assert.Equal(ContestState.Acknowledged, _desk.Find(number)!.State);
    }

    [Fact]
    public void A_ruling_that_says_too_little_or_too_much_is_refused()
    {
        var number = Opened();
        _desk.Acknowledge(number, "operator");
        _desk.Remeasure(number, new("red_crossing", 0, 50, 50), "operator");

        Refused("Say which days no longer count", _desk.Decide(number, new(ContestOutcome.Exclude), "operator"));
        Refused("Say which days no longer count", _desk.Decide(number, new(ContestOutcome.Exclude, From: new(2026, 11, 3), To: new(2026, 11, 2)), "operator"));
        Refused("Days after the opening of the contest, 2026-11-22, cannot be excluded", _desk.Decide(number, new(ContestOutcome.Exclude, From: new(2026, 11, 3), To: new(2026, 11, 23)), "operator"));
        Refused("has no test of that behaviour; there are red_crossing.", _desk.Decide(number, new(ContestOutcome.Recalibrate, "littering"), "operator"));
        Refused("Of red_crossing nothing was seen rightly", _desk.Decide(number, RecalibrateRed, "operator"));
        Refused("Say which behaviour", _desk.Decide(number, new(ContestOutcome.Disable), "operator"));
        Refused("Contest 1 is about red_crossing.", _desk.Decide(number, new(ContestOutcome.Disable, "littering"), "operator"));
        _desk.Remeasure(number, new("red_crossing", 1, 100000, 49), "operator");
        Refused("outside of 0.01 to 100", _desk.Decide(number, RecalibrateRed, "operator"));
        Assert.Equal(ContestState.Remeasured, _desk.Find(number)!.State);
    }

    [Fact]
    public void Nothing_stands_in_a_ruling_that_has_no_meaning_there_because_all_of_it_is_published()
    {
        var number = Opened();
        _desk.Acknowledge(number, "operator");
        _desk.Remeasure(number, Good, "operator");
        DateOnly day = new(2026, 11, 3);

        Refused("A ruling to uphold names no behaviour.", _desk.Decide(number, Uphold with { Behaviour = "Ms. Example of Linden Street 5 complained" }, "operator"));
        Refused("A ruling to exclude names no behaviour.", _desk.Decide(number, new(ContestOutcome.Exclude, new string('x', 300), day, day), "operator"));
        Refused("Days stand in a ruling that excludes them, and in no other.", _desk.Decide(number, Uphold with { To = day }, "operator"));
        Refused("Days stand in a ruling that excludes them, and in no other.", _desk.Decide(number, RecalibrateRed with { From = day }, "operator"));
        Refused("has no test of that behaviour", _desk.Decide(number, RecalibrateRed with { Behaviour = null }, "operator"));
        Assert.Equal(3, new AuditTables(_store.Database).Head().Number);
        Assert.Null(_desk.Decide(number, Uphold, "operator"));
    }

    [Fact]
    public void An_objection_that_is_none_is_refused()
    {
        Assert.Equal("A zone's name is 3 to 32 of a-z, 0-9 and '-'.", _desk.Open("../x", null, ContestReason.Other, null).Fault);
        Assert.Equal("No score has such a behaviour.", _desk.Open("crossing-north", "dwell", ContestReason.Other, null).Fault);
        Assert.Equal("This is none of the reasons.", _desk.Open("crossing-north", null, (ContestReason)99, null).Fault);
        Assert.Equal("Write at most 1000 characters.", _desk.Open("crossing-north", null, ContestReason.Other, new string('x', 1001)).Fault);
        Assert.Null(_desk.Find("no-such-receipt"));
        Assert.Empty(_desk.List());
    }

    [Fact]
    public void Objections_without_end_fill_no_disk_and_not_every_text_is_kept()
    {
        for (var i = 0; i < 105; i++)
            Assert.NotNull(_desk.Open("crossing-north", null, ContestReason.Other, "again").Receipt);
        Assert.Equal((105, 100), (_desk.Find(1)!.Objections, _desk.Words(1).Count));
        _store.Database.Run(
            "INSERT INTO contest_objection (receipt_hash, contest, at) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 895) SELECT 'h' || i, 1, 0 FROM n");

        var (receipt, number, fault) = _desk.Open("crossing-north", null, ContestReason.Other, null);

        Assert.Null(receipt);
        Assert.Equal("So many have objected to this that no more are kept. It is contest 1, which anyone can follow.", fault);
        Assert.Equal(1, number);
    }

    public void Dispose() => _store.Dispose();

    private long Opened(string behaviour = "red_crossing") => _desk.Open("crossing-north", behaviour, ContestReason.CameraWrong, null).Number;

    private static void Refused(string why, string? fault) => Assert.Contains(why, fault, StringComparison.Ordinal);
}
