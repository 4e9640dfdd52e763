using System.Diagnostics;
using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using SocialCredit.Edge.Agent.Tests.Forwarding;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Host;
using SocialCredit.Edge.Host.Observing;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host.Observing;

/// <summary>What the agent measures of itself: a closed list without a passer-by in it, at no cost for a frame.</summary>
public sealed class AgentMetricsTests(ITestOutputHelper output)
{
    /// <summary>Every instrument with the labels that it may have. Whoever adds one says here why no count of anybody is in it.</summary>
    private static readonly Dictionary<string, string[]> Closed = new()
    {
        ["scedge_build_info"] = ["version"],
        ["scedge_camera_up"] = ["camera"],
        ["scedge_camera_frames"] = ["camera", "result"],
        ["scedge_frame_age"] = ["camera"],
        ["scedge_inference_duration"] = ["camera"],
        ["scedge_reconnects"] = ["camera"],
        ["scedge_exposure"] = ["zone"],
        ["scedge_outbox_depth"] = [],
        ["scedge_outbox_parked"] = [],
        ["scedge_outbox_oldest_age"] = [],
        ["scedge_outbox_refusing"] = [],
        ["scedge_outbox_dropped"] = ["reason"],
        ["scedge_mqtt_connected"] = [],
        ["scedge_mqtt_sent"] = [],
        ["scedge_schema_rejects"] = [],
    };

    [Fact]
    public void The_instruments_are_those_of_the_closed_list_and_their_labels_too()
    {
        var seen = Collect(metrics =>
        {
            metrics.Show(Vitals());
            metrics.TimesOf("north").Detected(Stopwatch.Frequency / 50);
            metrics.TimesOf("north").Followed(TimeSpan.FromMilliseconds(80));
        });

        Assert.Equal(Closed.Keys.Order(), seen.Keys.Order());
        Assert.All(seen, instrument => Assert.Subset(Closed[instrument.Key].ToHashSet(), instrument.Value));
    }

    [Fact]
    public void No_instrument_and_no_label_is_named_for_what_people_do()
    {
        // The age of a frame, and of a record that waits.
        var words = Closed.SelectMany(instrument => instrument.Value.Append(instrument.Key)).SelectMany(PersonalWords.In).Where(word => word != "age");

        Assert.DoesNotContain(words, word => PersonalWords.OfPersons.Contains(word) || word is "passages" or "events" or "behaviour" or "behaviours" or "detections");
    }

    [Fact]
    public void A_frame_is_measured_without_a_byte_of_managed_memory()
    {
        const int frames = 10_000;
        using var metrics = new AgentMetrics();
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(AgentMetrics.MeterName).AddReader(new BaseExportingMetricReader(new Nowhere())).Build();
        var times = metrics.TimesOf("north");
        Measure(times, frames);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Measure(times, frames);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;

        output.WriteLine($"{frames} frames measured twice each: {bytes} bytes");
        Assert.Equal(0, bytes);
    }

    private static void Measure(FrameTimes times, int frames)
    {
        for (var i = 0; i < frames; i++)
        {
            times.Detected(Stopwatch.Frequency / (20 + (i % 7)));
            times.Followed(TimeSpan.FromMilliseconds(i % 400));
        }
    }

    /// <summary>The labels of every instrument that gave a value.</summary>
    private static Dictionary<string, HashSet<string>> Collect(Action<AgentMetrics> use)
    {
        var seen = new Dictionary<string, HashSet<string>>();
        using var metrics = new AgentMetrics();
        using var listener = new MeterListener { InstrumentPublished = (instrument, all) => Listen(instrument, all, metrics) };
        listener.SetMeasurementEventCallback<int>((instrument, _, labels, _) => Keep(instrument, labels));
        listener.SetMeasurementEventCallback<long>((instrument, _, labels, _) => Keep(instrument, labels));
        listener.SetMeasurementEventCallback<double>((instrument, _, labels, _) => Keep(instrument, labels));
        listener.Start();
        use(metrics);
        listener.RecordObservableInstruments();
        return seen;

        void Keep(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> labels)
        {
            seen.TryAdd(instrument.Name, []);
            foreach (var label in labels)
                seen[instrument.Name].Add(label.Key);
        }
    }

    private static void Listen(Instrument instrument, MeterListener listener, AgentMetrics metrics)
    {
        if (metrics.Owns(instrument))
            listener.EnableMeasurementEvents(instrument);
    }

    private static AgentVitals Vitals()
    {
        var folder = TestPaths.NewFolder();
        var outbox = Outbox.Open(new OutboxOptions { Path = Path.Combine(folder, "outbox.db") }, TimeProvider.System, new CapturingLog());
        var camera = new SocialCredit.Edge.Capture.Camera(
            SocialCredit.Edge.Tests.Capture.CameraRig.Options("/nowhere.avi"), TimeProvider.System, new CapturingLog());
        return new AgentVitals(
            [new CameraVitals("north", camera)],
            () => [("kerb", TimeSpan.FromSeconds(3))],
            () => outbox.State,
            () => new ForwarderState(true, null, false, 1, 0, 1, 0),
            new AgentExit(outbox, TimeProvider.System, new CapturingLog()));
    }

    private sealed class Nowhere : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch) => ExportResult.Success;
    }
}
