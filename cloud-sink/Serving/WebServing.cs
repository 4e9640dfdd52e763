using SocialCredit.Edge.Sink.Web;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>Everything that is served over HTTP: the API, its OpenAPI document and the dashboard.</summary>
internal static class WebServing
{
    // Nothing from elsewhere, nothing inside of the page's own text, no frame.
    private const string ContentPolicy =
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; img-src 'self'";

    /// <summary>Needs the store, the policy and the calibration in force, the options and the time provider from the caller.</summary>
    public static void AddServices(IServiceCollection services)
    {
        services.AddSingleton<ScoreBook>();
        services.AddTransient<PlaceList>();
        services.AddProblemDetails();
        services.AddOpenApi();
        services.AddResponseCompression(compression => compression.EnableForHttps = false);
        services.AddRazorComponents();
        services.AddLocalization();
    }

    public static void Map(WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseResponseCompression();
        app.Use((context, next) =>
        {
            var headers = context.Response.Headers;
            var tiles = context.RequestServices.GetRequiredService<SinkOptions>().Web.TilesOrigin;
            headers.ContentSecurityPolicy = tiles is null ? ContentPolicy : $"{ContentPolicy} {tiles}";
            headers.XContentTypeOptions = "nosniff";
            // The hosts of public tiles want to know which site asks, never which page.
            headers["Referrer-Policy"] = tiles is null ? "no-referrer" : "strict-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers.CacheControl = "no-cache";
            return next(context);
        });
        ScoreApi.Map(app);
        ManifestApi.Map(app);
        HealthApi.Map(app);
        app.MapOpenApi();
        SitePages.Map(app);
    }
}
