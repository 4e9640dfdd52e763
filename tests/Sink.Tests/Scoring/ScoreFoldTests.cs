using System.Text.Json;
using CsCheck;
using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Tests.Scoring;

/// <summary>Day after day gives what the sums of the contract give, from wherever it goes on.</summary>
public sealed class ScoreFoldTests
{
    private const string Zone = "crossing-north";

    private static readonly DateOnly First = new(2026, 1, 1);

    private static readonly Gen<DayRow?[]> AnyDays = Gen.Select(
        Gen.Int[-12, 24], Gen.Long[0, 20_000], Gen.Long[-30, 900].Array[3], Gen.Int[0, 9],
        (released, passages, counts, missing) => (released, passages, counts, missing)).Array[2, 80].Select(days => days.Select((day, age) =>
            day.released < 0 ? null : new DayRow(
                First.AddDays(age), 24, day.released, day.released == 0 ? 0 : day.passages,
                Policies.Names.Where((_, i) => i != day.missing).Select((name, i) => (name, count: day.released == 0 ? 0 : day.counts[i])).ToDictionary(pair => pair.name, pair => pair.count)))
            .ToArray());

    [Fact]
    public void Going_on_from_a_kept_state_gives_the_same_bits_as_beginning_anew() =>
        Gen.Select(AnyDays, Gen.Int[0, 79]).Sample((days, which) =>
        {
            var rules = new ScoreRules(Policies.Textbook(), Calibration.None);
            var whole = new ScoreFold(rules, Zone);
            ScoreState? kept = null;
            for (var i = 0; i < days.Length; i++)
            {
                whole.Advance(First.AddDays(i), days[i]);
                if (i == which % days.Length)
                    kept = JsonSerializer.Deserialize<ScoreState>(JsonSerializer.Serialize(whole.State));
            }

            var resumed = new ScoreFold(rules, Zone, kept);
            for (var day = kept!.Day.AddDays(1); day < First.AddDays(days.Length); day = day.AddDays(1))
                resumed.Advance(day, days[day.DayNumber - First.DayNumber]);

            Assert.Equal(Bits(whole.Score()), Bits(resumed.Score()));
        });

    [Fact]
    public void The_sums_are_those_of_the_contract() =>
        AnyDays.Sample(days =>
        {
            var policy = Policies.Textbook();
            var asOf = First.AddDays(days.Length - 1);
            var rows = days.OfType<DayRow>().ToList();
            var score = new ScoreCalculator(policy, Calibration.None).Compute(Zone, rows, asOf);

            double points = 0, variance = 0;
            foreach (var (name, rule) in policy.Behaviours.Where(pair => rows.Count == 0 || rows.Any(row => row.Counts.ContainsKey(pair.Key))))
            {
                var measured = rows.Where(row => row.Counts.ContainsKey(name)).Select(row => (Row: row, Weight: Math.Pow(2, -(asOf.DayNumber - row.Date.DayNumber) / 28.0))).ToList();
                var e = measured.Sum(day => day.Weight * day.Row.Passages / 1000);
                var e2 = measured.Sum(day => day.Weight * day.Weight * day.Row.Passages / 1000);
                var v = ScoreCalculator.NoiseVariance(0.6) * measured.Sum(day => day.Weight * day.Weight * day.Row.Released);
                var z = e > 0 ? e * e / (e * e + 2 * (e2 + v / rule.Reference)) : 0;
                var mu = e > 0 ? rule.Reference + z * (measured.Sum(day => day.Weight * day.Row.Counts[name]) / e - rule.Reference) : rule.Reference;
                points += (name == "yielded" ? 1 : -1) * rule.Weight * Math.Clamp(mu / rule.Reference - 1, -1, 2);
                variance += Math.Pow(rule.Weight / rule.Reference, 2)
                    * (Math.Pow(1 - z, 2) * rule.Reference / 2 + (e > 0 ? z * z * (Math.Max(mu, 0) * e2 + v) / (e * e) : 0));
            }

            Assert.Equal(Math.Clamp(50 + points, 0, 100), score.Score, 1e-9);
            Assert.Equal(1.645 * Math.Sqrt(variance), score.HalfWidth, 1e-9);
        });

    [Fact]
    public void A_day_that_does_not_follow_is_refused()
    {
        var fold = new ScoreFold(new ScoreRules(Policies.Textbook(), Calibration.None), Zone);
        fold.Advance(First, null);

        Assert.Throws<ArgumentException>(() => fold.Advance(First.AddDays(2), null));
    }

    [Fact]
    public void Days_that_were_excluded_count_as_if_nothing_had_come() =>
        Gen.Select(AnyDays, Gen.Int[0, 79], Gen.Int[0, 9]).Sample((days, from, length) =>
        {
            var excluded = new ExcludedDays(Zone, First.AddDays(from), First.AddDays(from + length));
            var rules = new ScoreRules(Policies.Textbook(), Calibration.None) { Excluded = [excluded, excluded with { Zone = "plaza-south" }] };
            var asOf = First.AddDays(days.Length - 1);
            var counted = days.Select((day, i) => i >= from && i <= from + length ? null : day).ToList();

            var expected = new ScoreFold(rules with { Excluded = [] }, Zone);
            for (var i = 0; i < days.Length; i++)
                expected.Advance(First.AddDays(i), counted[i]);
            var actual = new ScoreFold(rules, Zone);
            for (var i = 0; i < days.Length; i++)
                actual.Advance(First.AddDays(i), days[i]);

            Assert.Equal(Bits(expected.Score()), Bits(actual.Score()));
            Assert.NotEqual(rules.DigestOf(Zone), (rules with { Excluded = [] }).DigestOf(Zone));
            Assert.Equal((rules with { Excluded = [] }).DigestOf("market"), rules.DigestOf("market"));
        });

    [Fact]
    public void The_digest_of_the_rules_changes_with_all_that_a_score_is_made_by_and_with_nothing_else()
    {
        var rules = new ScoreRules(Policies.Textbook(), Calibration.None);
        var calibrated = new Calibration(new Dictionary<string, IReadOnlyDictionary<string, double>> { [Zone] = new Dictionary<string, double> { ["littering"] = 0.9 } });
        ScoreRules[] others =
        [
            rules with { Policy = rules.Policy with { Id = "p-2" } }, rules with { Policy = rules.Policy with { Beta = 3 } },
            rules with { Policy = rules.Policy with { HalfLifeDays = 27 } }, rules with { Policy = rules.Policy with { EpsilonCounts = 0.7 } },
            rules with { Calibration = calibrated }, rules with { Disabled = [(Zone, "littering")] },
        ];

        Assert.Equal(others.Length, others.Select(other => other.DigestOf(Zone)).Append(rules.DigestOf(Zone)).Distinct().Count() - 1);
        Assert.Equal(rules.DigestOf("plaza-south"), (rules with { Calibration = calibrated, Disabled = [(Zone, "littering")] }).DigestOf("plaza-south"));
        Assert.Equal(["red_crossing", "yielded"], others[^1].BehavioursOf(Zone));
    }

    private static string Bits(ZoneScore score) =>
        $"{score.Score:R} {score.HalfWidth:R} {score.Exposure:R} {score.ReleasedShare:R} {score.Grade} {score.Ungraded} "
        + string.Join(' ', score.Behaviours.Select(behaviour => $"{behaviour.Name} {behaviour.Rate:R} {behaviour.Credibility:R} {behaviour.Points:R}"));
}
