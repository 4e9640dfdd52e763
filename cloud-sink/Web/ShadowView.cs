using System.Collections.Concurrent;
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

/// <summary>
/// Counts what tried policies would do, each once in an hour: it takes a walk over all places, ten seconds for a million, and scores change by the
/// day. Who comes while it is counted anew sees what was counted before.
/// </summary>
internal sealed class ShadowCensus(IEventStore store, ScoreBook book, TimeProvider time)
{
    private const int PlacesMax = 20;

    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    private readonly Lock _counting = new();
    private readonly ConcurrentDictionary<(string Tried, string InForce), Counted> _kept = new();

    /// <param name="tried">One of those that are computed beside the one in force.</param>
    /// <param name="options">Where the titles of places are.</param>
    public ShadowView Of(Policy tried, SinkOptions options)
    {
        var counted = Read(tried.Id);
        return new ShadowView(tried.Id, counted.Since, counted.Moves, [.. counted.Most.Select(zone => (zone, TitleOf(zone.Zone, options)))]);
    }

    private Counted Read(string tried)
    {
        var key = (tried, book.Policy.Policy.Id);
        if (!_counting.TryEnter())
        {
            if (_kept.TryGetValue(key, out var before))
                return before;
            _counting.Enter();
        }

        try
        {
            if (!_kept.TryGetValue(key, out var kept) || time.GetUtcNow() - kept.At >= Fresh || kept.Most.Count == 0)
                _kept[key] = kept = Count(key.tried, key.Id);
            return kept;
        }
        finally
        {
            _counting.Exit();
        }
    }

    private Counted Count(string tried, string inForce)
    {
        var tables = new ShadowTables(store.Database);
        return new Counted(tables.Since(tried), tables.Moves(tried, inForce), tables.Most(tried, inForce, PlacesMax), time.GetUtcNow());
    }

    private string TitleOf(string zone, SinkOptions options) => book.Find(zone) is { } summary ? PlaceCard.NamesOf(summary, options).Title : zone;

    private sealed record Counted(DateOnly? Since, IReadOnlyList<GradeMove> Moves, IReadOnlyList<WouldBeZone> Most, DateTimeOffset At);
}
