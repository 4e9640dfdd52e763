using Microsoft.AspNetCore.Http.HttpResults;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Web.Components;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>The dashboard and what each device can send: pages without script, their style sheet and icon, all from this assembly.</summary>
internal static class DashboardSite
{
    private static readonly byte[] Style = Asset("site.css"), Icon = Asset("icon.svg");

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", (DashboardModel model) => new RazorComponentResult<DashboardPage>(new { View = model.Read() }))
            .ExcludeFromDescription();
        routes.MapGet("/devices/{device}", Device).ExcludeFromDescription();
        routes.MapGet("/site.css", () => TypedResults.Bytes(Style, "text/css; charset=utf-8")).ExcludeFromDescription();
        routes.MapGet("/icon.svg", () => TypedResults.Bytes(Icon, "image/svg+xml")).ExcludeFromDescription();
    }

    private static Results<RazorComponentResult<ManifestPage>, NotFound> Device(
        string device, IEventStore store, DeviceDesk desk, TimeProvider time) =>
        ManifestPageView.Of(store.Manifests(device)) is { } view
            ? new RazorComponentResult<ManifestPage>(new { View = view, Health = DeviceHealthView.Of(device, desk.Health(device), time.GetUtcNow()) })
            : TypedResults.NotFound();

    private static byte[] Asset(string name)
    {
        var assembly = typeof(DashboardSite).Assembly;
        using var stream = assembly.GetManifestResourceStream($"web.{name}")
            ?? throw new InvalidOperationException($"The assembly must hold {name}.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
