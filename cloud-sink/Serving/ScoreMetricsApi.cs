using System.Globalization;
using System.Text;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>
/// The public scores for Prometheus, in its text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/). As many zones as the
/// configuration allows, those with the lowest scores first: how many series a city makes is decided by its operator and not by its cameras.
/// </summary>
internal static class ScoreMetricsApi
{
    public const string Path = "/metrics", ContentType = "text/plain";

    /// <summary>Every metric that there is, with its meaning.</summary>
    public static readonly (string Name, string Help)[] Names =
    [
        ("scedge_zone_score", "Score of a zone today, 0 to 100"),
        ("scedge_zone_score_half_width", "Points to either side within which 90 % of the probability lies"),
        ("scedge_zone_grade_info", "Always 1; the grade is a label: A to E, U where the data cannot carry a letter, P while it is contested"),
        ("scedge_zones", "Zones that ever had a record, shown here or not"),
        ("scedge_device_state_info", "Always 1; how the device is: ok, attention, unknown"),
    ];

    public static void Map(IEndpointRouteBuilder routes, int zones) =>
        routes.MapGet(Path, (ScoreBook book, IEventStore store, DeviceDesk desk, TimeProvider time) => TypedResults.Text(
                Write(
                    [.. book.Current(new ScoreQuery { Order = ScoreOrder.WorstFirst }, zones).Select(ZoneView.Of)],
                    store.Database.Read("SELECT count(*) FROM zone", row => row.GetInt64(0))[0], DevicesOf(store, desk, time, zones)), ContentType + "; version=0.0.4"))
            .WithTags("Interoperability").WithSummary("Scores and devices for Prometheus.").Produces<string>(contentType: ContentType);

    private static List<(string Device, string State)> DevicesOf(IEventStore store, DeviceDesk desk, TimeProvider time, int limit) =>
        [.. StoredRows.Devices(store.Database, limit).Select(device => (device, DeviceHealthView.Of(device, desk.Health(device), time.GetUtcNow()).State))];

    private static string Write(List<ZoneView> zones, long all, List<(string Device, string State)> devices)
    {
        var text = new StringBuilder();
        Begin(text, 0);
        foreach (var zone in zones)
            text.Append(CultureInfo.InvariantCulture, $"scedge_zone_score{{zone=\"{zone.Zone}\",site=\"{zone.Site}\"}} {zone.Score:R}\n");
        Begin(text, 1);
        foreach (var zone in zones)
            text.Append(CultureInfo.InvariantCulture, $"scedge_zone_score_half_width{{zone=\"{zone.Zone}\",site=\"{zone.Site}\"}} {zone.HalfWidth:R}\n");
        Begin(text, 2);
        foreach (var zone in zones)
            text.Append(CultureInfo.InvariantCulture, $"scedge_zone_grade_info{{zone=\"{zone.Zone}\",site=\"{zone.Site}\",grade=\"{zone.Grade}\"}} 1\n");
        Begin(text, 3);
        text.Append(CultureInfo.InvariantCulture, $"scedge_zones {all}\n");
        Begin(text, 4);
        foreach (var (device, state) in devices)
            text.Append(CultureInfo.InvariantCulture, $"scedge_device_state_info{{device=\"{device}\",state=\"{state}\"}} 1\n");
        return text.ToString();
    }

    // Names of zones, sites and devices are [a-z0-9-]: there is nothing to escape.
    private static void Begin(StringBuilder text, int metric) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {Names[metric].Name} {Names[metric].Help}\n# TYPE {Names[metric].Name} gauge\n");
}
