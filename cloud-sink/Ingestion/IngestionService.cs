using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>Runs the broker, if it is ours, the connection to it and the ingestion, from start to stop.</summary>
internal sealed class IngestionService(
    BrokerOptions options, IEventStore store, RetainedBoard board, RecordIngest ingest, IngestionRuntime runtime)
    : BackgroundService
{
    private readonly EmbeddedBroker _broker = new(runtime.Logs.CreateLogger<EmbeddedBroker>());
    private MqttLink? _link;

    /// <summary>Where devices connect; known once the service has started.</summary>
    public BrokerAddress? Address { get; private set; }

    /// <summary>To the broker.</summary>
    public bool IsConnected => _link?.IsConnected == true;

    /// <exception cref="System.Net.Sockets.SocketException">The embedded broker's port is taken.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        Address = options.Embedded
            ? await _broker.StartAsync(options)
            : new BrokerAddress(options.Host, options.Port, options.ClientId, options.Username, () => options.Password?.Reveal() ?? "");
        _link = new MqttLink(Address, ingest, board, runtime.Time, runtime.Logs.CreateLogger<MqttLink>());
        foreach (var device in store.Devices())
            board.Announce(Topics.Received(device), () => store.ReceivedOf(device).Encode());
        await base.StartAsync(cancellationToken);
        if (options.Embedded && ExecuteTask is { } running)
            await Task.WhenAny(_broker.Opened, running).WaitAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_link is not null)
            await _link.CloseAsync();
        await _broker.DisposeAsync();
    }

    public override void Dispose()
    {
        _link?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // One that fails takes the others with it: a sink that reads and does not commit must not look alive.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        Task[] loops =
        [
            Task.Run(() => _link!.RunAsync(ended.Token), CancellationToken.None),
            Task.Run(() => ingest.RunAsync(runtime.Time, ended.Token), CancellationToken.None),
            Task.Run(() => board.RunAsync(_link!.PublishAsync, ended.Token), CancellationToken.None),
        ];
        await Task.WhenAny(loops);
        await ended.CancelAsync();
        foreach (var loop in loops)
            await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Array.Find(loops, loop => loop.IsFaulted) is { } failed)
            await failed;
    }
}

/// <summary>What every part of the ingestion needs of its surroundings.</summary>
internal sealed record IngestionRuntime(TimeProvider Time, ILoggerFactory Logs);
