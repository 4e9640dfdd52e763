using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>The sites, zones and scores out of which the entities of SensorThings are made.</summary>
internal sealed class SensorThingsCity(ScoreBook book, SinkOptions options)
{
    private const string Score = "score";

    private const int AtOnce = 1000;

    /// <summary>By name; a thousand at a time come out of the store, however many there are.</summary>
    /// <param name="site">Only those of this site; null for all.</param>
    public IEnumerable<ZoneSummary> Zones(string? site = null) => InParts(after => book.Places.ZonesAfter(after, site, AtOnce), zone => zone.Zone);

    public ZoneSummary? FindZone(string zone) => book.Find(zone);

    /// <summary>By name, in the same way.</summary>
    /// <param name="only">Only this one, if it is there; null for all.</param>
    public IEnumerable<string> Sites(string? only = null) => only is null
        ? InParts(after => book.Places.SitesAfter(after, AtOnce), site => site)
        : book.Places.ZonesAfter("", only, 1).Select(zone => zone.Site);

    /// <summary>Sites of which a zone has a position in the register.</summary>
    /// <param name="only">Only this one, if it is such a site; null for all.</param>
    public IEnumerable<string> PlacedSites(string? only = null) => only is null
        ? options.Zones.Keys.Where(zone => PointOfZone(zone) is not null).Chunk(AtOnce).SelectMany(book.Places.SitesOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
        : PointOf(only) is null ? [] : [only];

    /// <summary>Of each zone its score and each behaviour that it is measured for.</summary>
    public IEnumerable<Stream> Streams(string? site = null) => Zones(site).SelectMany(StreamsOf);

    /// <summary>The stream of this id, or null.</summary>
    public Stream? Find(string id) =>
        book.Find(id.Split(':')[0]) is { } zone ? StreamsOf(zone).FirstOrDefault(stream => stream.Id == id) : null;

    /// <summary>What is observed, and its definition in words.</summary>
    public IEnumerable<(string Name, string Definition)> Properties() =>
        book.Policy.Policy.Behaviours.Select(one => (one.Key, one.Value.Definition ?? Behaviours.Find(one.Key)?.Definition ?? ""))
            .Prepend((Score, "The score of a zone: 50 and the points of its behaviours."));

    public IReadOnlyList<ZoneScore> History(string zone) => book.History(zone, book.Today);

    public string TitleOf(string zone) => options.Zones.GetValueOrDefault(zone)?.Title ?? zone;

    /// <summary>Degrees east and north of a zone, where the register has them.</summary>
    public (double Longitude, double Latitude)? PointOfZone(string zone) =>
        options.Zones.GetValueOrDefault(zone) is { Latitude: { } latitude, Longitude: { } longitude } ? (longitude, latitude) : null;

    /// <summary>The mean of a site's zones.</summary>
    public (double Longitude, double Latitude)? PointOf(string site)
    {
        var points = Zones(site).Select(zone => PointOfZone(zone.Zone)).OfType<(double Longitude, double Latitude)>().ToList();
        return points.Count == 0 ? null : (points.Average(point => point.Longitude), points.Average(point => point.Latitude));
    }

    private IEnumerable<Stream> StreamsOf(ZoneSummary zone) =>
        book.Policy.Policy.BehavioursOf(zone.Zone).Prepend(Score).Select(property => new Stream($"{zone.Zone}:{property}", zone.Zone, zone.Site, property));

    private static IEnumerable<T> InParts<T>(Func<string, IReadOnlyList<T>> part, Func<T, string> name)
    {
        for (var some = part(""); some.Count > 0; some = some.Count < AtOnce ? [] : part(name(some[^1])))
        {
            foreach (var one in some)
                yield return one;
        }
    }

    internal sealed record Stream(string Id, string Zone, string Site, string Property);
}
