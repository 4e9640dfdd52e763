using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Benchmarks.Sink.Drain;

/// <summary>The sink's own ingestion: its connection, its checks, its store, and what it tells the devices.</summary>
/// <param name="name">Of its session.</param>
/// <param name="port">The broker's.</param>
/// <param name="store">The engine to be measured; becomes the contestant's.</param>
/// <param name="isSimulated">The simulated city's records carry no signatures.</param>
/// <param name="isTelling">Publishes what was received of each device, as a running sink does; without, the cost of it can be told apart.</param>
internal sealed class SinkIngest(string name, int port, IEventStore store, bool isSimulated, bool isTelling) : IContestant
{
    private readonly IngestMetrics _metrics = new();

    // For all rounds: a sink that runs knows its devices.
    private readonly RecordGate _gate = new(
        new GateRules(PrivacyProfile.Standard, new ZoneRegister(new Dictionary<string, ZoneEntry>()), isSimulated) { Trust = DeviceTrust.FirstUse }, TimeProvider.System,
        isSimulated ? null : new DeviceCredentials(new DeviceBook(store), new ManifestBook(store, NullLogger<ManifestBook>.Instance), NullLogger<DeviceCredentials>.Instance));

    public async Task PrepareAsync()
    {
        using var link = Link(Ingest(new RetainedBoard(TimeProvider.System, NullLogger<RetainedBoard>.Instance)), new RetainedBoard(TimeProvider.System, NullLogger<RetainedBoard>.Instance), out var subscribed);
        using var stop = new CancellationTokenSource();
        var running = link.RunAsync(stop.Token);
        await subscribed;
        await link.CloseAsync();
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Ready(int round)
    {
    }

    public async Task DrainAsync(int count)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var board = new RetainedBoard(TimeProvider.System, NullLogger<RetainedBoard>.Instance);
        var ingest = Ingest(board);

        // Told of each record that is new, after its batch was committed and acknowledged.
        ingest.ZoneChanged = _ =>
        {
            if (--count == 0)
                done.SetResult();
        };
        using var link = Link(ingest, board, out var _);
        using var stop = new CancellationTokenSource();
        List<Task> loops = [Task.Run(() => link.RunAsync(stop.Token)), Task.Run(() => ingest.RunAsync(TimeProvider.System, stop.Token))];
        if (isTelling)
            loops.Add(Task.Run(() => board.RunAsync(link.PublishAsync, stop.Token)));
        await Task.WhenAny([done.Task, .. loops]);
        await link.CloseAsync();
        await stop.CancelAsync();
        foreach (var loop in loops)
            await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (loops.Find(loop => loop.IsFaulted) is { } failed)
            await failed;
    }

    public long Stored() => Stores.Count(store);

    public void Dispose()
    {
        _metrics.Dispose();
        store.Dispose();
    }

    private RecordIngest Ingest(RetainedBoard board) => new(_gate, store, board, _metrics, NullLogger<RecordIngest>.Instance);

    private MqttLink Link(RecordIngest ingest, RetainedBoard board, out Task subscribed)
    {
        var log = new ConnectionLog();
        subscribed = log.Subscribed;
        var address = new BrokerAddress("127.0.0.1", port, name, null, () => "") { IsShared = false };

        // No health report comes here.
        return new MqttLink(address, ingest, null!, board, TimeProvider.System, log);
    }

    /// <summary>Hears when the link has subscribed: it says so in its log.</summary>
    private sealed class ConnectionLog : ILogger<MqttLink>
    {
        private readonly TaskCompletionSource _subscribed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Subscribed => _subscribed.Task;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Information)
                _subscribed.TrySetResult();
            else if (logLevel >= LogLevel.Error)
                Console.Error.WriteLine(formatter(state, exception));
        }
    }
}
