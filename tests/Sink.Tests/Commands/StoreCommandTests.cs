using SocialCredit.Edge.Sink.Storage;
using static SocialCredit.Edge.Sink.Tests.Storage.RecordFixtures;

namespace SocialCredit.Edge.Sink.Tests.Commands;

/// <summary>Whether days are what their records say, and making them so.</summary>
public sealed class StoreCommandTests
{
    private const string Configuration = "policy: policy.yaml\nstore: {sqlite: sink.db}\n";

    [Fact]
    public void A_day_that_differs_is_named_and_written_anew()
    {
        var run = Filled();
        Assert.Equal(0, run.Invoke("store", "check", "--config", "sink.yaml"));
        Assert.Equal("2 zones, 3 days: 0 other than their records, 0 without records.\n", run.TakeOutput());
        Change(run, "UPDATE zone_day SET passages = 999 WHERE zone = 'crossing-north' AND passages = 400");

        Assert.Equal(1, run.Invoke("store", "check", "--config", "sink.yaml"));
        Assert.Equal(
            """
            crossing-north 2026-11-22: 2 windows (2 released), 999 passages, red_crossing 6, waited_on_red 82, but its records say 2 windows (2 released), 400 passages, red_crossing 6, waited_on_red 82.
            2 zones, 3 days: 1 other than their records, 0 without records.

            """,
            run.TakeOutput());
        Assert.Equal(0, run.Invoke("restate", "crossing-north", "--from", "2026-11-01", "--to", "2026-11-30", "--config", "sink.yaml"));
        Assert.Contains("999 passages, red_crossing 6, waited_on_red 82 became 2 windows", run.TakeOutput(), StringComparison.Ordinal);
        using (var store = new SqliteEventStore(Path.Combine(run.Folder, "sink.db")))
        {
            Assert.Equal([("crossing-north", "restated rows")], new ScorePasses(store.Database).TakeDue(10));
            Assert.Contains("\"detail\":{\"day\":\"2026-11-22\",\"before\":\"2 windows (2 released), 999 passages\",\"after\":\"2 windows (2 released), 400 passages\"}", Assert.Single(new AuditTables(store.Database).All()).Line, StringComparison.Ordinal);
        }

        Assert.Equal(0, run.Invoke("store", "check", "--config", "sink.yaml", "--zone", "crossing-north"));
    }

    [Fact]
    public void A_day_without_records_stays_and_is_said()
    {
        var run = Filled();
        Change(run, "DELETE FROM record WHERE zone = 'plaza-south'");

        Assert.Equal(1, run.Invoke("restate", "plaza-south", "--from", "2026-11-22", "--to", "2026-11-22", "--config", "sink.yaml"));

        Assert.Equal(
            """
            plaza-south 2026-11-22: 1 windows stand, and none of their records is there any more; it stays as it is.
            plaza-south: 1 days, 0 as their records say, 0 written anew, 1 without records.

            """,
            run.Output);
    }

    [Theory]
    [InlineData("restate", "nowhere", "--from", "2026-11-22", "--to", "2026-11-22", "zone: there is no record of 'nowhere'.")]
    [InlineData("restate", "plaza-south", "--from", "2026-11-23", "--to", "2026-11-22", "--from must not be after --to.")]
    [InlineData("store", "check", "--zone", "nowhere", "--to", "2026-11-22", "--zone: there is no record of 'nowhere'.")]
    public void What_is_not_there_is_said(params string[] words)
    {
        var run = Filled();

        Assert.Equal(1, run.Invoke([.. words[..^1], "--config", "sink.yaml"]));

        Assert.Contains(words[^1], run.Errors, StringComparison.Ordinal);
    }

    private static CommandRun Filled()
    {
        var run = new CommandRun().With("policy.yaml", CommandRun.PolicyText).With("sink.yaml", Configuration);
        using var store = new SqliteEventStore(Path.Combine(run.Folder, "sink.db"));
        store.Ingest([
            Incoming(Record(hour: 0, sequence: 1)), Incoming(Record(hour: 1, sequence: 2)), Incoming(Record(hour: 12, sequence: 3)), Incoming(Record("plaza-south", sequence: 4))]);
        return run;
    }

    private static void Change(CommandRun run, string sql)
    {
        using var store = new SqliteEventStore(Path.Combine(run.Folder, "sink.db"));
        store.Database.Run(sql);
    }
}
