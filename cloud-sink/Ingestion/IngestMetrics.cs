using System.Diagnostics.Metrics;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>Counts what became of messages, by outcome and by reason.</summary>
internal sealed class IngestMetrics : IDisposable
{
    public const string MeterName = "SocialCredit.Edge.Sink";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _records;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _failedCommits;
    private readonly Counter<long> _closedGaps;

    public IngestMetrics()
    {
        _records = _meter.CreateCounter<long>("sink.records", description: "Records committed, by outcome");
        _refused = _meter.CreateCounter<long>("sink.refused", description: "Messages and records refused, by reason");
        _failedCommits = _meter.CreateCounter<long>("sink.commits.failed", description: "Batches that the store did not take at once");

        // Gaps and not records: an outbox that was replaced starts at a number far above the old one's last.
        _closedGaps = _meter.CreateCounter<long>("sink.gaps.closed", description: "Gaps in the sequences of devices that were given up");
    }

    public void Committed(IngestOutcome outcome) => _records.Add(1, new KeyValuePair<string, object?>("outcome", outcome.ToString()));

    public void Refused(RefusalReason reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));

    public void CommitFailed() => _failedCommits.Add(1);

    public void GapClosed() => _closedGaps.Add(1);

    internal bool Owns(Instrument instrument) => instrument.Meter == _meter;

    public void Dispose() => _meter.Dispose();
}
