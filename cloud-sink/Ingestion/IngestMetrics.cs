using System.Diagnostics.Metrics;
using System.Reflection;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>The sink's instruments, by the naming rules of Prometheus. No number of a record is in them.</summary>
internal sealed class IngestMetrics : IDisposable
{
    public const string MeterName = "SocialCredit.Edge.Sink";

    private static readonly InstrumentAdvice<double> CommitSeconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    };

    /// <summary>A record is published two to twelve minutes after its window.</summary>
    private static readonly InstrumentAdvice<double> LagSeconds = new()
    {
        HistogramBucketBoundaries = [60, 120, 300, 600, 900, 1800, 3600, 21_600, 86_400, 259_200, 691_200],
    };

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _records;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _failedCommits;
    private readonly Counter<long> _closedGaps;
    private readonly Histogram<double> _commitDuration;
    private readonly Histogram<double> _lag;

    public IngestMetrics()
    {
        _records = _meter.CreateCounter<long>("scedge_sink_records", description: "Records committed, by outcome");
        _refused = _meter.CreateCounter<long>("scedge_sink_refused", description: "Messages and records refused, by reason");
        _failedCommits = _meter.CreateCounter<long>("scedge_sink_commits_failed", description: "Batches that the store did not take at once");

        // Gaps and not records: an outbox that was replaced starts at a number far above the old one's last.
        _closedGaps = _meter.CreateCounter<long>("scedge_sink_gaps_closed", description: "Gaps in the sequences of devices that were given up");
        _commitDuration = _meter.CreateHistogram("scedge_sink_commit_duration", "s", "One batch into the store", advice: CommitSeconds);
        _lag = _meter.CreateHistogram("scedge_sink_lag", "s", "From the end of a window to its record", advice: LagSeconds);
        var version = typeof(IngestMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        _meter.CreateObservableGauge(
            "scedge_sink_build_info", () => new Measurement<int>(1, new KeyValuePair<string, object?>("version", version)), description: "Always 1");
    }

    /// <summary>Shows what is asked for only when somebody looks; once.</summary>
    public void Show(IEventStore store, Func<bool> isConnected)
    {
        _meter.CreateObservableGauge(
            "scedge_sink_devices", () => Ask("SELECT COUNT(DISTINCT device) FROM sequence_range"), description: "Devices of which something was committed");

        // A range from 1 on has nothing below it, every other has a gap there.
        _meter.CreateObservableGauge(
            "scedge_sink_gaps", () => Ask("SELECT COUNT(*) FROM sequence_range WHERE first > 1"), description: "Gaps in the sequences of devices that are still waited for");
        _meter.CreateObservableGauge("scedge_sink_mqtt_connected", () => isConnected() ? 1 : 0, description: "1 while connected to the broker");

        long Ask(string sql) => store.Database.Read(sql, row => row.GetInt64(0))[0];
    }

    public void Committed(IncomingRecord incoming, IngestOutcome outcome)
    {
        _records.Add(1, new KeyValuePair<string, object?>("outcome", outcome.ToString()));
        if (outcome == IngestOutcome.Stored)
            _lag.Record(Math.Max(0, (incoming.ReceivedAt - incoming.Record.Start).TotalSeconds - incoming.Record.Seconds));
    }

    public void Refused(RefusalReason reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));

    public void CommitTook(TimeSpan duration) => _commitDuration.Record(duration.TotalSeconds);

    public void CommitFailed() => _failedCommits.Add(1);

    public void GapClosed() => _closedGaps.Add(1);

    internal bool Owns(Instrument instrument) => instrument.Meter == _meter;

    public void Dispose() => _meter.Dispose();
}
