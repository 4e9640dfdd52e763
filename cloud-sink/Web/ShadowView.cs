using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>What a policy that is tried would change, if it were in force.</summary>
/// <param name="Policy">Its id.</param>
/// <param name="Since">Since when it is tried; null where nothing was computed yet.</param>
/// <param name="Moves">From which grade to which, those that stay too.</param>
/// <param name="Places">Those that would move most, with their titles.</param>
public sealed record ShadowView(string Policy, DateOnly? Since, IReadOnlyList<GradeMove> Moves, IReadOnlyList<(WouldBeZone Zone, string Title)> Places)
{
    /// <summary>The last day of the trial.</summary>
    public DateOnly? Until => Since?.AddDays(ScoreKeeping.ShadowDays);

    public long Zones => Moves.Sum(move => move.Zones);

    /// <summary>Of how many the grade would be another.</summary>
    public long Changed => Moves.Where(move => move.From != move.To).Sum(move => move.Zones);

    /// <summary>By how many points a score would move on average.</summary>
    public double Mean => Zones == 0 ? 0 : Moves.Sum(move => move.Points) / Zones;
}

/// <summary>Counts what tried policies would do, each once in ten minutes: it takes a walk over all places, and scores change by the day.</summary>
internal sealed class ShadowCensus(IEventStore store, ScoreBook book, SinkOptions options, TimeProvider time)
{
    private const int PlacesMax = 20;

    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    private readonly Lock _counting = new();
    private readonly Dictionary<(string Tried, string InForce), (ShadowView View, DateTimeOffset At)> _kept = [];

    /// <param name="tried">One of those that are computed beside the one in force.</param>
    public ShadowView Of(Policy tried)
    {
        var key = (tried.Id, book.Policy.Policy.Id);
        var now = time.GetUtcNow();
        // Who comes while it is counted waits for the same count.
        lock (_counting)
        {
            if (_kept.TryGetValue(key, out var kept) && now - kept.At < Fresh && kept.View.Zones > 0)
                return kept.View;
            var tables = new ShadowTables(store.Database);
            var places = tables.Most(key.Item1, key.Item2, PlacesMax);
            var view = new ShadowView(tried.Id, tables.Since(tried.Id), tables.Moves(key.Item1, key.Item2), [.. places.Select(zone => (zone, TitleOf(zone.Zone)))]);
            _kept[key] = (view, now);
            return view;
        }
    }

    private string TitleOf(string zone) => book.Find(zone) is { } summary ? PlaceCard.NamesOf(summary, options).Title : zone;
}
