using System.Globalization;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>What is shown of a place wherever it stands.</summary>
/// <param name="Zone">What the store knows of it.</param>
/// <param name="Title">As people call it.</param>
/// <param name="Place">Where it is.</param>
/// <param name="Trend">The last days, oldest first, at least today.</param>
/// <param name="Watch">How well it is watched.</param>
public sealed record PlaceCard(ZoneSummary Zone, string Title, string Place, IReadOnlyList<ZoneScore> Trend, Watch Watch)
{
    /// <summary>Days of a trend on the pages.</summary>
    public const int TrendDays = 90;

    public ZoneScore Score => Trend[^1];

    public string Address => $"/zones/{Zone.Zone}";

    internal static PlaceCard Of(ZoneSummary zone, ScoreBook book, SinkOptions options)
    {
        var trend = book.History(zone.Zone, book.Today).TakeLast(TrendDays).ToList();
        var (title, place) = NamesOf(zone, options);
        return new PlaceCard(zone, title, place, trend, book.WatchOf(zone));
    }

    /// <summary>Title and place: of the register, or made of the names.</summary>
    internal static (string Title, string Place) NamesOf(ZoneSummary zone, SinkOptions options)
    {
        var entry = options.Zones.GetValueOrDefault(zone.Zone);
        return (entry?.Title ?? Spoken(zone.Zone), entry?.Place ?? Spoken(zone.Site));
    }

    /// <summary><c>crossing-north</c> as <c>Crossing north</c>.</summary>
    private static string Spoken(string name)
    {
        var words = name.Replace('-', ' ').Trim();
        return words.Length == 0 ? name : char.ToUpper(words[0], CultureInfo.InvariantCulture) + words[1..];
    }
}
