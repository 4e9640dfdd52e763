using Microsoft.Extensions.DependencyInjection.Extensions;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Web;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>Everything that is served over HTTP: the API, its OpenAPI document and the dashboard.</summary>
internal static class WebServing
{
    /// <summary>Needs the store, the policy and the calibration in force, the options and the time provider from the caller.</summary>
    public static void AddServices(IServiceCollection services, HttpOptions http)
    {
        ApiServing.AddServices(services, http);
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
        SitePages.AddServices(services);
        services.AddProblemDetails();
    }

    public static void Map(WebApplication app)
    {
        var http = app.Services.GetRequiredService<SinkOptions>().Http;
        ApiServing.Use(app);
        app.Use((context, next) =>
        {
            var headers = context.Response.Headers;
            var web = context.RequestServices.GetRequiredService<SinkOptions>().Web;
            headers.ContentSecurityPolicy = SitePages.ContentPolicyOf(web);
            headers.XContentTypeOptions = "nosniff";
            // The hosts of public tiles want to know which site asks, never which page.
            headers["Referrer-Policy"] = web.Tiles is null ? "no-referrer" : "strict-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers.CacheControl = "no-cache";
            return next(context);
        });
        ApiServing.Guard(app);
        ApiServing.Map(app, http);
        SitePages.Map(app);
    }
}
