using System.Data.Common;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>Runs the broker, if it is ours, the connection to it and the ingestion, from start to stop.</summary>
internal sealed class IngestionService(
    BrokerOptions options, IEventStore store, RetainedBoard board, RecordIngest ingest, DeviceTraffic devices, IngestionRuntime runtime)
    : BackgroundService
{
    private static readonly TimeSpan RollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RepeatInterval = TimeSpan.FromSeconds(5);
    private static readonly string ReceivedEnd = Topics.Received("+")[(Topics.Root.Length + 2)..];

    private readonly EmbeddedBroker _broker = new(runtime.Keys, runtime);
    private readonly ILogger _log = runtime.Logs.CreateLogger<IngestionService>();
    private MosquittoCare? _mosquitto;
    private MqttLink? _link;
    private BrokerRoll _roll = new();

    /// <summary>Where the sink itself connects, and devices on this machine; known once the service has started.</summary>
    public BrokerAddress? Address { get; private set; }

    /// <summary>Where devices on the network connect to the embedded broker; null where they cannot.</summary>
    public System.Net.IPEndPoint? TlsEndPoint => _broker.TlsEndPoint;

    /// <summary>To the broker.</summary>
    public bool IsConnected => _link?.IsConnected == true;

    /// <exception cref="BrokerPortException">A port of the embedded broker is taken.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _roll = runtime.Roll();
        Address = options.Embedded ? await _broker.StartAsync(options, _roll) : External();
        if (options.Mosquitto is { } mosquitto)
        {
            _mosquitto = new MosquittoCare(runtime.Keys.MosquittoOf(mosquitto), runtime.Keys.PidFileOf(mosquitto), options.ClientId, _log);
            _mosquitto.Look(_roll);
        }

        _link = new MqttLink(Address, ingest, devices.Reports, board, runtime.Time, runtime.Logs.CreateLogger<MqttLink>());
        new ReceivedTelling(store, board).Tell(store.Devices());
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
            Task.Run(() => RepeatAsync(ended.Token), CancellationToken.None),
            Task.Run(() => devices.Reports.RunAsync(ended.Token), CancellationToken.None),
            Task.Run(() => devices.Post.RunAsync(_link!.SendAsync, ended.Token), CancellationToken.None),
            Task.Run(() => FollowRollAsync(ended.Token), CancellationToken.None),
        ];
        await Task.WhenAny(loops);
        await ended.CancelAsync();
        foreach (var loop in loops)
            await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Array.Find(loops, loop => loop.IsFaulted) is { } failed)
            await failed;
    }

    /// <summary>What devices are told of their records, where other sinks tell them as well.</summary>
    private Task RepeatAsync(CancellationToken cancellation) => Address!.HasOthers
        ? board.RepeatAsync(topic => topic.EndsWith(ReceivedEnd, StringComparison.Ordinal), RepeatInterval, cancellation)
        : Task.Delay(Timeout.InfiniteTimeSpan, runtime.Time, cancellation);

    private BrokerAddress External()
    {
        if (options is { Tls: null, IsLoopback: false })
            IngestLog.PlainText(_log, options.Host);
        return new BrokerAddress(options.Host, options.Port, options.ClientId, options.Username, () => options.Password?.Reveal() ?? "")
        {
            Trust = runtime.Keys.TrustOf(options),
            IsShared = options.Shared ?? options.Tls is null,
            HasOthers = options.Shared == true,
        };
    }

    /// <summary>Who may use the broker is looked up again and again: it is changed by commands of other processes.</summary>
    private async Task FollowRollAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(RollInterval, runtime.Time);
        var isFailing = false;
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            try
            {
                var next = runtime.Roll();
                if (options.Embedded && !next.IsSameAs(_roll))
                    await _broker.AdmitAsync(next);
                _mosquitto?.Look(next);
                (_roll, isFailing) = (next, false);
            }
            catch (DbException busy)
            {
                if (!isFailing)
                    IngestLog.RollNotRead(_log, busy.Message);
                isFailing = true;
            }
        }
    }
}

/// <summary>What every part of the ingestion needs of its surroundings.</summary>
/// <param name="Time">The clock.</param>
/// <param name="Logs">For a log of each part's own.</param>
/// <param name="Keys">How the sink and a broker prove who they are.</param>
/// <param name="Roll">Reads which devices may use the broker now.</param>
internal sealed record IngestionRuntime(TimeProvider Time, ILoggerFactory Logs, BrokerKeys Keys, Func<BrokerRoll> Roll);

/// <summary>What goes to and fro between the sink and its devices beside the records.</summary>
internal sealed record DeviceTraffic(DeviceReports Reports, CommandPost Post);
