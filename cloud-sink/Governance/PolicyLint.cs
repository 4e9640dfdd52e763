using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Governance;

/// <summary>What no policy may say, whoever signs it, and what it must not get wrong.</summary>
internal static class PolicyLint
{
    /// <summary>What a person is, wears, believes, or merely being there: in no policy.</summary>
    private static readonly string[] NeverScored =
    [
        "presence", "loitering", "sleeping", "begging", "assembly", "dress", "religion", "age", "sex", "race", "gait",
        "emotion", "identity",
    ];

    /// <summary>Adds every fault of the policy to the file that it was read from.</summary>
    public static void Check(YamlDocument<Policy> document)
    {
        if (document.Value is not { } policy)
            return;
        if (!Names.IsVersion(policy.Id))
            document.AddFault("id", "This is no version.", "Versions are [a-z0-9.-], 1 to 32 characters.");
        if (policy.Behaviours.Count == 0)
            document.AddFault("behaviours", "The policy scores nothing.", "Name at least one behaviour.");
        foreach (var (name, rule) in policy.Behaviours)
            CheckBehaviour(document, name, rule);
        foreach (var (zone, names) in policy.Zones)
        {
            if (!Names.IsValid(zone))
                document.AddFault($"zones.{zone}", "This is no name of a zone.", "Use 3 to 32 of a-z, 0-9 and -.");
            foreach (var name in names.Where(name => !policy.Behaviours.ContainsKey(name)))
                document.AddFault($"zones.{zone}", $"{name} is not among the policy's behaviours.", "Add it to behaviours or remove it here.");
        }
    }

    private static void CheckBehaviour(YamlDocument<Policy> document, string name, PolicyBehaviour rule)
    {
        var key = $"behaviours.{name}";
        if (Forbidden(name) is { } word)
        {
            document.AddFault(key, $"{word} is never scored: places are scored by what happens to others there, not by who somebody is or by their being there.",
                "Remove it; no signature makes it valid.");
            return;
        }

        if (Behaviours.Find(name) is not { } known)
        {
            var scored = Behaviours.All.Where(behaviour => behaviour.Sign is BehaviourSign.Good or BehaviourSign.Bad);
            document.AddFault(key, "The catalogue has no such behaviour.", $"Known are {string.Join(", ", scored.Select(b => b.Name))}.");
            return;
        }

        var problem = known.Sign switch
        {
            BehaviourSign.Exposure => ("It counts passages, the denominator of every rate.", "Remove it; passages are always counted."),
            BehaviourSign.Observed when rule.Weight != 0 => ("It is observed for running the place and never scored.", "Set its weight to 0 or remove it."),
            BehaviourSign.Local => ("It switches an output on the spot and never leaves a device.", "Remove it; it cannot be scored."),
            BehaviourSign.Good when rule.Sign != PolicySign.Good => ("The catalogue defines it as good.", "Write sign: good."),
            BehaviourSign.Bad when rule.Sign != PolicySign.Bad => ("The catalogue defines it as bad.", "Write sign: bad."),
            _ => default((string Problem, string Hint)?),
        };
        if (problem is { } fault)
            document.AddFault(key, fault.Problem, fault.Hint);
    }

    // Whole words only: "passage" holds "age".
    private static string? Forbidden(string name)
    {
        var words = name.ToLowerInvariant().Split(['_', '-', ' ', '.'], StringSplitOptions.RemoveEmptyEntries);
        return Array.Find(NeverScored, words.Contains);
    }
}
