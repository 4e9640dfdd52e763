using CsCheck;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Tests.Scoring;

namespace SocialCredit.Edge.Sink.Tests.Serving;

public sealed class RowsCsvTests
{
    [Fact]
    public void Columns_stand_in_the_policys_order_and_what_was_not_measured_is_empty()
    {
        var day = new DateOnly(2026, 11, 21);
        DayRow[] rows =
        [
            new(day, 24, 20, 8000, new Dictionary<string, long> { ["yielded"] = 360, ["red_crossing"] = -2, ["tailgating"] = 1 }),
            new(day.AddDays(-1), 24, 0, 0, new Dictionary<string, long> { ["yielded"] = 0 }),
        ];

        Assert.Equal("""
            zone,date,windows,released,passages,red_crossing,yielded,tailgating
            crossing-north,2026-11-20,24,0,0,,0,
            crossing-north,2026-11-21,24,20,8000,-2,360,1

            """, Write(rows));
    }

    [Fact]
    public void What_is_written_is_read_again() =>
        Gen.Select(Gen.Int[1, 24], Gen.Long[0, 1_000_000], Gen.Long[-1000, 1000].Array[3]).Array[1, 30].Sample(days =>
        {
            var rows = days.Select((day, i) => new DayRow(
                new DateOnly(2026, 1, 1).AddDays(i), 24, day.Item1, day.Item2,
                Policies.Names.Zip(day.Item3).ToDictionary(pair => pair.First, pair => pair.Second))).ToArray();

            var read = RowsCsvReader.Read("rows.csv", new StringReader(Write(rows)));

            Assert.Empty(read.Faults);
            Assert.Equal(Write(rows), Write([.. read.Zones["crossing-north"]]));
        });

    [Fact]
    public void No_text_makes_the_reader_throw() =>
        Gen.OneOf(Gen.String, Gen.String.Select(text => $"zone,date,windows,released,passages\n{text}"))
            .Sample(text => Assert.NotNull(RowsCsvReader.Read("rows.csv", new StringReader(text))));

    private static string Write(DayRow[] rows)
    {
        using var text = new StringWriter();
        RowsCsv.Write(text, "crossing-north", rows, Policies.Names);
        return text.ToString();
    }
}
