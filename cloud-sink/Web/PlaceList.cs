using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>Finds places by what somebody wants to see: a page of the list, or points of the map.</summary>
internal sealed class PlaceList(ScoreBook book, PlaceCensus census, SinkOptions options, IEventStore store)
{
    public const int PageSize = 20;

    /// <summary>Of the register: so many titles are searched for a word, and so many positions are shown.</summary>
    private const int NamedMax = 2000, PointsMax = 20_000, PointsAtOnce = 2000;

    private readonly PlaceTables _tables = new(store.Database);

    public PlacePage Read(PlaceQuery query)
    {
        var (choice, all) = (ChoiceOf(query), census.Count());
        var (measured, simulated) = choice is null ? (0, 0) : choice.IsEverything ? all : _tables.Count(choice);
        var pages = (int)Math.Max(1, (measured + simulated + PageSize - 1) / PageSize);
        var page = Math.Min(query.Page, pages);
        var cards = choice is null ? [] : Zones(choice, (measured, simulated), (page - 1L) * PageSize).Select(zone => PlaceCard.Of(zone, book, options)).ToList();
        return new PlacePage
        {
            Query = query with { Page = page },
            Today = book.Today,
            Policy = book.Policy.Policy,
            Cards = cards,
            Scale = TrendScale.For(cards.SelectMany(card => card.Trend)),
            Found = measured + simulated,
            Measured = all.Measured,
            Simulated = all.Simulated,
            Pages = pages,
            Sites = census.Sites(),
        };
    }

    /// <summary>The places of a query that have a position in the register.</summary>
    public IReadOnlyList<MapPoint> Points(PlaceQuery query)
    {
        var points = new List<MapPoint>();
        if (ChoiceOf(query with { Order = PlaceOrder.Name }) is not { } choice)
            return points;
        var placed = options.Zones.Where(zone => zone.Value.Latitude is not null).Take(PointsMax).Select(zone => zone.Key);
        foreach (var some in placed.Chunk(PointsAtOnce))
        {
            foreach (var (zone, grade, score) in _tables.Scores(choice, some))
            {
                var entry = options.Zones[zone];
                points.Add(new MapPoint(zone, entry.Title ?? zone, entry.Latitude!.Value, entry.Longitude!.Value, grade, score));
            }
        }

        return points;
    }

    // Those that are measured first, whatever the order.
    private IEnumerable<ZoneSummary> Zones(PlaceChoice choice, (long Measured, long Simulated) found, long offset)
    {
        var zones = offset < found.Measured ? _tables.Page(choice with { IsSimulated = false }, offset, PageSize) : [];
        return zones.Count == PageSize || found.Simulated == 0
            ? zones
            : zones.Concat(_tables.Page(choice with { IsSimulated = true }, Math.Max(0, offset - found.Measured), PageSize - zones.Count));
    }

    /// <summary>Null where no place can be like that.</summary>
    private PlaceChoice? ChoiceOf(PlaceQuery query)
    {
        var policy = book.Policy.Policy;
        if (query.Behaviour is { } asked && !policy.Behaviours.ContainsKey(asked))
            return null;
        return new PlaceChoice(policy.Id)
        {
            Grade = query.Grade,
            Site = query.Site,
            Text = query.Text,
            Named = query.Text.Length == 0 ? [] : [.. options.Zones.Where(zone => Holds(zone.Value.Title) || Holds(zone.Value.Place)).Select(zone => zone.Key).Take(NamedMax)],
            Without = query.Behaviour is { } behaviour ? [.. policy.Zones.Where(zone => !zone.Value.Contains(behaviour)).Select(zone => zone.Key)] : [],
            Order = query.Order switch { PlaceOrder.Best => ScoreOrder.BestFirst, PlaceOrder.Worst => ScoreOrder.WorstFirst, _ => ScoreOrder.ByZone },
        };

        bool Holds(string? text) => text?.Contains(query.Text, StringComparison.OrdinalIgnoreCase) == true;
    }
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
    public required long Found { get; init; }

    /// <summary>How many are measured and how many are simulated, whatever was asked for.</summary>
    public required long Measured { get; init; }

    public required long Simulated { get; init; }

    public required int Pages { get; init; }

    /// <summary>The first sites by name; one more than can be offered where there are too many.</summary>
    public required IReadOnlyList<string> Sites { get; init; }

    public IReadOnlyList<MapPoint> Points { get; init; } = [];

    public bool HasMap => Points.Count > 0;
}

/// <summary>A place on the map.</summary>
public sealed record MapPoint(string Zone, string Title, double Latitude, double Longitude, Grade Grade, double Score);
