using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Simulation;

namespace SocialCredit.Edge.Sink.Tests.Scoring;

/// <summary>Alarms of cameras: worked out by hand where they can be, measured where they must be.</summary>
public sealed class DriftTests(ITestOutputHelper output)
{
    private const int Before = 28;

    private static readonly DateOnly First = new(2026, 6, 1);

    [Fact]
    public void A_camera_that_sees_as_before_gives_no_alarm() => Assert.Empty(After(28, _ => Day()));

    [Theory]
    [InlineData(5, false)]
    [InlineData(6, true)]
    public void One_and_a_half_deviations_are_an_alarm_on_the_sixth_day(int days, bool isAlarm)
    {
        // 200 passages a window before, always: the deviation is that of counting and noise, sqrt((200 + 12.3) / 24 * (1 + 1 / 28)) = 3.03.
        // 4.5 more are 1.487 deviations; less half of one that is 0.987 a day.
        var alarms = After(days, _ => Day(passages: 24 * 200 + 108));

        Assert.Equal(isAlarm ? [new DriftAlarm(DriftingValue.Passages, true, First.AddDays(Before)) { Before = 200, Now = 204.5 }] : [], alarms);
    }

    [Theory]
    [InlineData("released-down")]
    [InlineData("coverage-down")]
    [InlineData("passages-down")]
    [InlineData("passages-up")]
    public void Each_value_is_watched_to_its_side_and_the_alarm_says_since_when(string what)
    {
        var alarms = After(14, day => day < 7 ? Day() : what switch
        {
            "released-down" => Day(released: 16, passages: 16 * 200),
            "coverage-down" => Day(coverage: 24 * 8),
            "passages-down" => Day(passages: 24 * 150),
            _ => Day(passages: 24 * 260),
        });

        Assert.Equal([$"{what}:2026-07-06"], alarms.Select(alarm => alarm.ToString()));
    }

    [Fact]
    public void An_alarm_is_over_ten_days_after_all_is_as_before()
    {
        Assert.NotEmpty(After(10 + 9, day => day < 10 ? Day(passages: 24 * 100) : Day()));
        Assert.Empty(After(10 + 10, day => day < 10 ? Day(passages: 24 * 100) : Day()));
    }

    [Fact]
    public void Without_enough_days_before_and_without_days_since_there_is_nothing_to_say()
    {
        Assert.Empty(Drift.Of([], First));
        Assert.Empty(Drift.Of([.. Enumerable.Range(0, 40).Select(day => Day(passages: day < 13 ? 24 * 200 : 24 * 90) with { Date = First.AddDays(day + 15) })], First.AddDays(55)));
        Assert.Empty(Drift.Of([.. Enumerable.Range(0, 28).Select(day => Day() with { Date = First.AddDays(day) })], First.AddDays(55)));
        Assert.Empty(After(28, _ => Day(released: 0, passages: 0), before: _ => Day(released: 0, passages: 0)));
    }

    [Fact]
    public void How_often_it_is_wrong_and_how_soon_it_is_right_is_measured()
    {
        const int places = 100, healthyDays = 150;
        var random = new SeededNoise(7);
        int zoneDays = 0, inAlarm = 0, begun = 0;
        var delays = new Dictionary<string, List<int>>();
        for (var place = 0; place < places; place++)
        {
            var days = Enumerable.Range(0, healthyDays).Select(day => Drawn(random, day, 1, 0.95, 0.97)).ToList();
            var was = false;
            for (var asOf = 2 * Before; asOf < healthyDays; asOf++)
            {
                var now = Drift.Of(days, First.AddDays(asOf - 1)).Count > 0;
                zoneDays++;
                inAlarm += now ? 1 : 0;
                begun += now && !was ? 1 : 0;
                was = now;
            }

            foreach (var (name, footfall, released, coverage) in new[] { ("passages -30 %", 0.7, 0.95, 0.97), ("released 95 -> 75 %", 1, 0.75, 0.97), ("coverage 97 -> 85 %", 1.0, 0.95, 0.85) })
            {
                var broken = Enumerable.Range(0, 84).Select(day => day < 56 ? Drawn(random, day, 1, 0.95, 0.97) : Drawn(random, day, footfall, released, coverage)).ToList();
                var value = name[0] == 'p' ? DriftingValue.Passages : name[0] == 'r' ? DriftingValue.ReleasedShare : DriftingValue.Coverage;
                var seen = Enumerable.Range(1, 28).FirstOrDefault(day => Drift.Of(broken, First.AddDays(55 + day)).Any(alarm => alarm.What == value && !alarm.IsUp), 99);
                if (!delays.TryGetValue(name, out var all))
                    delays.Add(name, all = []);
                all.Add(seen);
            }
        }

        output.WriteLine($"nothing wrong: {(double)inAlarm / zoneDays:P1} of {zoneDays} zone-days in alarm, {begun * 365.0 / zoneDays:F1} false alarms a zone and year");
        foreach (var (name, all) in delays)
            output.WriteLine($"{name}: seen after {all.Order().ElementAt(places / 2)} days (median), {all.Order().ElementAt(places * 9 / 10)} (9 of 10), {all.Count(day => day == 99)} of {places} not within 28");
        Assert.True(inAlarm < 0.15 * zoneDays, $"{inAlarm} of {zoneDays}");
        Assert.All(delays.Values, all => Assert.True(all.Order().ElementAt(places / 2) <= 7 && all.Count(day => day == 99) <= places / 20));
    }

    private static IReadOnlyList<DriftAlarm> After(int days, Func<int, DriftDay> last, Func<int, DriftDay>? before = null)
    {
        // The days before are those of the 28 before the last 28, whatever is looked at.
        var all = Enumerable.Range(0, Before).Select(day => (before ?? (_ => Day()))(day) with { Date = First.AddDays(day) })
            .Concat(Enumerable.Range(0, days).Select(day => last(day) with { Date = First.AddDays(Before + day) })).ToList();
        return Drift.Of(all, First.AddDays(2 * Before - 1));
    }

    private static DriftDay Day(int released = 24, int coverage = 240, long passages = 24 * 200) => new(default, 24, released, coverage, passages);

    // A place of 250 an hour, fewer at week-ends, one day in ten busier or emptier by a tenth and more; counting and noise beside.
    private static DriftDay Drawn(SeededNoise random, int day, double footfall, double released, double coverage)
    {
        var mean = 250 * footfall * (day % 7 < 5 ? 1 : 0.85) * (1 + 0.08 * random.Normal());
        int windows = 0, tenths = 0;
        long passages = 0;
        for (var window = 0; window < 24; window++)
        {
            tenths += (int)Math.Clamp(Math.Round(10 * (coverage + 0.05 * random.Normal())), 0, 10);
            if (random.Uniform() > released)
                continue;
            windows++;
            passages += random.Poisson(mean) + random.DiscreteLaplace(0.4);
        }

        return new DriftDay(First.AddDays(day), 24, windows, tenths, passages);
    }
}
