using System.Diagnostics.Metrics;
using System.Reflection;
using SocialCredit.Edge.Capture;

namespace SocialCredit.Edge.Host.Observing;

/// <summary>
/// The agent's instruments, by the naming rules of Prometheus: base units, and <c>_total</c> for what only rises. They say how the
/// machine is. Nothing here counts passages, behaviours, detections or tracks: noise is added once, on the way out, and an exact
/// count that can be read beside it would undo it.
/// </summary>
internal sealed class AgentMetrics : IDisposable
{
    public const string MeterName = "SocialCredit.Edge.Agent";

    /// <summary>Seconds. A frame at 5 a second is 0.2 s old at least where it waited for the one before.</summary>
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private readonly Meter _meter = new(MeterName);
    private readonly Histogram<double> _age;
    private readonly Histogram<double> _inference;

    public AgentMetrics()
    {
        _age = _meter.CreateHistogram("scedge_frame_age", "s", "Age of a live frame when the rules have seen it", advice: Seconds);
        _inference = _meter.CreateHistogram("scedge_inference_duration", "s", "Letterbox, model and head of one frame", advice: Seconds);
        var version = typeof(AgentMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        _meter.CreateObservableGauge(
            "scedge_build_info", () => new Measurement<int>(1, new KeyValuePair<string, object?>("version", version)), description: "Always 1");
    }

    /// <summary>For the pipeline of one camera.</summary>
    public FrameTimes TimesOf(string camera) => new(camera, _age, _inference);

    /// <summary>Shows the agent as it is whenever somebody asks; once.</summary>
    public void Show(AgentVitals agent)
    {
        _meter.CreateObservableGauge("scedge_camera_up", () => agent.Cameras.Select(IsUp), description: "1 while moving pictures come at the rate asked for");
        _meter.CreateObservableCounter(
            "scedge_camera_frames", () => agent.Cameras.SelectMany(Frames), description: "Frames by what became of them: ok, dropped for a newer one, corrupt");
        _meter.CreateObservableCounter(
            "scedge_reconnects", () => agent.Cameras.Select(camera => Of(camera, camera.Camera.Counters.Reconnects)), description: "Times a camera was lost");
        _meter.CreateObservableCounter(
            "scedge_exposure",
            () => agent.Exposure().Select(zone => new Measurement<double>(zone.Watched.TotalSeconds, new KeyValuePair<string, object?>("zone", zone.Zone))),
            "s",
            "Time in which the zone was really watched");
        _meter.CreateObservableGauge("scedge_outbox_depth", () => agent.Store().Depth, description: "Records that the sink does not have yet");
        _meter.CreateObservableGauge("scedge_outbox_parked", () => agent.Store().Parked, description: "Of these, those that the broker refused for good");
        _meter.CreateObservableGauge("scedge_outbox_oldest_age", () => agent.Store().OldestAge.TotalSeconds, "s", "Age of the oldest of them");
        _meter.CreateObservableGauge("scedge_outbox_refusing", () => agent.Store().IsRefusing ? 1 : 0, description: "1 while the disk takes nothing");
        _meter.CreateObservableCounter("scedge_outbox_dropped", () => Dropped(agent), description: "Records that no sink will get, by reason");
        _meter.CreateObservableGauge("scedge_mqtt_connected", () => agent.Forwarder().IsConnected ? 1 : 0, description: "1 while connected to the broker");
        _meter.CreateObservableCounter("scedge_mqtt_sent", () => agent.Forwarder().Sent, description: "Sends that the broker acknowledged, repeated ones included");
        _meter.CreateObservableCounter(
            "scedge_schema_rejects", () => agent.Forwarder().Parked, description: "Sends that the broker refused for good: right, topic, size or form");
    }

    internal bool Owns(Instrument instrument) => instrument.Meter == _meter;

    public void Dispose() => _meter.Dispose();

    private static Measurement<int> IsUp(CameraVitals camera) =>
        new(camera.State.Status == CameraStatus.Online ? 1 : 0, new KeyValuePair<string, object?>("camera", camera.Name));

    private static Measurement<long> Of(CameraVitals camera, long count) => new(count, new KeyValuePair<string, object?>("camera", camera.Name));

    private static IEnumerable<Measurement<long>> Frames(CameraVitals camera)
    {
        var counters = camera.Camera.Counters;
        foreach (var (result, count) in ((string, long)[])
            [("ok", camera.Kept(counters)), ("dropped", counters.Dropped), ("corrupt", counters.Skipped)])
        {
            yield return new(count, new KeyValuePair<string, object?>("camera", camera.Name), new KeyValuePair<string, object?>("result", result));
        }
    }

    private static IEnumerable<Measurement<long>> Dropped(AgentVitals agent)
    {
        var losses = agent.Store().Losses;
        return
        [
            new(losses.Dropped, new KeyValuePair<string, object?>("reason", "bound")),
            new(losses.Lost, new KeyValuePair<string, object?>("reason", "damage")),
            new(losses.GivenUp, new KeyValuePair<string, object?>("reason", "given_up")),
        ];
    }
}
