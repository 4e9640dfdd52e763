using System.Text;
using Microsoft.Extensions.Time.Testing;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Tests.Scoring;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Governance;

/// <summary>What contests do to scores, and that anyone can compute it again from the public file.</summary>
public sealed class RulingsTests
{
    private static readonly DateOnly Day = new(2026, 11, 21);

    private static readonly Contest Open = new()
    {
        Number = 1,
        Zone = "crossing-north",
        Reason = ContestReason.CameraWrong,
        OpenedAt = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero),
    };

    private static readonly Contest Recalibrated = Open with
    {
        Number = 2,
        DecidedAt = Open.OpenedAt.AddDays(1),
        Measures = [new("red_crossing", 40, 60, 10)],
        Ruling = new(ContestOutcome.Recalibrate, "red_crossing"),
    };

    private static readonly Contest Disabled = Open with { Number = 3, DecidedAt = Open.OpenedAt.AddDays(2), Ruling = new(ContestOutcome.Disable, "red_crossing") };

    private static readonly DayRow[] Rows =
        [.. Enumerable.Range(0, 30).Select(i => Scoring.Rows.Day(Day.AddDays(-i), 8000, (i < 3 ? 800 : 32, 4, 240)))];

    [Fact]
    public void A_contested_zone_has_the_grade_P_and_the_letter_goes_on_beneath_it()
    {
        var decided = Open with { DecidedAt = Open.OpenedAt.AddDays(1), Ruling = new(ContestOutcome.Uphold) };
        var plain = History(Rulings.None);

        Assert.Equal([Grade.C, Grade.P, Grade.P], Letters(History(Rulings.Of([Open]))));
        Assert.Equal([Grade.C, Grade.P, plain[^1].Grade], Letters(History(Rulings.Of([decided]))));
        Assert.Equal(plain.Select(day => day.Score), History(Rulings.Of([Open])).Select(day => day.Score));
        Assert.Contains(Explanation.Reservations(History(Rulings.Of([Open]))[^1]), line => line.StartsWith("Pending: somebody contests this score", StringComparison.Ordinal));
    }

    [Fact]
    public void Excluded_days_no_longer_count_and_their_neighbours_do()
    {
        var excluded = Open with { DecidedAt = Open.OpenedAt, Ruling = new(ContestOutcome.Exclude, null, Day.AddDays(-2), Day) };

        var score = Compute(Rulings.Of([excluded]), Rows);

        Assert.Equal(Compute(Rulings.None, Rows[3..]).Score, score.Score);
        Assert.NotEqual(Compute(Rulings.None, Rows).Score, score.Score);
        Assert.NotEqual(Compute(Rulings.None, Rows[2..]).Score, score.Score);
        Assert.Equal(Compute(Rulings.None, Rows).Score, Compute(Rulings.Of([excluded with { Zone = "plaza-south" }]), Rows).Score);
    }

    [Fact]
    public void A_measured_factor_counts_in_place_of_the_calibration_and_a_disabled_behaviour_not_at_all()
    {
        // precision 0.4, recall 0.8: g = 0.5.
        Assert.Equal(Compute(Rulings.None, Rows, ("red_crossing", 0.5)).Score, Compute(Rulings.Of([Recalibrated]), Rows, ("red_crossing", 3)).Score, 1e-12);
        Assert.Equal(["littering", "yielded"], Compute(Rulings.Of([Disabled]), Rows).Behaviours.Select(behaviour => behaviour.Name));
    }

    [Fact]
    public void Of_one_behaviour_what_was_decided_last_counts_whatever_the_contests_numbers()
    {
        var later = Recalibrated with { DecidedAt = Disabled.DecidedAt!.Value.AddDays(1) };

        Assert.Equal([], Rulings.Of([Disabled, Recalibrated]).Recalibrated);
        Assert.Equal([new RuledFactor("crossing-north", "red_crossing", 0.5)], Rulings.Of([later, Disabled]).Recalibrated);
        Assert.Equal([], Rulings.Of([later, Disabled]).Disabled);
    }

    [Fact]
    public void The_public_file_says_the_same_and_gives_the_same_bits()
    {
        var excluded = Open with { Number = 4, DecidedAt = Open.OpenedAt.AddDays(2), Ruling = new(ContestOutcome.Exclude, null, Day.AddDays(-2), Day.AddDays(-2)) };
        var third = Recalibrated with { Zone = "plaza-south", Measures = [new("red_crossing", 43, 11, 7)] };
        var rulings = Rulings.Of([Open, third, Disabled, excluded]);
        var path = Path.Combine(TestPaths.NewFolder(), "rulings.yaml");
        File.WriteAllBytes(path, RulingsFile.Of(rulings).Bytes.ToArray());

        var (read, faults) = RulingsFile.Read(path);

        Assert.Empty(faults);
        Assert.Equivalent(rulings, read!.Rulings, strict: true);
        Assert.Equal(Compute(rulings, Rows).Score, Compute(read.Rulings, Rows).Score);
        Assert.Equal("""
            excluded:
              - {zone: crossing-north, from: 2026-11-19, to: 2026-11-19}
            recalibrated:
              - {zone: plaza-south, behaviour: red_crossing, factor: 0.9259259259259259}
            disabled:
              - {zone: crossing-north, behaviour: red_crossing}
            contested:
              - {zone: crossing-north, from: 2026-11-20, to: 2026-11-21}
              - {zone: crossing-north, from: 2026-11-20, to: 2026-11-21}
              - {zone: crossing-north, from: 2026-11-20}
              - {zone: plaza-south, from: 2026-11-20, to: 2026-11-20}

            """, Encoding.UTF8.GetString(read.Bytes.Span));
    }

    [Theory]
    [InlineData("excluded: [{zone: A b, from: 2026-11-01, to: 2026-11-02}]", "rulings.yaml:1: excluded[0].zone: This is no name of a zone.")]
    [InlineData("excluded: [{zone: abc, from: 2026-11-02, to: 2026-11-01}]", "rulings.yaml:1: excluded[0].to: The last day is before the first.")]
    [InlineData("disabled: [{zone: abc, behaviour: dwell}]", "rulings.yaml:1: disabled[0].behaviour: No score has such a behaviour.")]
    [InlineData("recalibrated: [{zone: abc, behaviour: littering, factor: 0}]", "rulings.yaml:1: recalibrated[0].factor: 0 is not a factor.")]
    public void A_fault_in_the_file_is_named(string text, string expected)
    {
        var path = Path.Combine(TestPaths.NewFolder(), "rulings.yaml");
        File.WriteAllText(path, text);

        Assert.Contains(expected, Assert.Single(RulingsFile.Read(path).Faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_rulings_in_force_follow_what_another_process_decides()
    {
        using var store = new SqliteEventStore(Path.Combine(TestPaths.NewFolder(), "sink.db"));
        var active = new ActiveRulings(new AuditTables(store.Database), new ContestTables(store.Database));
        var desk = new ContestDesk(store.Database, new FakeTimeProvider(Open.OpenedAt));
        var before = active.Current;
        Assert.Equal(RulingsFile.None.Bytes.ToArray(), before.Bytes.ToArray());

        var number = desk.Open("crossing-north", null, ContestReason.PlaceChanged, null).Number;
        Assert.Single(active.Current.Rulings.Contested);
        Assert.Null(desk.Acknowledge(number, "operator"));
        var acknowledged = active.Current;
        Assert.Same(acknowledged, active.Current);
        Assert.Null(desk.Decide(number, new(ContestOutcome.Exclude, From: Day.AddDays(-3), To: Day.AddDays(-2)), "operator"));

        Assert.Equal([new ExcludedDays("crossing-north", Day.AddDays(-3), Day.AddDays(-2))], active.Current.Rulings.Excluded);
        Assert.Empty(active.Current.Rulings.Contested);
    }

    private static IReadOnlyList<ZoneScore> History(Rulings rulings) => new ScoreCalculator(rulings.Over(Policies.Textbook(), Calibration.None)).History("crossing-north", Rows, Day);

    private static Grade[] Letters(IReadOnlyList<ZoneScore> history) => [.. history.TakeLast(3).Select(day => day.Grade)];

    private static ZoneScore Compute(Rulings rulings, IEnumerable<DayRow> rows, params (string Behaviour, double Factor)[] factors)
    {
        var calibration = new Calibration(new Dictionary<string, IReadOnlyDictionary<string, double>> { ["crossing-north"] = factors.ToDictionary(one => one.Behaviour, one => one.Factor) });
        return new ScoreCalculator(rulings.Over(Policies.Textbook(), calibration)).Compute("crossing-north", rows, Day);
    }
}
