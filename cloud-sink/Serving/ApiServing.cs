using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Net.Http.Headers;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>The API as a whole: what goes around each answer, and where each part is. One line for each part.</summary>
internal static class ApiServing
{
    private const string Anybody = "anybody";

    public static void AddServices(IServiceCollection services, HttpOptions http)
    {
        ApiLimits.AddServices(services, http);
        OperatorAccess.AddServices(services, http);
        ApiDescription.AddServices(services, http);
        services.AddCors(cors => cors.AddPolicy(Anybody, Anyone));
        services.AddResponseCompression(compression =>
        {
            // Nothing that is served holds a secret beside what an asker chose, so the length tells nothing (BREACH).
            compression.EnableForHttps = true;
            compression.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "application/problem+json", "application/yaml", "text/csv", DsseEnvelope.ContentType];
        });
        services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
        services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = http.Proxy is null ? ForwardedHeaders.None : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            if (http.Proxy is not null)
                options.KnownProxies.Add(IPAddress.Parse(http.Proxy));
        });
        services.AddSingleton<ContestLimits>();
        services.AddSingleton(new LivePlaces(http.LiveClients));
        services.AddSingleton<LiveApi.Listening>();
        services.AddTransient<RegisterApi.Signers>();
        services.AddTransient<SensorThingsCity>();
    }

    /// <summary>In this order: what comes later sees what was made of the request before.</summary>
    public static void Use(WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseExceptionHandler();
        app.UseStatusCodePages(context => ApiFront.ExplainAsync(context.HttpContext));
        app.Use(ApiFront.AnswerHeadAsync);
        app.UseRouting();
        app.Use(ApiFront.TagAsync);
        app.UseResponseCompression();
    }

    /// <summary>After the headers of all answers.</summary>
    public static void Guard(WebApplication app)
    {
        app.UseCors();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.Use(ApiFront.RefuseUnacceptableAsync);
    }

    public static void Map(WebApplication app, HttpOptions http)
    {
        var reads = app.MapGroup("").RequireRateLimiting(ApiLimits.Reads).RequireCors(Anybody);
        ZonesApi.Map(reads);
        ScoreApi.Map(reads);
        WeeklyApi.Map(reads);
        ShadowApi.Map(reads);
        RowBundleApi.Map(reads);
        ManifestApi.Map(reads);
        HealthApi.Map(reads);
        RegisterApi.Map(reads);
        GovernanceApi.Map(reads);
        ContestApi.Map(reads, app);
        LiveApi.Map(reads);
        SensorThingsApi.Map(reads);
        if (http.MetricsZones > 0)
            ScoreMetricsApi.Map(reads, http.MetricsZones);
        reads.MapOpenApi();
        if (http.Operators is not null)
            OperatorApi.Map(app.MapGroup(OperatorApi.Path).RequireRateLimiting(ApiLimits.Writes).RequireAuthorization(OperatorAccess.Operate)
                .AddEndpointFilter(OperatorAccess.RequireSafeWay).WithTags("Operators"));
    }

    // Reading what is public is free for pages of any site; nothing is sent along that would make them somebody.
    private static void Anyone(CorsPolicyBuilder policy) => policy.AllowAnyOrigin()
        .WithMethods(HttpMethods.Get, HttpMethods.Head)
        .WithHeaders(HeaderNames.Accept, HeaderNames.IfNoneMatch, "Last-Event-ID")
        .WithExposedHeaders(HeaderNames.ETag, HeaderNames.Link, HeaderNames.RetryAfter, "sig", "kid");
}
