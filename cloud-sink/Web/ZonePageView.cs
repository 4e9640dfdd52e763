using System.Globalization;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>What the page of a place shows.</summary>
public sealed record ZonePageView
{
    /// <summary>What is compared with today where no day is asked for.</summary>
    private const int SinceDays = 28;

    public required PlaceCard Card { get; init; }

    public required TrendScale Scale { get; init; }

    public required Policy Policy { get; init; }

    /// <summary>The days of the trend, oldest first; a day without a record is missing.</summary>
    public required IReadOnlyList<ZoneDay> Days { get; init; }

    /// <summary>Null where the place had no record before the day that is asked for.</summary>
    public required ScoreChange? Change { get; init; }

    public required DateOnly Since { get; init; }

    /// <summary>The first day of which there is a score.</summary>
    public required DateOnly First { get; init; }

    /// <summary>What its device can send; null where it has not said it.</summary>
    public required PrivacyManifest? Manifest { get; init; }

    /// <summary>What it would be under the policies that are tried.</summary>
    internal IReadOnlyList<CurrentScore> Shadows { get; private init; } = [];

    /// <summary>What was left out or computed anew, the newest first.</summary>
    public required IReadOnlyList<AnewRow> Anew { get; init; }

    /// <summary>As the device names it in its manifest.</summary>
    public ManifestZone? Said => Manifest?.Zones.FirstOrDefault(zone => zone.Zone == Card.Zone.Zone);

    public IReadOnlyList<string> Behaviours => Policy.BehavioursOf(Card.Zone.Zone);

    internal static ZonePageView? Read(string zone, string? since, ScoreBook book, SinkOptions options, IEventStore store)
    {
        if (book.Find(zone) is not { } summary)
            return null;
        var today = book.Today;
        var history = book.History(zone, today);
        var (title, place) = PlaceCard.NamesOf(summary, options);
        var card = new PlaceCard(summary, title, place, [.. history.TakeLast(PlaceCard.TrendDays)], book.WatchOf(summary));
        var day = DayOf(since) is { } asked && asked < today ? asked : today.AddDays(-SinceDays);
        if (since is null && history[0].AsOf > day && history.Count > 1)
            day = history[0].AsOf;
        var tried = book.Tried.Select(policy => policy.Id).ToHashSet(StringComparer.Ordinal);
        return new ZonePageView
        {
            Card = card,
            Scale = TrendScale.For(card.Trend),
            Policy = book.Policy.Policy,
            Days = store.ZoneDays(zone, today.AddDays(1 - PlaceCard.TrendDays), today),
            Since = day,
            First = history[0].AsOf,
            Change = history.FirstOrDefault(score => score.AsOf == day) is { } then ? new ScoreChange(then, card.Score) : null,
            Shadows = tried.Count == 0 ? [] : [.. book.Tables.Shadows(zone).Where(shadow => tried.Contains(shadow.Score.Policy))],
            Anew = AnewView.Read(zone, store.Database),
            Manifest = ManifestPageView.Of(store.Manifests(summary.Device))?.Manifest,
        };
    }

    private static DateOnly? DayOf(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 2000 and <= 2199 ? day : null;
}
