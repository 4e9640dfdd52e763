using SocialCredit.Edge.Operation;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>
/// Opens the endpoint for metrics and health where the configuration asks for it, and tells the service manager that the sink is
/// ready, and alive while its ingestion goes on.
/// </summary>
internal sealed partial class SinkWatch(
    SinkOptions options, SinkVitals vitals, ServiceNotice notice, SinkWatch.Sources sources, ILogger<SinkWatch> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private ObservingEndpoint? _endpoint;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        sources.Metrics.Show(sources.Store, () => sources.Ingestion.IsConnected);
        _endpoint = await ObservingEndpoint.OpenAsync(options.Observe, IngestMetrics.MeterName, vitals.Judge, log);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        notice.Stopping();
        await base.StopAsync(cancellationToken);
        if (_endpoint is not null)
            await _endpoint.DisposeAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        var (isReady, isHanging) = (false, false);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (!isReady && sources.Lifetime.ApplicationStarted.IsCancellationRequested)
            {
                notice.Ready();
                isReady = true;
            }

            if (!notice.IsDue)
                continue;
            var hang = vitals.FindHang();
            if (hang is null)
                notice.Alive();
            else if (!isHanging)
                Hangs(log, hang);
            isHanging = hang is not null;
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The sink hangs and says no more that it is alive: {What}")]
    private static partial void Hangs(ILogger logger, string what);

    /// <summary>What is looked at.</summary>
    internal sealed record Sources(IngestMetrics Metrics, IEventStore Store, IngestionService Ingestion, IHostApplicationLifetime Lifetime);
}
