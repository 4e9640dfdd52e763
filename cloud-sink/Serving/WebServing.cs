using Microsoft.Extensions.DependencyInjection.Extensions;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Web;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>Everything that is served over HTTP: the API, its OpenAPI document and the dashboard.</summary>
internal static class WebServing
{
    // Nothing from elsewhere, no script, no frame, no form: the page is text, one style sheet and drawings inside it.
    private const string ContentPolicy =
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Needs the store, the policy and the calibration in force, the options and the time provider from the caller.</summary>
    public static void AddServices(IServiceCollection services)
    {
        services.TryAddSingleton(new ShadowPolicies([]));
        services.AddSingleton<RulesInForce>();
        services.AddSingleton<ScoreKeeping>();
        services.AddSingleton<ScoreBook>();
        services.AddSingleton<WeeklyFiles>();
        services.AddSingleton(provider => new AuditTables(provider.GetRequiredService<IEventStore>().Database));
        services.AddSingleton(provider => new PolicyTables(provider.GetRequiredService<IEventStore>().Database));
        services.AddSingleton(provider => new ActiveRulings(
            provider.GetRequiredService<AuditTables>(), new ContestTables(provider.GetRequiredService<IEventStore>().Database)));
        services.AddSingleton(provider => new ContestDesk(provider.GetRequiredService<IEventStore>().Database, provider.GetRequiredService<TimeProvider>()));

        // Anew each time, because a running sink takes other keys and another profile.
        services.AddTransient(provider => PolicyDesk.Of(
            provider.GetService<LiveConfiguration>()?.Current, provider.GetRequiredService<IEventStore>(), provider.GetRequiredService<TimeProvider>()));
        services.AddTransient<DashboardModel>();
        services.AddProblemDetails();
        services.AddOpenApi();
        services.AddResponseCompression(compression => compression.EnableForHttps = false);
        services.AddRazorComponents();
    }

    public static void Map(WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseResponseCompression();
        app.Use((context, next) =>
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = ContentPolicy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers.CacheControl = "no-cache";
            return next(context);
        });
        ScoreApi.Map(app);
        WeeklyApi.Map(app);
        ShadowApi.Map(app);
        ManifestApi.Map(app);
        HealthApi.Map(app);
        app.MapOpenApi();
        DashboardSite.Map(app);
    }
}
