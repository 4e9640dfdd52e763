using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>The sites, zones and scores out of which the entities of SensorThings are made.</summary>
internal sealed class SensorThingsCity(ScoreBook book, SinkOptions options)
{
    private const string Score = "score";

    public IReadOnlyList<ZoneSummary> Zones() => book.Zones();

    public IReadOnlyList<string> Sites() => [.. Zones().Select(zone => zone.Site).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Of each zone its score and each behaviour that it is measured for.</summary>
    public IEnumerable<Stream> Streams() => Zones().SelectMany(StreamsOf);

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
        var points = Zones().Where(zone => zone.Site == site).Select(zone => PointOfZone(zone.Zone)).OfType<(double Longitude, double Latitude)>().ToList();
        return points.Count == 0 ? null : (points.Average(point => point.Longitude), points.Average(point => point.Latitude));
    }

    private IEnumerable<Stream> StreamsOf(ZoneSummary zone) =>
        book.Policy.Policy.BehavioursOf(zone.Zone).Prepend(Score).Select(property => new Stream($"{zone.Zone}:{property}", zone.Zone, zone.Site, property));

    internal sealed record Stream(string Id, string Zone, string Site, string Property);
}
