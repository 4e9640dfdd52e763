using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using SocialCredit.Edge.Configuration;

namespace SocialCredit.Edge.Operation;

/// <summary>
/// <c>/metrics</c> as Prometheus reads them and <c>/health</c> as JSON, on 127.0.0.1 only. What stands in neither is anything about
/// passers-by: exact counts would undo the noise of the records.
/// </summary>
public sealed partial class ObservingEndpoint : IAsyncDisposable
{
    private const int ConnectionsMax = 16;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly WebApplication _app;

    private ObservingEndpoint(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>As the configuration asks. The program does its work with or without.</summary>
    /// <param name="section">Null where it asks for nothing.</param>
    /// <param name="meter">The name of the meter whose instruments are shown; no other is.</param>
    /// <param name="health">Asked at each request; must not throw.</param>
    /// <param name="log">Told where it listens, or why not.</param>
    /// <returns>Null where none is asked for, or the port is taken.</returns>
    public static async Task<ObservingEndpoint?> OpenAsync(ObserveSection? section, string meter, Func<ServiceHealth> health, ILogger log)
    {
        if (section is null)
            return null;
        try
        {
            var endpoint = await StartAsync(section.Port, meter, health);
            Opened(log, endpoint.Address.ToString());
            return endpoint;
        }
        catch (Exception taken) when (taken is IOException or SocketException)
        {
            Taken(log, section.Port, taken.Message);
            return null;
        }
    }

    private static async Task<ObservingEndpoint> StartAsync(int port, string meter, Func<ServiceHealth> health)
    {
        // Empty, so that no variable of the environment and no file can open another port.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.Clear().AddService(meter, autoGenerateServiceInstanceId: false))
            .WithMetrics(metrics => metrics.AddMeter(meter).AddPrometheusExporter(exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0));
        var app = builder.Build();
        app.Use(RefuseStrangersAsync);
        app.UseOpenTelemetryPrometheusScrapingEndpoint();
        app.Run(context => AnswerAsync(context, health));
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new ObservingEndpoint(app);
    }

    public async ValueTask DisposeAsync()
    {
        // Nobody who reads holds up the end.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Metrics and health can be read at {Address}metrics and {Address}health")]
    private static partial void Opened(ILogger logger, string address);

    [LoggerMessage(Level = LogLevel.Error, Message = "observe.port: {Port} on 127.0.0.1 cannot be listened on: {Reason} The program goes on without; stop the other one or choose another port")]
    private static partial void Taken(ILogger logger, int port, string reason);

    /// <summary>A page in a browser of this machine reaches loopback as well, under the name of its own site.</summary>
    private static Task RefuseStrangersAsync(HttpContext context, RequestDelegate next)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        else if (context.Request.Host.Host is not ("127.0.0.1" or "localhost"))
            context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        else
            return next(context);
        return Task.CompletedTask;
    }

    private static async Task AnswerAsync(HttpContext context, Func<ServiceHealth> health)
    {
        if (context.Request.Path != "/health")
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var report = health();
        context.Response.StatusCode = report.Status == HealthStatus.Failing ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        var clean = report.Parts.Select(part => part with { Reason = Redactor.Clean(part.Reason) });
        await context.Response.WriteAsync(JsonSerializer.Serialize(new ServiceHealth([.. clean]), Json));
    }
}
