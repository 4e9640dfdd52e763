using System.Net;
using SocialCredit.Edge.Operation;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink;

/// <summary>Puts the running sink together: broker, ingestion, store, pages, in one process.</summary>
internal static class SinkHost
{
    /// <param name="configuration">A good one.</param>
    /// <param name="store">Stays the caller's.</param>
    /// <param name="time">The clock of everything in it.</param>
    /// <param name="isVerbose">Logs every batch.</param>
    public static WebApplication Build(SinkConfiguration configuration, IEventStore store, TimeProvider time, bool isVerbose = false)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        var http = configuration.Options.Http;
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Parse(http.Address), http.Port));
        builder.Services.AddSingleton(_ => ServiceLog.Open(
            configuration.Options.Log, Path.GetDirectoryName(Path.GetFullPath(configuration.Path))!, isVerbose, isOnError: true));
        builder.Services.AddSingleton(services => services.GetRequiredService<ServiceLog>().Factory);
        builder.Services.AddSingleton(time);

        // As an instance, so that the container does not dispose what is not its own.
        builder.Services.AddSingleton(store);
        builder.Services.AddSingleton(new LiveConfiguration(configuration));
        builder.Services.AddSingleton(new ActivePolicy(configuration.Policy));
        builder.Services.AddSingleton(new ActiveCalibration(configuration.Calibration));
        builder.Services.AddTransient(services => services.GetRequiredService<LiveConfiguration>().Current.Options);
        AddIngestion(builder.Services, configuration.Options);
        WebServing.AddServices(builder.Services);
        builder.Services.AddHostedService<PublicScores>();
        builder.Services.AddSingleton(ServiceNotice.FromEnvironment(TimeProvider.System));
        builder.Services.AddSingleton<SinkVitals>();
        builder.Services.AddSingleton<SinkWatch.Sources>();
        builder.Services.AddHostedService<SinkWatch>();
        var app = builder.Build();
        WebServing.Map(app);
        return app;
    }

    private static void AddIngestion(IServiceCollection services, SinkOptions options)
    {
        services.AddSingleton(options.Broker);
        services.AddSingleton<IngestMetrics>();
        services.AddSingleton<IngestionRuntime>();
        services.AddSingleton<ConfigurationWatch.Rules>();
        services.AddSingleton<ConfigurationWatch.Runtime>();
        services.AddSingleton<ManifestBook>();
        services.AddSingleton(provider => new RecordGate(
            ConfigurationWatch.RulesOf(options), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ManifestBook>()));
        services.AddSingleton<RetainedBoard>();
        services.AddSingleton<RecordIngest>();
        services.AddSingleton<IngestionService>();
        services.AddHostedService(provider => provider.GetRequiredService<IngestionService>());
        services.AddHostedService<GapClosing>();
        services.AddHostedService<ConfigurationWatch>();
    }
}
