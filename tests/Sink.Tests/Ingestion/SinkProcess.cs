using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Ingestion;

/// <summary><c>sink run</c> with a folder of its own, as a process that can be killed.</summary>
internal sealed class SinkProcess : IAsyncDisposable
{
    /// <summary>One of several sinks that share a broker and a database.</summary>
    public static SinkProcess OneOfSeveral(string clientId, int brokerPort, string database) =>
        new($"broker: {{embedded: false, port: {brokerPort}, shared: true, clientId: {clientId}}}\nstore: {{postgres: '{database}'}}", "demo", []);

    private readonly string _folder = TestPaths.NewFolder();
    private readonly ChildProcess _process;

    public SinkProcess(int brokerPort, string profile = "demo", params string[] more)
        : this($"broker: {{embedded: false, port: {brokerPort}}}", profile, more)
    {
    }

    private SinkProcess(string parts, string profile, string[] more)
    {
        File.WriteAllText(Path.Combine(_folder, "policy.yaml"), RunningSink.Policy);
        var configuration = Path.Combine(_folder, "sink.yaml");
        File.WriteAllText(configuration, $$"""
            profile: {{profile}}
            policy: policy.yaml
            {{parts}}
            http: {port: 0}
            devices: {trust: first_use}
            """);
        _process = new ChildProcess("SocialCredit.Edge.Sink", "sink", ["run", "--config", configuration, .. more]);
    }

    public string Database => Path.Combine(_folder, "sink.db");

    /// <summary>What it logged in all its lives.</summary>
    public string[] Log => _process.Errors;

    /// <summary>Returns when it is connected to the broker.</summary>
    public Task StartAsync() => _process.StartAsync("Connected to the broker");

    public Task KillAsync() => _process.KillAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
