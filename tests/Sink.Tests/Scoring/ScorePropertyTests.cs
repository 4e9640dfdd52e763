using CsCheck;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Tests.Scoring;

/// <summary>What holds for every score, whatever the rows, the policy and the calibration.</summary>
public sealed class ScorePropertyTests
{
    private const string Zone = "crossing-north";

    private static readonly DateOnly AsOf = new(2026, 11, 22);

    private static readonly Gen<Policy> AnyPolicy =
        from epsilon in Gen.OneOf(Gen.Double[0.1, 3], Gen.Const(double.PositiveInfinity))
        from weights in Gen.Double[0, 20].Array[3]
        from references in Gen.Double[0.05, 50].Array[3]
        from halfLife in Gen.Double[7, 60]
        from beta in Gen.Double[0.5, 8]
        select Policies.Textbook(epsilon) with
        {
            Beta = beta,
            HalfLifeDays = halfLife,
            Behaviours = new OrderedDictionary<string, PolicyBehaviour>(Policies.Names.Select((name, i) => KeyValuePair.Create(name,
                new PolicyBehaviour
                {
                    Sign = i == 2 ? PolicySign.Good : PolicySign.Bad,
                    Weight = weights[i],
                    Reference = references[i],
                }))),
        };

    private static readonly Gen<Calibration> AnyCalibration =
        from factors in Gen.Double[0.5, 2].Array[3]
        select new Calibration(new Dictionary<string, IReadOnlyDictionary<string, double>>
        {
            [Zone] = Policies.Names.Zip(factors).ToDictionary(pair => pair.First, pair => pair.Second),
        });

    private static readonly Gen<ScoreCalculator> AnyCalculator =
        from policy in AnyPolicy
        from calibration in AnyCalibration
        select new ScoreCalculator(policy, calibration);

    /// <summary>Up to 40 different days of the last 60, some without a release, some behaviours not measured.</summary>
    private static readonly Gen<DayRow[]> AnyRows =
        from ages in Gen.Int[0, 60].HashSet[1, 40]
        from rows in Gen.Select(
            Gen.Int[0, 24], Gen.Long[0, 20_000], Gen.Long[-30, 900].Array[3], Gen.Int[0, 9],
            (released, passages, counts, missing) => (Released: released, Passages: passages, Counts: counts, Missing: missing))
            .Array[ages.Count]
        select ages.Zip(rows, (age, row) => new DayRow(
            AsOf.AddDays(-age), 24, row.Released, row.Released == 0 ? 0 : row.Passages,
            Policies.Names.Select((name, i) => (name, i)).Where(pair => pair.i != row.Missing)
                .ToDictionary(pair => pair.name, pair => row.Released == 0 ? 0 : row.Counts[pair.i]))).ToArray();

    [Fact]
    public void The_order_of_the_rows_does_not_change_one_bit() =>
        Gen.Select(AnyCalculator, AnyRows, Gen.Int).Sample((calculator, rows, seed) =>
        {
            var shuffled = rows.ToArray();
            new Random(seed).Shuffle(shuffled);

            AssertSame(calculator.Compute(Zone, rows, AsOf), calculator.Compute(Zone, shuffled, AsOf));
        });

    [Fact]
    public void The_same_input_gives_the_same_bits_again() =>
        Gen.Select(AnyCalculator, AnyRows).Sample((calculator, rows) =>
            AssertSame(calculator.Compute(Zone, rows, AsOf), calculator.Compute(Zone, rows, AsOf)));

    [Fact]
    public void One_more_bad_event_never_raises_the_score() =>
        OneMoreEvent(behaviour: 0, (before, after) => after <= before);

    [Fact]
    public void One_more_good_event_never_lowers_the_score() =>
        OneMoreEvent(behaviour: 2, (before, after) => after >= before);

    [Fact]
    public void The_points_add_up_to_the_score_less_50_before_the_clamp() =>
        Gen.Select(AnyCalculator, AnyRows).Sample((calculator, rows) =>
        {
            var score = calculator.Compute(Zone, rows, AsOf);

            Assert.Equal(score.Score, Math.Clamp(50 + score.Behaviours.Sum(b => b.Points), 0, 100), 1e-9);
        });

    [Fact]
    public void One_behaviour_moves_the_score_by_three_weights_at_most() =>
        Gen.Select(AnyCalculator, AnyRows, Gen.Long[-1_000_000_000, 1_000_000_000], Gen.Int[0, 2]).Sample(
            (calculator, rows, count, which) =>
            {
                var name = Policies.Names[which];
                var before = calculator.Compute(Zone, rows, AsOf);
                var after = calculator.Compute(Zone, [.. rows.Select(row => With(row, name, count))], AsOf);
                var weight = after.Behaviours.Single(b => b.Name == name).Weight;

                if (before.Behaviours.Any(b => b.Name == name))
                    Assert.True(Math.Abs(after.Score - before.Score) <= 3 * weight + 1e-9);
            });

    [Fact]
    public void A_weight_halves_in_one_half_life() =>
        Gen.Select(AnyRows, Gen.Int[7, 60]).Sample((rows, halfLife) =>
        {
            var calculator = new ScoreCalculator(Policies.Textbook() with { HalfLifeDays = halfLife }, Calibration.None);

            var now = calculator.Compute(Zone, rows, AsOf).Exposure;
            var later = calculator.Compute(Zone, rows, AsOf.AddDays(halfLife)).Exposure;

            Assert.Equal(now / 2, later, 1e-9 * (1 + now));
        });

    [Fact]
    public void The_same_rates_converge_as_the_footfall_grows() =>
        Gen.Long[0, 12].Array[3].Sample(perThousand =>
        {
            var calculator = new ScoreCalculator(Policies.Textbook(), Calibration.None);
            ZoneScore At(long scale) => calculator.Compute(Zone, [.. Enumerable.Range(0, 28).Select(age => Rows.Day(
                AsOf.AddDays(-age), 1000 * scale, (perThousand[0] * scale, perThousand[1] * scale, perThousand[2] * scale)))], AsOf);
            var (one, ten, hundred) = (At(1), At(10), At(100));
            var limit = 50 - 12 * Excess(perThousand[0], 4) - 8 * Excess(perThousand[1], 0.5) + 10 * Excess(perThousand[2], 30);

            Assert.True(ten.HalfWidth < one.HalfWidth && hundred.HalfWidth < ten.HalfWidth);
            Assert.Equal(Math.Clamp(limit, 0, 100), hundred.Score, 1.0);
            Assert.True(Off(hundred) <= Off(ten) + 1e-9 && Off(ten) <= Off(one) + 1e-9);

            // Each behaviour alone comes nearer; their sum might pass the limit on the way.
            double Off(ZoneScore score) => score.Behaviours.Select((b, i) => Math.Abs(b.Rate - perThousand[i])).Max();
        });

    [Fact]
    public void The_score_stays_within_0_and_100_and_every_number_is_finite() =>
        Gen.Select(AnyCalculator, AnyRows).Sample((calculator, rows) =>
        {
            foreach (var score in calculator.History(Zone, rows, AsOf))
            {
                Assert.InRange(score.Score, 0, 100);
                Assert.True(double.IsFinite(score.HalfWidth) && score.HalfWidth >= 0);
                Assert.All(score.Behaviours, b => Assert.True(double.IsFinite(b.Points) && b.Credibility is >= 0 and <= 1));
            }
        });

    [Fact]
    public void The_rate_that_would_change_the_grade_does_change_it() =>
        Gen.Select(AnyCalculator, AnyRows).Sample((calculator, rows) =>
        {
            var score = calculator.Compute(Zone, rows, AsOf);
            foreach (var change in new[] { GradeChange.Better(score), GradeChange.Worse(score) })
            {
                if (change?.Lever is not { } lever)
                    continue;
                var sign = lever.Sign == PolicySign.Good ? 1 : -1;
                var moved = 50 + score.Behaviours.Where(b => b.Name != lever.Name).Sum(b => b.Points)
                    + sign * lever.Weight * (change.Rate / lever.Reference - 1);

                Assert.Equal(change.To < score.Band ? GradeRule.FloorOf(change.To) : GradeRule.FloorOf(score.Band), moved, 1e-6);
            }
        });

    private static void OneMoreEvent(int behaviour, Func<double, double, bool> holds) =>
        Gen.Select(AnyCalculator, AnyRows, Gen.Int[0, 39], Gen.Long[1, 50]).Sample((calculator, rows, which, more) =>
        {
            var name = Policies.Names[behaviour];
            var changed = rows.ToArray();
            ref var row = ref changed[which % rows.Length];
            if (!row.Counts.TryGetValue(name, out var count))
                return;
            row = With(row, name, count + more);

            var (before, after) = (calculator.Compute(Zone, rows, AsOf).Score, calculator.Compute(Zone, changed, AsOf).Score);

            Assert.True(holds(before, after), $"{before:R} became {after:R}");
        });

    private static DayRow With(DayRow row, string name, long count) =>
        row with { Counts = new Dictionary<string, long>(row.Counts) { [name] = count } };

    private static double Excess(double rate, double reference) => Math.Clamp(rate / reference - 1, -1, 2);

    private static void AssertSame(ZoneScore one, ZoneScore other)
    {
        Assert.Equal(BitConverter.DoubleToInt64Bits(one.Score), BitConverter.DoubleToInt64Bits(other.Score));
        Assert.Equal(BitConverter.DoubleToInt64Bits(one.HalfWidth), BitConverter.DoubleToInt64Bits(other.HalfWidth));
        Assert.Equal(one.Grade, other.Grade);
        Assert.Equal(one.Behaviours, other.Behaviours);
    }
}
