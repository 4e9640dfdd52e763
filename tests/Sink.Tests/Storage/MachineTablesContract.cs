using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;
using static SocialCredit.Edge.Sink.Tests.Storage.RecordFixtures;

namespace SocialCredit.Edge.Sink.Tests.Storage;

/// <summary>Keys, webhooks and what was committed, on every store.</summary>
public abstract class MachineTablesContract : IDisposable
{
    private IEventStore? _opened;

    private Database Database => (_opened ??= OpenEmpty()).Database;

    protected abstract IEventStore OpenEmpty();

    [Fact]
    public void A_key_is_kept_once_listed_and_forgotten_and_each_stands_in_the_audit_log()
    {
        var keys = new KeyTables(Database);
        var key = new ApiKey("works-office", ApiKeyKind.Secret, new string('a', 64), [ApiKey.Operate, ApiKey.Read], Noon, Noon.AddDays(90));

        Assert.True(keys.Add(key));
        Assert.False(keys.Add(key with { Hash = new string('b', 64) }));
        Assert.Equal(key.Hash, keys.All().Single().Hash);
        Assert.Equal(key.Scopes, keys.All().Single().Scopes);
        Assert.Equal(key.ExpiresAt, keys.All().Single().ExpiresAt);
        Assert.True(keys.Remove(key.Id, Noon));
        Assert.False(keys.Remove(key.Id, Noon));
        Assert.Equal(["key-removed", "key-added"], new AuditTables(Database).Newest(10).Select(line => line.Kind));
    }

    [Fact]
    public void A_change_of_a_grade_becomes_one_message_for_each_webhook_and_only_to_those_that_are_there()
    {
        var hooks = new WebhookTables(Database);
        Grade("crossing-north", "C");
        Assert.False(hooks.NoteNew("p-1", Noon));
        hooks.Add(Hook("office"), Noon);
        hooks.Add(Hook("home"), Noon);
        Assert.True(hooks.NoteNew("p-1", Noon));
        Assert.Empty(hooks.Changed("p-1", 10));

        Grade("crossing-north", "B");
        var changed = Assert.Single(hooks.Changed("p-1", 10));
        Assert.True(hooks.Note(changed.Zone, changed.Grade, before => ("one", $"{before}{changed.Grade}"), Noon));
        Assert.False(hooks.Note(changed.Zone, changed.Grade, _ => ("two", ""), Noon));
        Assert.Empty(hooks.Changed("p-1", 10));

        Assert.Equal(["CB", "CB"], hooks.Take(Noon, 10).Select(delivery => delivery.Body));
        Assert.True(hooks.Remove("home"));
        Assert.Equal(("office", 1L, ""), hooks.States().Single());
    }

    [Fact]
    public void A_message_is_taken_by_one_and_comes_again_later_each_time_until_it_is_done()
    {
        var hooks = new WebhookTables(Database);
        hooks.Add(Hook("office"), Noon);
        Database.Run("INSERT INTO told_grade (zone, grade, since) VALUES ('crossing-north', 'C', 0)");
        hooks.Note("crossing-north", "B", _ => ("one", "{}"), Noon);
        var (now, pauses) = (Noon, new List<double>());

        for (var i = 0; i < 5; i++)
        {
            var taken = Assert.Single(hooks.Take(now, 10));
            Assert.Empty(hooks.Take(now, 10));
            pauses.Add((taken.NextAt - now).TotalMinutes);
            Assert.Empty(hooks.Take(taken.NextAt.AddMilliseconds(-1), 10));
            now = taken.NextAt;
        }

        var last = Assert.Single(hooks.Take(now, 10));
        hooks.Done(last, "delivered", now);
        Assert.Empty(hooks.Take(now.AddDays(1), 10));
        Assert.Equal([1, 2, 4, 8, 16], pauses);
        Assert.Equal(TimeSpan.FromHours(6), WebhookTables.PauseAfter(40));
        Assert.Equal(0, hooks.Forget(now.AddDays(29)));
        Assert.Equal(1, hooks.Forget(now.AddDays(31)));
    }

    [Fact]
    public void Of_many_who_take_at_once_each_message_goes_to_one()
    {
        var hooks = new WebhookTables(Database);
        hooks.Add(Hook("office"), Noon);
        for (var i = 0; i < 40; i++)
        {
            Database.Run("INSERT INTO told_grade (zone, grade, since) VALUES ($1, 'C', 0)", $"zone-{i}");
            hooks.Note($"zone-{i}", "B", _ => ($"{i}", "{}"), Noon);
        }

        var taken = new System.Collections.Concurrent.ConcurrentBag<string>();
        Parallel.For(0, 6, new ParallelOptions { MaxDegreeOfParallelism = 6 }, _ =>
        {
            foreach (var delivery in hooks.Take(Noon, 40))
                taken.Add(delivery.Id);
        });

        Assert.Equal(40, taken.Count);
        Assert.Equal(40, taken.Distinct().Count());
    }

    [Fact]
    public void Each_commit_says_which_records_are_new_and_what_is_disputed_is_no_more_told()
    {
        var live = new LiveTables(Database);
        _opened!.Ingest([Incoming(Record(hour: 0)), Incoming(Record(hour: 0)), Incoming(Record(hour: 1, sequence: 2))]);
        _opened.Ingest([Incoming(Record(hour: 0))]);
        _opened.Ingest([Incoming(Record(hour: 1, sequence: 2, red: 9)), Incoming(Record("plaza-south", 2, 3))]);

        var batches = live.After(0, 10);
        Assert.Equal([2, 1], batches.Select(batch => batch.Keys.Count));
        Assert.Equal(Text(Incoming(Record(hour: 0)).Payload), Text(live.Payload(batches[0].Keys[0])!));
        Assert.Null(live.Payload(batches[0].Keys[1]));
        Assert.Equal("plaza-south", batches[1].Keys[0].Zone);
        Assert.Equal((batches[0].Id, batches[1].Id), live.Bounds());
        Assert.Equal(1, live.Forget(Noon.AddDays(2)));
        Assert.Equal((batches[1].Id, batches[1].Id), live.Bounds());
    }

    [Fact]
    public void Zones_are_narrowed_by_behaviour_and_by_names_of_the_register()
    {
        Grade("crossing-north", "C");
        Grade("plaza-south", "C", """{"red_crossings":1}""");
        var scores = new ScoreTables(Database);

        Assert.Equal(["crossing-north"], scores.Page("p-1", new ScoreQuery { Behaviour = "red_crossing" }, 10).Select(one => one.Score.Zone));
        Assert.Equal(["plaza-south"], scores.Page("p-1", new ScoreQuery { Text = "nowhere", Named = ["plaza-south"] }, 10).Select(one => one.Score.Zone));
        Assert.Equal(["crossing-north", "plaza-south"], scores.Page("p-1", new ScoreQuery { Text = "CROSSING", Named = ["plaza-south"] }, 10).Select(one => one.Score.Zone));
    }

    public void Dispose()
    {
        _opened?.Dispose();
        GC.SuppressFinalize(this);
    }

    private static Webhook Hook(string id) => new(id, new Uri($"https://{id}.example/hook"), WebhookSending.SecretPrefix + "c2VjcmV0", false);

    private void Grade(string zone, string grade, string points = """{"red_crossing":-4.5}""") => Database.Run(
        "INSERT INTO zone_score (zone, policy, shadow, day, site, score, half_width, grade, band, ungraded, exposure, released_share, points, drift, rules, inputs, computed_at, last_start) "
        + "VALUES ($1, 'p-1', 0, 739000, 'plaza-7', 50, 5, $2, $2, 0, 3, 1, $3, '', '', '', 0, 0) ON CONFLICT (zone, policy) DO UPDATE SET grade = $2", zone, grade, points);
}

public sealed class SqliteMachineTablesTests : MachineTablesContract
{
    protected override IEventStore OpenEmpty() => new SqliteEventStore(Path.Combine(TestPaths.NewFolder(), "store.db"));
}

public sealed class PostgresMachineTablesTests : MachineTablesContract
{
    protected override IEventStore OpenEmpty() => new PostgresEventStore(PostgresServer.Get().Database(TestPaths.NewFolder()));
}
