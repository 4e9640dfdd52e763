using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>What the page of a policy shows.</summary>
public sealed record PolicyPageView
{
    /// <summary>The one that is shown.</summary>
    public required Policy Policy { get; init; }

    /// <summary>It is the one under which places are scored now.</summary>
    public required bool IsInForce { get; init; }

    /// <summary>When it was published here; null for one of the operator's file alone.</summary>
    public required DateTimeOffset? PublishedAt { get; init; }

    /// <summary>From when until when it is in force; null where that was never decided.</summary>
    public required (DateTimeOffset Starts, DateTimeOffset Ends)? Term { get; init; }

    public required IReadOnlyList<PolicySigner> Signers { get; init; }

    /// <summary>The one that was published before it; null for the first.</summary>
    public required Policy? Previous { get; init; }

    /// <summary>All that were published, the newest first.</summary>
    public required IReadOnlyList<(string Id, DateTimeOffset PublishedAt)> Published { get; init; }

    internal IReadOnlyList<PolicyDifference> Differences => Previous is null ? [] : PolicyDifference.Between(Previous, Policy);

    /// <summary>What it would change; null for one that is not tried.</summary>
    public required ShadowView? Shadow { get; init; }

    /// <summary>Beside the one in force, those that are tried.</summary>
    public required IReadOnlyList<ShadowView> Tried { get; init; }

    /// <param name="id">Null for the one in force.</param>
    /// <param name="book">Which one is in force, and which are tried.</param>
    /// <param name="sources">All else that is known of policies.</param>
    /// <returns>Null where there is no such policy.</returns>
    internal static PolicyPageView? Read(string? id, ScoreBook book, Sources sources)
    {
        var (inForce, tables, now) = (book.Policy, sources.Tables, sources.Time.GetUtcNow());
        id ??= inForce.Policy.Id;
        var all = tables.All();
        var stored = all.FirstOrDefault(one => one.Id == id);
        var isInForce = id == inForce.Policy.Id;
        var tried = book.Tried.FirstOrDefault(one => one.Id == id);
        if ((isInForce ? inForce.Policy : tried ?? PolicyOf(stored)) is not { } policy)
            return null;
        var activation = tables.Activations().FirstOrDefault(one => one.Policy == id);
        return new PolicyPageView
        {
            Policy = policy,
            IsInForce = isInForce && (activation is null || activation.Starts <= now),
            PublishedAt = stored?.PublishedAt,
            Term = activation is null ? null : (activation.Starts, activation.Ends),
            Signers = stored is null ? [] : SignersOf(stored, tables, sources.Desk),
            Previous = stored is null ? null : PolicyOf(all.FirstOrDefault(one => one.PublishedAt < stored.PublishedAt)),
            Published = [.. all.Select(one => (one.Id, one.PublishedAt))],
            Shadow = tried is null ? null : sources.Shadows.Of(tried, sources.Options),
            Tried = isInForce ? [.. book.Tried.Select(one => sources.Shadows.Of(one, sources.Options))] : [],
        };
    }

    private static IReadOnlyList<PolicySigner> SignersOf(StoredPolicy stored, PolicyTables tables, PolicyDesk desk)
    {
        var signatures = tables.Signatures(stored.Id);
        var holding = desk.SignersOf(stored);
        return [.. Enum.GetValues<PolicyRole>().Select(role =>
        {
            var signature = signatures.FirstOrDefault(one => one.Role == role);
            return new PolicySigner(PolicyTables.WordOf(role), signature?.KeyId, signature?.TakenAt, holding.Contains(role));
        })];
    }

    /// <summary>What a page is made of beside the scores.</summary>
    internal sealed record Sources(PolicyTables Tables, PolicyDesk Desk, ShadowCensus Shadows, SinkOptions Options, TimeProvider Time);

    private static Policy? PolicyOf(StoredPolicy? stored) =>
        stored is null ? null : PolicyReader.Parse(stored.Bytes.ToArray(), stored.Id).File?.Policy;
}

/// <param name="Role">As files write it.</param>
/// <param name="KeyId">Null where it has not signed.</param>
/// <param name="At">When.</param>
/// <param name="Holds">Its signature is by the key that the configuration names.</param>
public sealed record PolicySigner(string Role, string? KeyId, DateTimeOffset? At, bool Holds);
