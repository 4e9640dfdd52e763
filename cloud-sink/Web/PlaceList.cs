using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>Finds places by what somebody wants to see: a page of the list, or points of the map.</summary>
internal sealed class PlaceList(ScoreBook book, SinkOptions options)
{
    public const int PageSize = 20;

    /// <summary>So many sites are offered as a choice; with more one writes the name.</summary>
    public const int SitesMax = 100;

    public PlacePage Read(PlaceQuery query)
    {
        var all = book.Zones();
        var found = Found(all, query);
        var pages = Math.Max(1, (found.Count + PageSize - 1) / PageSize);
        var page = Math.Min(query.Page, pages);
        var cards = found.Skip((page - 1) * PageSize).Take(PageSize).Select(place => PlaceCard.Of(place.Zone, book, options)).ToList();
        return new PlacePage
        {
            Query = query with { Page = page },
            Today = book.Today,
            Policy = book.Policy.Policy,
            Cards = cards,
            Scale = TrendScale.For(cards.SelectMany(card => card.Trend)),
            Found = found.Count,
            Measured = all.Count(zone => !zone.Simulated),
            Simulated = all.Count(zone => zone.Simulated),
            Pages = pages,
            Sites = [.. all.Select(zone => zone.Site).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(SitesMax + 1)],
        };
    }

    /// <summary>The places of a query that have a position in the register.</summary>
    public IReadOnlyList<MapPoint> Points(PlaceQuery query)
    {
        var points = new List<MapPoint>();
        foreach (var (zone, title, score) in Found(book.Zones(), query))
        {
            if (options.Zones.GetValueOrDefault(zone.Zone) is { Latitude: { } latitude, Longitude: { } longitude })
                points.Add(new MapPoint(zone.Zone, title, latitude, longitude, (score ?? Now(zone)).Grade, (score ?? Now(zone)).Score));
        }

        return points;
    }

    private List<(ZoneSummary Zone, string Title, ZoneScore? Score)> Found(IEnumerable<ZoneSummary> zones, PlaceQuery query)
    {
        var needsScore = query.Grade is not null || query.Order != PlaceOrder.Name;
        var found = new List<(ZoneSummary Zone, string Title, ZoneScore? Score)>();
        foreach (var zone in zones)
        {
            var (title, place) = PlaceCard.NamesOf(zone, options);
            if (!IsWanted(zone, title, place, query))
                continue;
            var score = needsScore ? Now(zone) : null;
            if (query.Grade is null || score!.Grade == query.Grade)
                found.Add((zone, title, score));
        }

        var ordered = found.OrderBy(place => place.Zone.Simulated);
        ordered = query.Order switch
        {
            PlaceOrder.Best => ordered.ThenByDescending(place => place.Score!.Score),
            PlaceOrder.Worst => ordered.ThenBy(place => place.Score!.Score),
            _ => ordered,
        };
        return [.. ordered.ThenBy(place => place.Title, StringComparer.OrdinalIgnoreCase).ThenBy(place => place.Zone.Zone, StringComparer.Ordinal)];
    }

    private bool IsWanted(ZoneSummary zone, string title, string place, PlaceQuery query)
    {
        if (query.Site is { } site && zone.Site != site)
            return false;
        if (query.Behaviour is { } behaviour && !book.Policy.Policy.BehavioursOf(zone.Zone).Contains(behaviour))
            return false;
        if (query.Text.Length == 0)
            return true;
        return new[] { zone.Zone, title, place, zone.Site }.Any(text => text.Contains(query.Text, StringComparison.OrdinalIgnoreCase));
    }

    private ZoneScore Now(ZoneSummary zone) => book.History(zone.Zone, book.Today)[^1];
}

/// <summary>A page of the list and what stands around it.</summary>
public sealed record PlacePage
{
    public required PlaceQuery Query { get; init; }

    public required DateOnly Today { get; init; }

    public required Contract.Policy Policy { get; init; }

    public required IReadOnlyList<PlaceCard> Cards { get; init; }

    public required TrendScale Scale { get; init; }

    /// <summary>How many places are found in all.</summary>
    public required int Found { get; init; }

    /// <summary>How many are measured and how many are simulated, whatever was asked for.</summary>
    public required int Measured { get; init; }

    public required int Simulated { get; init; }

    public required int Pages { get; init; }

    /// <summary>The first sites by name; one more than can be offered where there are too many.</summary>
    public required IReadOnlyList<string> Sites { get; init; }

    public IReadOnlyList<MapPoint> Points { get; init; } = [];
}

/// <summary>A place on the map.</summary>
public sealed record MapPoint(string Zone, string Title, double Latitude, double Longitude, Grade Grade, double Score);
