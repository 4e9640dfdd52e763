using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Benchmarks.Sink.Drain;

/// <summary>The store without a broker: the same records, decoded before, in batches as the ingestion makes them.</summary>
internal sealed class StoreAlone(IEventStore store, LoadRecords load) : IContestant
{
    private List<IncomingRecord[]> _batches = [];

    public Task PrepareAsync() => Task.CompletedTask;

    public void Ready(int round) => _batches = [.. load.Round(round)
        .Select(one => new IncomingRecord(one.Device, one.Record, one.Payload, TimeProvider.System.GetUtcNow()))
        .Chunk(RecordIngest.BatchMax)];

    public Task DrainAsync(int count)
    {
        foreach (var batch in _batches)
            store.Ingest(batch);
        return Task.CompletedTask;
    }

    public long Stored() => Stores.Count(store);

    public void Dispose() => store.Dispose();
}
