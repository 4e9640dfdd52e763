using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>The public part of a contest.</summary>
public sealed record ContestCard
{
    internal Contest Contest { get; private init; } = null!;

    public required string Title { get; init; }

    public required bool IsOverdue { get; init; }

    public string Address => System.FormattableString.Invariant($"/contests/{Contest.Number}");

    /// <summary>The four steps with when each was made, or until when it is due.</summary>
    internal IEnumerable<(string Key, DateTimeOffset? At, DateTimeOffset? Due)> Steps()
    {
        var opened = Contest.OpenedAt;
        yield return ("open", opened, null);
        yield return ("acknowledged", Contest.AcknowledgedAt, opened + Contest.AcknowledgeWithin);
        yield return ("remeasured", Contest.RemeasuredAt, opened + Contest.RemeasureWithin);
        yield return ("decided", Contest.DecidedAt, opened + Contest.DecideWithin);
    }

    internal static ContestCard Of(Contest contest, ScoreBook book, SinkOptions options, DateTimeOffset now) => new()
    {
        Contest = contest,
        Title = book.Find(contest.Zone) is { } zone ? PlaceCard.NamesOf(zone, options).Title : contest.Zone,
        IsOverdue = contest.IsOverdue(now),
    };
}

/// <param name="Rows">Oldest first.</param>
/// <param name="Zone">Of this place only; empty for all.</param>
/// <param name="Next">The number after which the next page begins; null for the last page.</param>
public sealed record ContestListView(IReadOnlyList<ContestCard> Rows, string Zone, long? Next);
