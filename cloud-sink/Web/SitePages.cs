using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Web.Components;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>The pages that are read: each is whole without a script; the script adds the map and spares reloads.</summary>
internal static class SitePages
{
    // Nothing from elsewhere, nothing inside of the page's own text, no frame.
    private const string ContentPolicy =
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; img-src 'self'";

    /// <summary>
    /// Pictures of the map may come from the host that is configured for them; nothing else from anywhere. Leaflet puts an empty picture, written
    /// out as data, in the place of one that is no longer needed.
    /// </summary>
    public static string ContentPolicyOf(WebOptions web) => web.TilesOrigin is { } tiles ? $"{ContentPolicy} data: {tiles}" : ContentPolicy;

    public static void AddServices(IServiceCollection services)
    {
        services.AddTransient<PlaceList>();
        services.AddSingleton<PlaceCensus>();
        services.AddSingleton<ShadowCensus>();
        services.AddTransient<PolicyPageView.Sources>();
        services.AddRazorComponents();
        services.AddLocalization();
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        Asset.Map(routes);
        var pages = routes.MapGroup("").ExcludeFromDescription();
        pages.MapGet("/", (HttpRequest request, PlaceList places) => Dashboard(PlaceQuery.Of(request.Query), places));
        pages.MapGet("/map.json", (HttpRequest request, PlaceList places) =>
            TypedResults.Ok(MapFields.Of(places.Points(PlaceQuery.Of(request.Query)), request.Query["box"])));
        pages.MapGet("/zones/{zone}", Zone);
        pages.MapGet("/zones/{zone}/sign", Sign);
        pages.MapGet("/zones/{zone}/code.svg", Code);
        pages.MapGet("/compare", (string? a, string? b, ScoreBook book, PlaceCensus places, SinkOptions options) =>
            new RazorComponentResult<ComparePage>(new { View = CompareView.Read((a, b), book, places, options) }));
        pages.MapGet("/policy", (ScoreBook book, PolicyPageView.Sources sources) => Policy(null, book, sources));
        pages.MapGet("/policy/{id}", Policy);
        pages.MapGet("/devices", (string? page, IEventStore store, DeviceDesk desk, ScoreBook book, TimeProvider time) =>
            new RazorComponentResult<DevicesPage>(new { View = DeviceListView.Read(Number(page), store, (desk, time.GetUtcNow()), book) }));
        pages.MapGet("/devices/{device}", Device);
        pages.MapGet("/audit", (AuditTables audit) => new RazorComponentResult<AuditPage>(new { View = AuditPageView.Read(audit) }));
        ContestPages.Map(pages);
    }

    /// <summary>A page that says that there is no such thing.</summary>
    public static RazorComponentResult Missing() => new RazorComponentResult<MissingPage> { StatusCode = StatusCodes.Status404NotFound };

    private static RazorComponentResult<DashboardPage> Dashboard(PlaceQuery query, PlaceList places) =>
        new(new { View = places.Read(query) with { Points = places.Points(query with { Page = 1 }) } });

    private static RazorComponentResult Zone(string zone, string? since, ScoreBook book, SinkOptions options, IEventStore store) =>
        ZonePageView.Read(zone, since, book, options, store) is { } view ? new RazorComponentResult<ZonePage>(new { View = view }) : Missing();

    private static RazorComponentResult Policy(string? id, ScoreBook book, PolicyPageView.Sources sources) =>
        PolicyPageView.Read(id, book, sources) is { } view ? new RazorComponentResult<PolicyPage>(new { View = view }) : Missing();

    private static RazorComponentResult Sign(string zone, HttpRequest request, ScoreBook book, SinkOptions options, IEventStore store) =>
        ZonePageView.Read(zone, null, book, options, store) is { } view
            ? new RazorComponentResult<SignPage>(new { View = view, Address = SignCode.AddressOf(zone, options, request) })
            : Missing();

    private static Results<FileContentHttpResult, NotFound> Code(string zone, HttpRequest request, ScoreBook book, SinkOptions options) =>
        book.Find(zone) is null
            ? TypedResults.NotFound()
            : TypedResults.Bytes(Encoding.UTF8.GetBytes(SignCode.Draw(SignCode.AddressOf(zone, options, request))), "image/svg+xml");

    private static RazorComponentResult Device(string device, IEventStore store, DeviceDesk desk, ScoreBook book, SinkOptions options, TimeProvider time) =>
        ManifestPageView.Of(store.Manifests(device)) is { } view
            ? new RazorComponentResult<ManifestPage>(new { View = view.With(book, options), Health = DeviceHealthView.Of(device, desk.Health(device), time.GetUtcNow()) })
            : Missing();

    private static int Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Max(1, number) : 1;
}
