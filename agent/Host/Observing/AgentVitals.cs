using SocialCredit.Edge.Capture;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Operation;

namespace SocialCredit.Edge.Host.Observing;

/// <summary>The parts of the running agent as metrics, health and the watchdog look at them: how they are, never what they see.</summary>
/// <param name="Cameras">Those that are switched on.</param>
/// <param name="Exposure">How long each zone was watched.</param>
/// <param name="Store">How the outbox is; must not throw.</param>
/// <param name="Forwarder">How the connection to the broker is.</param>
/// <param name="Exit">The way to the outbox.</param>
internal sealed record AgentVitals(
    IReadOnlyList<CameraVitals> Cameras,
    Func<IEnumerable<(string Zone, TimeSpan Watched)>> Exposure,
    Func<OutboxState> Store,
    Func<ForwarderState> Forwarder,
    AgentExit Exit)
{
    /// <summary>A loop that takes longer for one turn hangs: the slowest model on the slowest board takes three seconds for a frame.</summary>
    public static readonly TimeSpan TurnMax = TimeSpan.FromSeconds(30);

    /// <summary>Which loop hangs, in words, or null. A camera that gives nothing is none: its loop turns and waits.</summary>
    public string? FindHang()
    {
        foreach (var camera in Cameras)
        {
            if (camera.LongestTurn > TurnMax)
                return $"the frames of camera {camera.Name} have not gone on for {camera.LongestTurn.TotalSeconds:0} s";
        }

        return Exit.LongestTurn > TurnMax ? $"the way to the outbox has not gone on for {Exit.LongestTurn.TotalSeconds:0} s" : null;
    }

    public ServiceHealth Judge()
    {
        var parts = Cameras.Select(camera => Judge(camera.Name, camera.State)).ToList();
        if (parts.Count > 0 && Cameras.All(camera => camera.State.Status is CameraStatus.Blind or CameraStatus.Disabled))
            parts.Add(new("cameras", HealthStatus.Failing, "none of them sees anything"));
        parts.Add(JudgeStore(Store()));
        parts.Add(JudgeBroker(Forwarder()));
        parts.Add(FindHang() is { } hang ? new("frame loop", HealthStatus.Failing, hang) : new("frame loop", HealthStatus.Ok, ""));
        return new ServiceHealth(parts);
    }

    private static HealthPart Judge(string name, CameraState state)
    {
        var status = state.Status == CameraStatus.Online ? HealthStatus.Ok : HealthStatus.Degraded;
        return new($"camera {name}", status, status == HealthStatus.Ok ? "" : $"{state.Status.ToString().ToLowerInvariant()}: {state.Reason}");
    }

    private static HealthPart JudgeStore(OutboxState state) =>
        state.IsRefusing ? new("outbox", HealthStatus.Failing, "it takes no records: free some space or check the disk")
        : state.Parked > 0 ? new("outbox", HealthStatus.Degraded, "the broker refuses records for good; the log has its reason codes")
        : state.SetAside is { } aside ? new("outbox", HealthStatus.Degraded, $"it was damaged and set aside as {aside}")
        : new("outbox", HealthStatus.Ok, "");

    private static HealthPart JudgeBroker(ForwarderState state) =>
        state.IsConnected ? new("broker", HealthStatus.Ok, "")
        : new("broker", HealthStatus.Degraded, $"not connected, records are kept: {state.Trouble ?? "no attempt has ended yet"}");
}

/// <summary>One camera with what takes its frames.</summary>
internal sealed class CameraVitals(string name, Camera camera)
{
    private volatile AgentPipeline? _pipeline;
    private long _kept;

    public string Name => name;

    public Camera Camera => camera;

    /// <summary>The camera's own, unless its pictures are refused: then frames come, and nobody looks at them.</summary>
    public CameraState State => _pipeline?.Refusal is { } refusal
        ? camera.State with { Status = CameraStatus.Disabled, Trouble = CameraTrouble.Disabled, Reason = refusal }
        : camera.State;

    /// <summary>Frames that went all the way so far.</summary>
    public long Done => _pipeline?.Done ?? 0;

    public TimeSpan LongestTurn => _pipeline?.Turns.Longest ?? TimeSpan.Zero;

    /// <summary>Frames that no newer one replaced. One that was just read may still be, but what is shown must never fall.</summary>
    public long Kept(in CameraCounters counters) => _kept = Math.Max(_kept, counters.Frames - counters.Dropped);

    /// <summary>What works on its frames from now on.</summary>
    public void Attach(AgentPipeline pipeline) => _pipeline = pipeline;
}
