using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;
using static SocialCredit.Edge.Sink.Tests.Storage.RecordFixtures;

namespace SocialCredit.Edge.Sink.Tests.Ingestion;

/// <summary>The order of commit and acknowledgement.</summary>
public sealed class RecordIngestTests
{
    [Fact]
    public async Task A_message_is_acknowledged_after_the_commit_and_not_before()
    {
        using var store = new WatchedStore();
        var committedAtAcknowledgement = await DeliverAsync(store, [Record(sequence: 1)]);

        Assert.Equal([1], committedAtAcknowledgement);
    }

    [Fact]
    public async Task A_store_that_fails_acknowledges_nothing_until_it_works_again()
    {
        using var store = new WatchedStore { FailuresLeft = 2 };
        var committedAtAcknowledgement = await DeliverAsync(store, [Record(sequence: 1), Record(hour: 1, sequence: 2)]);

        Assert.Equal(0, store.FailuresLeft);
        Assert.Equal([2, 2], committedAtAcknowledgement);
    }

    [Fact]
    public async Task Many_messages_are_committed_in_few_transactions()
    {
        using var store = new WatchedStore();
        await DeliverAsync(store, [.. Enumerable.Range(0, 1200).Select(i => Record($"zone-{i:D4}", sequence: (uint)i + 1))]);

        Assert.Equal(1200u, store.ReceivedOf("camera-1").UpTo);
        Assert.InRange(store.Batches.Max(), 2, RecordIngest.BatchMax);
    }

    [Fact]
    public async Task Messages_of_overlapping_batches_are_acknowledged_in_order_each_after_its_own_commit()
    {
        using var store = new WatchedStore();
        var time = new ShiftedTime(Noon.AddHours(30));
        var gate = new RecordGate(new GateRules(PrivacyProfile.Standard, new ZoneRegister(new Dictionary<string, ZoneEntry>())), time, credentials: null);
        using var board = new RetainedBoard(time, NullLogger<RetainedBoard>.Instance);
        using var metrics = new IngestMetrics();
        var together = 0;
        var ingest = new RecordIngest(gate, store, board, metrics, NullLogger<RecordIngest>.Instance)
        {
            Together = acknowledge =>
            {
                together++;
                return acknowledge();
            },
        };
        using var ended = new CancellationTokenSource();
        var acknowledged = new List<(int Message, int Committed)>();
        var all = new TaskCompletionSource();
        const int count = 3000;
        for (var i = 0; i < count; i++)
        {
            var (message, record) = (i, Record($"zone-{i:D4}", sequence: (uint)i + 1));
            await ingest.TakeAsync(
                new IncomingMessage(
                    Topics.Events("camera-1"), EventRecordJson.Encode(record, LengthBytes), CloudEventAttributes.SourceOf(record.Site, "camera-1"), record.Id,
                    _ =>
                    {
                        acknowledged.Add((message, store.CommittedCount));
                        if (acknowledged.Count == count)
                            all.SetResult();

                        // One that fails takes no other with it.
                        return message == 700 ? throw new InvalidOperationException("The connection went away.") : Task.CompletedTask;
                    }),
                CancellationToken.None);
        }

        var running = ingest.RunAsync(time, ended.Token);
        await all.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await ended.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.Equal(Enumerable.Range(0, count), acknowledged.Select(one => one.Message));
        Assert.All(acknowledged, one => Assert.True(one.Message < one.Committed));
        Assert.Equal((count / RecordIngest.BatchMax, store.Batches.Count), (together, together));
    }

    /// <summary>Delivers messages; returns how many records were committed at the moment of each acknowledgement.</summary>
    private static async Task<List<int>> DeliverAsync(WatchedStore store, EventRecord[] records)
    {
        var time = new ShiftedTime(Noon.AddHours(30));
        var gate = new RecordGate(new GateRules(PrivacyProfile.Standard, new ZoneRegister(new Dictionary<string, ZoneEntry>())), time, credentials: null);
        using var board = new RetainedBoard(time, NullLogger<RetainedBoard>.Instance);
        using var metrics = new IngestMetrics();
        var ingest = new RecordIngest(gate, store, board, metrics, NullLogger<RecordIngest>.Instance);
        using var ended = new CancellationTokenSource();
        var running = ingest.RunAsync(time, ended.Token);
        var committed = new List<int>();
        var all = new TaskCompletionSource();

        foreach (var record in records)
        {
            await ingest.TakeAsync(
                new IncomingMessage(
                    Topics.Events("camera-1"), EventRecordJson.Encode(record, LengthBytes),
                    CloudEventAttributes.SourceOf(record.Site, "camera-1"), record.Id, Acknowledge),
                CancellationToken.None);
        }

        await all.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await ended.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        return committed;

        Task Acknowledge(CancellationToken _)
        {
            committed.Add(store.CommittedCount);
            if (committed.Count == records.Length)
                all.SetResult();
            return Task.CompletedTask;
        }
    }

    /// <summary>A real store that counts its commits and can be made to fail.</summary>
    private sealed class WatchedStore : IEventStore
    {
        private readonly SqliteEventStore _store = new(Path.Combine(TestPaths.NewFolder(), "store.db"));

        public int FailuresLeft { get; set; }

        public int CommittedCount { get; private set; }

        public List<int> Batches { get; } = [];

        public IReadOnlyList<IngestOutcome> Ingest(IReadOnlyList<IncomingRecord> batch)
        {
            if (FailuresLeft > 0)
            {
                FailuresLeft--;
                throw new SqliteException("database or disk is full", 13);
            }

            var outcomes = _store.Ingest(batch);
            CommittedCount += batch.Count;
            Batches.Add(batch.Count);
            return outcomes;
        }

        public IReadOnlyList<ZoneDay> ZoneDays(string? zone, DateOnly from, DateOnly to) => _store.ZoneDays(zone, from, to);

        public IReadOnlyList<StoredRecord> Records(string zone, DateOnly from, DateOnly to) => _store.Records(zone, from, to);

        public bool ForgetRecords(DateOnly before) => _store.ForgetRecords(before);

        public IReadOnlyList<ZoneSummary> Zones() => _store.Zones();

        public IReadOnlyList<QuarantinedRecord> Quarantine(int limit) => _store.Quarantine(limit);

        public IReadOnlyList<string> Devices() => _store.Devices();

        public Received ReceivedOf(string device) => _store.ReceivedOf(device);

        public IReadOnlyList<Received> ReceivedOf(IReadOnlyList<string> devices) => _store.ReceivedOf(devices);

        public IReadOnlyList<ClosedGap> CloseGaps(DateTimeOffset knownSince) => _store.CloseGaps(knownSince);

        public ManifestOutcome KeepManifest(string device, SignedManifest manifest, DateTimeOffset receivedAt) =>
            _store.KeepManifest(device, manifest, receivedAt);

        public IReadOnlyList<StoredManifest> Manifests(string device) => _store.Manifests(device);

        public DeviceTables Enrolled => _store.Enrolled;

        public Database Database => _store.Database;

        public bool ForgetKey(string device) => _store.ForgetKey(device);

        public void Dispose() => _store.Dispose();
    }
}
