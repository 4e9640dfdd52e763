using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>How many places there are and of which sites: counted once in half a minute, since it takes a walk over all of them.</summary>
internal sealed class PlaceCensus(IEventStore store, TimeProvider time)
{
    /// <summary>So many sites are offered as a choice; with more one writes the name.</summary>
    public const int SitesMax = 100;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    private volatile Census? _last;

    public Census Read()
    {
        var now = time.GetUtcNow();
        if (_last is { } last && now - last.At < Fresh && last.Measured + last.Simulated > 0)
            return last;
        var tables = new PlaceTables(store.Database);
        var choice = new PlaceChoice("");
        return _last = new Census(
            tables.Count(choice with { IsSimulated = false }), tables.Count(choice with { IsSimulated = true }), tables.Sites(SitesMax + 1), now);
    }

    /// <summary>The first places by name, to choose from.</summary>
    public IReadOnlyList<ZoneSummary> First(int limit) => new PlaceTables(store.Database).Page(new PlaceChoice(""), 0, limit);
}

/// <param name="Measured">Places that a camera measures.</param>
/// <param name="Simulated">Places that a program makes.</param>
/// <param name="Sites">The first by name; one more than can be offered where there are too many.</param>
/// <param name="At">When it was counted.</param>
internal sealed record Census(long Measured, long Simulated, IReadOnlyList<string> Sites, DateTimeOffset At);
