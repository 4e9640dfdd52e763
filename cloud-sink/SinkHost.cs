using System.Net;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Operation;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Governance;
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
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Parse(http.Address), http.Port);
            kestrel.ApplicationServices.GetService<EnrolmentListener>()?.Listen(kestrel);
            kestrel.ApplicationServices.GetRequiredService<PublicListener>().Listen(kestrel);
        });
        builder.Services.AddSingleton(_ => ServiceLog.Open(
            configuration.Options.Log, Path.GetDirectoryName(Path.GetFullPath(configuration.Path))!, isVerbose, isOnError: true));
        builder.Services.AddSingleton(services => services.GetRequiredService<ServiceLog>().Factory);
        builder.Services.AddSingleton(time);

        // As an instance, so that the container does not dispose what is not its own.
        builder.Services.AddSingleton(store);
        builder.Services.AddSingleton(new LiveConfiguration(configuration));
        builder.Services.AddSingleton(provider => new BrokerKeys(() => provider.GetRequiredService<EnrolmentKeys>().Authority, configuration.Path, time));
        builder.Services.AddSingleton(new ActivePolicy(configuration.Policy));
        builder.Services.AddSingleton(new ActiveCalibration(configuration.Calibration));
        builder.Services.AddSingleton(new ShadowPolicies(configuration.Shadows));
        builder.Services.AddTransient(services => services.GetRequiredService<LiveConfiguration>().Current.Options);
        EnrolmentServing.AddServices(builder.Services, configuration);
        if (configuration.Options.Enrolment is { } enrolment)
            builder.Services.AddSingleton(services => new EnrolmentListener(services.GetRequiredService<EnrolmentKeys>(), enrolment, time));
        AddDevices(builder.Services, configuration);
        AddIngestion(builder.Services, configuration.Options);
        WebServing.AddServices(builder.Services, http);
        builder.Services.AddSingleton(provider => new PublicListener(configuration, provider.GetRequiredService<EnrolmentKeys>(), store, time));
        builder.Services.AddHostedService<LiveForgetting>();
        builder.Services.AddHostedService<WebhookSending>();
        if (configuration.Options.HomeAssistant is { } homeAssistant)
            builder.Services.AddHostedService(provider => ActivatorUtilities.CreateInstance<HomeAssistantTelling>(provider, homeAssistant));
        builder.Services.AddSingleton<HomeAssistantTelling.Runtime>();
        builder.Services.AddSingleton<PublicScores.Runtime>();
        builder.Services.AddSingleton<PublicScores>();
        builder.Services.AddHostedService(services => services.GetRequiredService<PublicScores>());
        builder.Services.AddHostedService<NightlyScores>();
        builder.Services.AddSingleton(ServiceNotice.FromEnvironment(TimeProvider.System));
        builder.Services.AddSingleton<SinkVitals>();
        builder.Services.AddSingleton<SinkWatch.Sources>();
        builder.Services.AddHostedService<SinkWatch>();
        var app = builder.Build();
        EnrolmentServing.Use(app, http);
        WebServing.Map(app);
        EnrolmentServing.Map(app);
        return app;
    }

    private static void AddIngestion(IServiceCollection services, SinkOptions options)
    {
        services.AddSingleton(options.Broker);
        services.AddSingleton<IngestMetrics>();
        services.AddSingleton<BrokerRolls>();
        services.AddSingleton(provider => new IngestionRuntime(
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<BrokerKeys>(),
            provider.GetRequiredService<BrokerRolls>().Read));
        services.AddSingleton<PolicyWatch>();
        services.AddSingleton<ConfigurationWatch.Rules>();
        services.AddSingleton<ConfigurationWatch.Runtime>();
        services.AddSingleton<ManifestBook>();
        services.AddSingleton<DeviceCredentials>();
        services.AddSingleton(provider => new RecordGate(
            ConfigurationWatch.RulesOf(options), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<DeviceCredentials>()));
        services.AddSingleton<RetainedBoard>();
        services.AddSingleton<RecordIngest>();
        services.AddSingleton<IngestionService>();
        services.AddHostedService(provider => provider.GetRequiredService<IngestionService>());
        services.AddHostedService<GapClosing>();
        services.AddHostedService<RecordRetention>();
        services.AddHostedService<ConfigurationWatch>();
    }

    /// <summary>Health, commands and answers of devices.</summary>
    private static void AddDevices(IServiceCollection services, SinkConfiguration configuration)
    {
        services.AddSingleton(provider => new DeviceDesk(provider.GetRequiredService<IEventStore>().Database));
        services.AddSingleton(provider => new DeviceReports(
            provider.GetRequiredService<DeviceDesk>(),
            device => DeviceKeys.Of(device, provider.GetRequiredService<IEventStore>(), provider.GetRequiredService<LiveConfiguration>().Current.Options.Trust),
            provider.GetRequiredService<IngestMetrics>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<DeviceReports>>()));
        services.AddSingleton(provider => new CommandPost(
            provider.GetRequiredService<DeviceDesk>(), payload => Sign(provider.GetRequiredService<EnrolmentKeys>().Command, payload),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<CommandPost>>()));
        services.AddSingleton<DeviceTraffic>();
    }

    private static Signed Sign(CommandKey key, ReadOnlyMemory<byte> payload) =>
        new(payload, key.Sign(DeviceCommand.PayloadType, payload.Span), key.KeyId);
}
