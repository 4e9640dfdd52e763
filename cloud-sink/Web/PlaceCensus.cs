using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>How many places there are and of which sites, as it is when it is asked.</summary>
internal sealed class PlaceCensus(IEventStore store)
{
    /// <summary>So many sites are offered as a choice; with more one writes the name.</summary>
    public const int SitesMax = 100;

    private readonly PlaceTables _tables = new(store.Database);

    public (long Measured, long Simulated) Count() => _tables.Count(new PlaceChoice(""));

    /// <summary>The first sites by name; one more than can be offered where there are too many.</summary>
    public IReadOnlyList<string> Sites() => _tables.Sites(SitesMax + 1);

    /// <summary>The first places by name, to choose from.</summary>
    public IReadOnlyList<ZoneSummary> First(int limit) => _tables.Page(new PlaceChoice(""), 0, limit);
}
