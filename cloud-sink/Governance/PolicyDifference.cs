using System.Globalization;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Governance;

/// <summary>One thing in which a policy differs from another.</summary>
/// <param name="Behaviour">Of which; null for what holds for all.</param>
/// <param name="What">The key in the policy's file.</param>
/// <param name="Before">Null where it was not there.</param>
/// <param name="After">Null where it is there no longer.</param>
internal sealed record PolicyDifference(string? Behaviour, string What, string? Before, string? After)
{
    /// <summary>Everything but the id, what holds for all first, then by behaviour in the order of the policies.</summary>
    public static IReadOnlyList<PolicyDifference> Between(Policy before, Policy after)
    {
        var found = new List<PolicyDifference>();
        Add(null, "beta", Text(before.Beta), Text(after.Beta));
        Add(null, "halfLifeDays", Text(before.HalfLifeDays), Text(after.HalfLifeDays));
        Add(null, "epsilonCounts", Text(before.EpsilonCounts), Text(after.EpsilonCounts));
        Add(null, "permittedUses", Joined(before.PermittedUses), Joined(after.PermittedUses));
        Add(null, "order", Common(before, after), Common(after, before));
        foreach (var name in before.Behaviours.Keys.Concat(after.Behaviours.Keys).Distinct(StringComparer.Ordinal))
        {
            var (old, now) = (before.Behaviours.GetValueOrDefault(name), after.Behaviours.GetValueOrDefault(name));
            Add(name, "sign", Word(old?.Sign), Word(now?.Sign));
            Add(name, "weight", Text(old?.Weight), Text(now?.Weight));
            Add(name, "reference", Text(old?.Reference), Text(now?.Reference));
            Add(name, "definition", old?.Definition, now?.Definition);
            Add(name, "source", old?.Source, now?.Source);
        }

        foreach (var zone in before.Zones.Keys.Concat(after.Zones.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            Add(null, $"zones.{zone}", Joined(before.Zones.GetValueOrDefault(zone)), Joined(after.Zones.GetValueOrDefault(zone)));
        return found;

        void Add(string? behaviour, string what, string? old, string? now)
        {
            if (old != now)
                found.Add(new PolicyDifference(behaviour, what, old, now));
        }
    }

    /// <summary><c>red_crossing: weight was 12, is 10.</c></summary>
    public override string ToString()
    {
        var what = Behaviour is null ? What : $"{Behaviour}: {What}";
        return (Before, After) switch
        {
            (null, _) => $"{what} is new: {After}",
            (_, null) => $"{what} is gone; it was {Before}",
            _ => $"{what} was {Before}, is {After}",
        };
    }

    // The order decides which of several counts; one that comes or goes is said of the behaviour itself.
    private static string Common(Policy policy, Policy other) => string.Join(", ", policy.Behaviours.Keys.Where(other.Behaviours.ContainsKey));

    private static string? Joined(IReadOnlyList<string>? words) => words is null or { Count: 0 } ? null : string.Join(", ", words);

    private static string? Word(PolicySign? sign) => sign is null ? null : sign == PolicySign.Good ? "good" : "bad";

    private static string? Text(double? value) => value switch
    {
        null => null,
        double.PositiveInfinity => "inf",
        var number => number.Value.ToString("0.######", CultureInfo.InvariantCulture),
    };
}
