using SocialCredit.Edge.Sink.Serving;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>Two places beside each other; either is null where it is not asked for or not known.</summary>
/// <param name="A">The first.</param>
/// <param name="B">The second.</param>
/// <param name="AskedA">Its name as it was asked for.</param>
/// <param name="AskedB">The second's.</param>
/// <param name="Names">Places to choose from, the first by name.</param>
public sealed record CompareView(PlaceCard? A, PlaceCard? B, string AskedA, string AskedB, IReadOnlyList<(string Zone, string Title)> Names)
{
    private const int NamesMax = 500;

    public ScoreChange? Change => A is not null && B is not null ? new ScoreChange(A.Score, B.Score) : null;

    public TrendScale Scale => TrendScale.For((A?.Trend ?? []).Concat(B?.Trend ?? []));

    internal static CompareView Read((string? A, string? B) asked, ScoreBook book, PlaceCensus places, SinkOptions options)
    {
        var zones = places.First(NamesMax);
        return new CompareView(
            CardOf(asked.A), CardOf(asked.B), asked.A ?? "", asked.B ?? "",
            [.. zones.Select(zone => (zone.Zone, PlaceCard.NamesOf(zone, options).Title))]);

        PlaceCard? CardOf(string? name) =>
            name is not null && book.Find(name) is { } zone ? PlaceCard.Of(zone, book, options) : null;
    }
}
