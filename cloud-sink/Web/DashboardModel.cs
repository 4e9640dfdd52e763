using System.Globalization;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>Gathers what the dashboard shows.</summary>
internal sealed class DashboardModel(ScoreBook book, SinkOptions options, IEventStore store)
{
    public DashboardView Read()
    {
        var speaking = store.Manifests(null).Select(manifest => manifest.Device).ToHashSet(StringComparer.Ordinal);
        var cards = book.Zones().Select(zone => CardOf(zone) with { HasManifest = speaking.Contains(zone.Device) }).OrderBy(card => card.Title, StringComparer.Ordinal).ToList();
        return new DashboardView(
            book.Today,
            book.Policy.Policy,
            [.. cards.Where(card => !card.Zone.Simulated)],
            [.. cards.Where(card => card.Zone.Simulated)],
            TrendScale.For(cards.SelectMany(card => card.Trend)));
    }

    private ZoneCard CardOf(ZoneSummary zone)
    {
        var trend = book.History(zone.Zone, book.Today).TakeLast(ScoreBook.TrendDays).ToList();
        var entry = options.Zones.GetValueOrDefault(zone.Zone);
        return new ZoneCard(zone, entry?.Title ?? Spoken(zone.Zone), entry?.Place ?? Spoken(zone.Site), trend, book.WatchOf(zone));
    }

    /// <summary><c>crossing-north</c> as <c>Crossing north</c>.</summary>
    private static string Spoken(string name)
    {
        var words = name.Replace('-', ' ').Trim();
        return words.Length == 0 ? name : char.ToUpper(words[0], CultureInfo.InvariantCulture) + words[1..];
    }
}

/// <summary>What the page shows.</summary>
public sealed record DashboardView(
    DateOnly Today, Policy Policy, IReadOnlyList<ZoneCard> Measured, IReadOnlyList<ZoneCard> Simulated, TrendScale Scale);

/// <summary>What a card shows.</summary>
/// <param name="Zone">What the store knows of it.</param>
/// <param name="Title">As people call it.</param>
/// <param name="Place">Where it is.</param>
/// <param name="Trend">The last days, oldest first, at least today.</param>
/// <param name="Watch">How well it is watched.</param>
public sealed record ZoneCard(ZoneSummary Zone, string Title, string Place, IReadOnlyList<ZoneScore> Trend, Watch Watch)
{
    /// <summary>Its device says what it can send.</summary>
    public bool HasManifest { get; init; }

    public ZoneScore Score => Trend[^1];
}
