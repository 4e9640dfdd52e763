using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;
using static SocialCredit.Edge.Sink.Tests.Storage.RecordFixtures;

namespace SocialCredit.Edge.Sink.Tests.Ingestion;

public sealed class RecordRetentionTests
{
    [Theory]
    [InlineData("2027-01-01", 31, "2026-12-01")]
    [InlineData("2026-12-31", 31, "2026-11-01")]
    [InlineData("2027-01-15", 31, "2026-12-01")]
    [InlineData("2028-03-30", 30, "2028-02-01")]
    [InlineData("2028-03-31", 30, "2028-03-01")]
    public void A_month_goes_whole_once_its_last_day_is_older_than_is_kept(string today, int days, string first) =>
        Assert.Equal(DateOnly.Parse(first, System.Globalization.CultureInfo.InvariantCulture), RecordRetention.FirstKept(DateOnly.Parse(today, System.Globalization.CultureInfo.InvariantCulture), days));

    [Fact]
    public async Task A_running_sink_forgets_what_is_older_than_it_keeps_and_says_so_in_the_audit_log()
    {
        var time = new ShiftedTime(Noon.AddDays(40));
        await using var sink = await RunningSink.StartAsync("store: {keepDays: 31}", time: time, fill: store =>
            store.Ingest([Incoming(Record(hour: -22 * 24, sequence: 1)), Incoming(Record(sequence: 2)), Incoming(Record(hour: 24 * 20, sequence: 3))]));

        await Eventually.TrueAsync(() => Lines().Count > 0, "it is a line of the audit log");

        var (first, last) = (new DateOnly(2026, 10, 1), new DateOnly(2026, 12, 31));
        Assert.Equal([3u], sink.Store.Records("crossing-north", first, last).Select(record => record.Record.Sequence));
        Assert.Equal(3, sink.Store.ZoneDays("crossing-north", first, last).Count);
        Assert.Contains(
            "\"by\":\"operator\",\"detail\":{\"before\":\"2026-12-01\",\"keepDays\":\"31\"}", Assert.Single(Lines()).Line, StringComparison.Ordinal);

        List<AuditLine> Lines() => [.. new AuditTables(sink.Store.Database).All().Where(line => line.Kind == "rows-deleted")];
    }
}
