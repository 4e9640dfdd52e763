using Npgsql;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;
using static SocialCredit.Edge.Sink.Tests.Storage.RecordFixtures;

namespace SocialCredit.Edge.Sink.Tests.Storage;

public sealed class PostgresEventStoreTests : EventStoreContract
{
    private static readonly DateOnly Day = new(2026, 11, 22);

    protected override IEventStore Open(string place) => new PostgresEventStore(PostgresServer.Get().Database(place));

    [Fact]
    public async Task Sinks_that_get_the_same_records_in_any_order_and_dispute_store_each_once_and_never_cross()
    {
        const int Sinks = 4, Records = 240, Batch = 40;
        var place = PostgresServer.Get().Database(TestPaths.NewFolder());
        var outcomes = await Task.WhenAll(Enumerable.Range(0, Sinks).Select(sink => Task.Run(() =>
        {
            using var store = new PostgresEventStore(place);

            // The zones, days and devices of all are the same; so is one record in twenty, except for what it says.
            var records = Enumerable.Range(0, Records).Select(i => Incoming(
                Record($"zone-{i % 6}", hour: i % 50 - 40, sequence: (uint)i + 1, red: i % 20 == 0 ? sink : 3), $"camera-{i % 5}")).ToArray();
            new Random(sink).Shuffle(records);
            return records.Chunk(Batch).SelectMany(batch => store.Ingest(batch).Zip(batch, (outcome, incoming) => (incoming.Device, incoming.Record.Id, outcome))).ToList();
        })));

        using var after = new PostgresEventStore(place);
        var stored = outcomes.SelectMany(one => one).Where(one => one.outcome == IngestOutcome.Stored).Select(one => (one.Device, one.Id)).ToList();
        Assert.Equal(stored.Count, stored.Distinct().Count());
        Assert.Contains(outcomes.SelectMany(one => one), one => one.outcome == IngestOutcome.Conflict);
        var restatement = new Restatement(after.Database);
        Assert.All(after.Zones().SelectMany(zone => restatement.Check(zone.Zone, Day.AddDays(-3), Day.AddDays(1))), day => Assert.True(day.IsSame, $"{day.Stands} was not {day.Records}"));
        Assert.Equal(Records, after.Devices().Sum(device => Enumerable.Range(1, Records).Count(sequence => after.ReceivedOf(device).Covers((uint)sequence))));
    }

    [Fact]
    public async Task Sinks_that_have_one_device_forget_none_of_its_sequences()
    {
        const int Sinks = 4, Batches = 25, Batch = 3;
        var place = PostgresServer.Get().Database(TestPaths.NewFolder());
        await Task.WhenAll(Enumerable.Range(0, Sinks).Select(sink => Task.Run(() =>
        {
            // No zone in common, for which they would wait; of the device's numbers each has every fourth.
            using var store = new PostgresEventStore(place);
            foreach (var batch in Enumerable.Range(0, Batches * Batch).Chunk(Batch))
                store.Ingest([.. batch.Select(i => Incoming(Record($"zone-{sink}", hour: -i, sequence: (uint)(i * Sinks + sink + 1))))]);
        })));

        using var after = new PostgresEventStore(place);
        var received = after.ReceivedOf("camera-1");
        Assert.Equal((Sinks * Batches * Batch, 0), ((int)received.UpTo, received.Gaps.Count));
    }

    [Fact]
    public async Task A_gap_is_not_closed_while_a_sink_writes_what_fills_it()
    {
        var place = PostgresServer.Get().Database(TestPaths.NewFolder());
        using var store = new PostgresEventStore(place);
        store.Ingest([Incoming(Record(sequence: 1)), Incoming(Record(hour: 1, sequence: 3))]);
        await using var connection = new NpgsqlConnection(place);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();

        // As a sink does whose batch is not committed yet.
        await using var hold = new NpgsqlCommand("SELECT pg_advisory_xact_lock_shared($1)", connection) { Parameters = { new() { Value = PostgresEventStore.GapsLock } } };
        await hold.ExecuteNonQueryAsync();
        await using var fill = new NpgsqlCommand("WITH gone AS (DELETE FROM sequence_range WHERE first = 3) UPDATE sequence_range SET last = 3 WHERE first = 1", connection);
        await fill.ExecuteNonQueryAsync();
        var closing = Task.Run(() => store.CloseGaps(Noon.AddDays(9)));
        await Eventually.TrueAsync(
            () => closing.IsCompleted || store.Database.Read(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'", row => row.GetInt64(0))[0] > 0,
            "it waits");
        await transaction.CommitAsync();

        Assert.Empty(await closing);
    }

    [Fact]
    public void Each_month_has_a_table_of_its_own()
    {
        var database = PostgresServer.Get().Database(TestPaths.NewFolder());
        using var store = new PostgresEventStore(database);

        store.Ingest([Incoming(Record(hour: -22 * 24, sequence: 1)), Incoming(Record(sequence: 2)), Incoming(Record(hour: 1, sequence: 3))]);

        Assert.Equal(
            [("record_2026_10", 1L), ("record_2026_11", 2L)],
            store.Database.Read("SELECT tableoid::regclass::text, count(*) FROM record GROUP BY 1 ORDER BY 1", row => (row.GetString(0), row.GetInt64(1))));
    }

    [Fact]
    public void A_month_that_lies_in_the_default_goes_on_lying_there()
    {
        var database = PostgresServer.Get().Database(TestPaths.NewFolder());
        using (var before = new PostgresEventStore(database))
        {
            before.Ingest([Incoming(Record(sequence: 1))]);
            before.Database.Run("CREATE TABLE kept AS SELECT * FROM record");
            before.Database.Run("DROP TABLE record_2026_11");
            before.Database.Run("INSERT INTO record SELECT * FROM kept");
        }

        using var store = new PostgresEventStore(database);

        Assert.Equal([IngestOutcome.Duplicate, IngestOutcome.Stored], store.Ingest([Incoming(Record(sequence: 1)), Incoming(Record(hour: 1, sequence: 2))]));
        Assert.Equal(2, store.Records("crossing-north", Day, Day).Count);
        Assert.False(store.ForgetRecords(new DateOnly(2026, 11, 30)));
        Assert.True(store.ForgetRecords(new DateOnly(2026, 12, 1)));
        Assert.Empty(store.Records("crossing-north", Day, Day));
    }

    [Theory]
    [InlineData("LOCALE_PROVIDER icu ICU_LOCALE 'en'", "", "LC_COLLATE 'C'")]
    [InlineData("", "SET synchronous_commit = off", "Set synchronous_commit = on")]
    public void A_database_that_would_not_keep_what_it_says_is_refused(string made, string altered, string advice)
    {
        var database = PostgresServer.Get().EmptyDatabase(made, altered);

        var refused = Assert.Throws<StoreException>(() => new PostgresEventStore(database));

        Assert.Contains(advice, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sinks_that_start_at_once_make_one_schema()
    {
        var database = PostgresServer.Get().EmptyDatabase();

        var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => new PostgresEventStore(database))));

        Assert.Equal([IngestOutcome.Stored], stores[0].Ingest([Incoming(Record())]));
        Assert.All(stores, store => Assert.Single(store.Zones()));
        foreach (var store in stores)
            store.Dispose();
    }

    [Fact]
    public void A_server_that_ends_a_connection_is_asked_again()
    {
        using var store = new PostgresEventStore(PostgresServer.Get().Database(TestPaths.NewFolder()));
        store.Ingest([Incoming(Record(sequence: 1))]);
        store.Database.Read("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", _ => 0);

        // As the ingestion does.
        IReadOnlyList<IngestOutcome>? outcomes = null;
        for (var i = 0; i < 5 && outcomes is null; i++)
        {
            try
            {
                outcomes = store.Ingest([Incoming(Record(hour: 1, sequence: 2))]);
            }
            catch (NpgsqlException)
            {
                Assert.True(i < 4, "it stays away");
            }
        }

        Assert.Equal([IngestOutcome.Stored], outcomes);
    }
}

public sealed class PostgresManifestStoreTests : ManifestStoreContract
{
    protected override IEventStore Open(string place) => new PostgresEventStore(PostgresServer.Get().Database(place));
}

public sealed class PostgresGovernanceStoreTests : GovernanceStoreContract
{
    protected override IEventStore OpenEmpty() => new PostgresEventStore(PostgresServer.Get().Database(SocialCredit.Edge.Tests.TestPaths.NewFolder()));

    [Fact]
    public void The_database_refuses_to_empty_the_audit_log_at_one_stroke()
    {
        using var store = OpenEmpty();
        new AuditTables(store.Database).Append(new(AuditKind.DeviceApproved, "camera-1", "operator", Noon));

        Assert.Contains("append-only", Assert.Throws<PostgresException>(() => store.Database.Run("TRUNCATE audit")).Message, StringComparison.Ordinal);
        Assert.Equal(1, new AuditTables(store.Database).Head().Number);
    }
}

public sealed class PostgresDeviceStoreTests : DeviceStoreContract
{
    protected override IEventStore Open(string place) => new PostgresEventStore(PostgresServer.Get().Database(place));
}

public sealed class PostgresSequenceGapTests : SequenceGapContract
{
    protected override int Courses => 4;

    protected override IEventStore Open(string place) => new PostgresEventStore(PostgresServer.Get().Database(place));
}

public sealed class PostgresRestatementTests : RestatementContract
{
    protected override IEventStore Open(string place) => new PostgresEventStore(PostgresServer.Get().Database(place));
}
