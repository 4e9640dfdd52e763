using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>Configurations that tests begin with and then break.</summary>
internal static class TestConfigurations
{
    public const string Policy = """
        id: p-test
        behaviours:
          wrong_way: {sign: bad, weight: 10, reference: 2}
          stop_keep_clear: {sign: bad, weight: 6, reference: 1}
        """;

    public const string Agent = """
        site: test-site
        device: test-device
        profile: demo
        policy: policy.yaml
        broker: {host: 127.0.0.1, port: 1883}
        state: state
        cameras:
          - name: north
            source: clip.avi
            aspect: 4:3
            zones:
              - name: test-zone
                polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]
                windowSeconds: 10
                areas:
                  lane: {polygon: [[0, 0], [1, 0], [1, 1]], direction: [1, 0]}
                behaviours:
                  passage: {}
                  wrong_way: {area: lane}
                  stop_keep_clear: {}
        """;

    /// <summary>Writes both files into a new folder; the path of the agent's.</summary>
    public static string Write(string agent = Agent, string policy = Policy)
    {
        var folder = TestPaths.NewFolder();
        File.WriteAllText(Path.Combine(folder, "policy.yaml"), policy);
        var path = Path.Combine(folder, "edge.yaml");
        File.WriteAllText(path, agent);
        return path;
    }

    public static AgentConfiguration Load(string agent = Agent, string policy = Policy) =>
        AgentConfiguration.Load(Write(agent, policy), out var faults) ?? throw new InvalidOperationException(string.Join('\n', faults));
}
