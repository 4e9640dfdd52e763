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

        public IReadOnlyList<ClosedGap> CloseGaps(DateTimeOffset knownSince) => _store.CloseGaps(knownSince);

        public ManifestOutcome KeepManifest(string device, SignedManifest manifest, DateTimeOffset receivedAt) =>
            _store.KeepManifest(device, manifest, receivedAt);

        public IReadOnlyList<StoredManifest> Manifests(string? device) => _store.Manifests(device);

        public IDeviceStore Enrolled => _store.Enrolled;

        public Database Database => _store.Database;

        public bool ForgetKey(string device) => _store.ForgetKey(device);

        public void Dispose() => _store.Dispose();
    }
}
