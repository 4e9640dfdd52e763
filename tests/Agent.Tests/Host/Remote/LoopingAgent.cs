using SocialCredit.Edge.Agent.Tests.Forwarding;
using SocialCredit.Edge.Host;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host.Remote;

/// <summary>The agent on a clip that plays for ever at its own speed, enrolled, with a probation of seconds; in this process.</summary>
internal sealed class LoopingAgent : IAsyncDisposable
{
    public const string Policy = """
        id: p-1
        behaviours:
          stop_keep_clear: {sign: bad, weight: 6, reference: 1}

        """;

    private CancellationTokenSource _stop = new();
    private AgentRun? _run;

    public LoopingAgent(int brokerPort)
    {
        ConfigPath = Path.Combine(Folder, "edge.yaml");
        File.WriteAllText(Path.Combine(Folder, "policy.yaml"), Policy);
        File.WriteAllText(ConfigPath, $$"""
            site: plaza-7
            device: {{Operator.Device}}
            profile: demo
            policy: policy.yaml
            broker: {host: 127.0.0.1, port: {{brokerPort}}, resendSeconds: 5}
            state: state
            probationSeconds: 3
            cameras:
              - name: camera-1
                source: {{TestPaths.VtestClip()}}
                framesPerSecond: 2
                paced: true
                loop: true
                aspect: 768x576
                zones:
                  - {name: zone-1, polygon: [[0, 0], [1, 0], [1, 1], [0, 1]], windowSeconds: 5, behaviours: {passage: {}, stop_keep_clear: {} } }
            """);
        Operator.Enrol(State);
    }

    public string Folder { get; } = TestPaths.NewFolder();

    public string ConfigPath { get; }

    public string State => Path.Combine(Folder, "state");

    public CapturingLog Log { get; } = new();

    public Task<bool> Running { get; private set; } = Task.FromResult(false);

    public bool IsRestartAsked => _run!.IsRestartAsked;

    public void Start()
    {
        _run = new AgentRun(ConfigPath, (Path.Combine(TestPaths.Root, "models"), TimeSpan.Zero), TimeProvider.System, Log);
        Running = _run.RunAsync(AgentConfiguration.Load(ConfigPath, out _), _stop.Token);
    }

    public Task SaysAsync(string part, int times = 1) => Eventually.TrueAsync(
        () =>
        {
            Assert.False(Running.IsFaulted, Running.Exception?.ToString());
            return Log.Count(part) >= times;
        },
        $"it says \"{part}\"; it said {string.Join(" | ", Log.Lines.TakeLast(5))}");

    public void Change(string part, string instead) =>
        File.WriteAllText(ConfigPath, File.ReadAllText(ConfigPath).Replace(part, instead, StringComparison.Ordinal));

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Running;
        _stop.Dispose();
        _stop = new CancellationTokenSource();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
