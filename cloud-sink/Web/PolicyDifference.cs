using System.Globalization;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>One thing in which a policy differs from the one before.</summary>
/// <param name="Behaviour">Of which; null for what holds for all.</param>
/// <param name="What">The key of the text that names it.</param>
/// <param name="Before">Null where it was not there.</param>
/// <param name="After">Null where it is there no longer.</param>
public sealed record PolicyDifference(string? Behaviour, string What, string? Before, string? After)
{
    internal static IReadOnlyList<PolicyDifference> Between(Policy before, Policy after)
    {
        var found = new List<PolicyDifference>();
        Add(null, "beta", Text(before.Beta), Text(after.Beta));
        Add(null, "half-life", Text(before.HalfLifeDays), Text(after.HalfLifeDays));
        Add(null, "noise", Text(before.EpsilonCounts), Text(after.EpsilonCounts));
        Add(null, "order", string.Join(", ", before.Behaviours.Keys.Select(Explanation.Words)), string.Join(", ", after.Behaviours.Keys.Select(Explanation.Words)));
        Add(null, "zones", Zones(before), Zones(after));
        foreach (var name in before.Behaviours.Keys.Concat(after.Behaviours.Keys).Distinct(StringComparer.Ordinal))
        {
            var (old, now) = (before.Behaviours.GetValueOrDefault(name), after.Behaviours.GetValueOrDefault(name));
            Add(name, "sign", old is null ? null : Word(old.Sign), now is null ? null : Word(now.Sign));
            Add(name, "weight", old is null ? null : Text(old.Weight), now is null ? null : Text(now.Weight));
            Add(name, "reference", old is null ? null : Text(old.Reference), now is null ? null : Text(now.Reference));
            Add(name, "definition", old?.Definition, now?.Definition);
            Add(name, "source", old?.Source, now?.Source);
        }

        return found;

        void Add(string? behaviour, string what, string? old, string? now)
        {
            if (old != now)
                found.Add(new PolicyDifference(behaviour, what, old, now));
        }
    }

    private static string? Zones(Policy policy) => policy.Zones.Count == 0 ? null : string.Join("; ", policy.Zones
        .OrderBy(zone => zone.Key, StringComparer.Ordinal).Select(zone => $"{zone.Key}: {string.Join(", ", zone.Value.Select(Explanation.Words))}"));

    private static string Word(PolicySign sign) => sign == PolicySign.Good ? "good" : "bad";

    private static string Text(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
