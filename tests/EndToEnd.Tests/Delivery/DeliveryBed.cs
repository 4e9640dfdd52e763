using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.EndToEnd.Tests.Delivery;

/// <summary>mosquitto without a memory, the sink and an agent under load, each a process of its own.</summary>
internal sealed class DeliveryBed : IAsyncDisposable
{
    private readonly string _folder;

    private DeliveryBed(string folder, Mosquitto broker, ChildProcess agent, ChildProcess sink) =>
        (_folder, Broker, Agent, Sink) = (folder, broker, agent, sink);

    public Mosquitto Broker { get; }

    public ChildProcess Agent { get; }

    public ChildProcess Sink { get; }

    public static async Task<DeliveryBed> StartAsync(int zones)
    {
        var broker = await Mosquitto.StartAsync();
        broker.IsKeptUp = true;
        var folder = TestPaths.NewFolder();
        await File.WriteAllTextAsync(Path.Combine(folder, "policy.yaml"), """
            id: p-load
            behaviours:
              red_crossing: {sign: bad, weight: 12, reference: 4.0}
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "sink.yaml"), $"""
            profile: demo
            policy: policy.yaml
            broker:
              embedded: false
              port: {broker.Port}
              clientId: sink-1
            store:
              sqlite: sink.db
            http:
              port: 0
            """);
        var agent = new ChildProcess("LoadAgent", "LoadAgent", Path.Combine(folder, "outbox.db"), $"{broker.Port}", $"{zones}");
        var sink = new ChildProcess("SocialCredit.Edge.Sink", "sink", "run", "--config", Path.Combine(folder, "sink.yaml"));
        var bed = new DeliveryBed(folder, broker, agent, sink);
        sink.Start();
        agent.Start();
        return bed;
    }

    /// <summary>What the outbox says that it accepted in all its lives: id and sequence.</summary>
    public Dictionary<string, long> Accepted() =>
        Read("outbox.db", "SELECT id, sequence FROM drawn").ToDictionary(row => (string)row[0], row => (long)row[1]);

    /// <summary>What the sink has: one row for each record it stored, whatever its key.</summary>
    public List<(string Id, long Sequence, byte[] Payload)> Stored() =>
        [.. Read("sink.db", "SELECT zone || ':' || window_index, sequence, payload FROM record WHERE disputed = 0")
            .Select(row => ((string)row[0], (long)row[1], (byte[])row[2]))];

    public int Quarantined() => Read("sink.db", "SELECT 1 FROM quarantine").Count;

    public async ValueTask DisposeAsync()
    {
        await Agent.DisposeAsync();
        await Sink.DisposeAsync();
        await Broker.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private List<object[]> Read(string file, string query) => SqliteRows.Read(Path.Combine(_folder, file), query);
}
