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

    /// <summary>Words of a definition or of a source that say nothing are shorter.</summary>
    private const int WordsLengthMin = 10;

    /// <summary>One behaviour must not make a score by itself: it moves a score by up to 3 weights, and a grade is 10 points wide.</summary>
    private const double WeightMax = 25;

    /// <summary>A track counts once for a behaviour: no more events than passages, unless the unit is an episode.</summary>
    private const double ReferenceMax = 1000;

    private const double HalfLifeDaysMin = 7, HalfLifeDaysMax = 365;

    /// <summary>The noise of the devices, on which the interval rests.</summary>
    private const double Epsilon = 0.6;

    /// <summary>Adds what a policy that others are to sign must have beside: definitions, sources, uses, and numbers that can be meant.</summary>
    /// <param name="document">The policy.</param>
    /// <param name="bytes">Length of its file.</param>
    /// <param name="isDemo">A demonstration has no noise.</param>
    public static void CheckForPublication(YamlDocument<Policy> document, int bytes, bool isDemo)
    {
        if (document.Value is not { } policy)
            return;
        if (bytes > ManifestWords.PolicyBytesMax)
            document.AddFault("", $"The policy has {bytes} bytes; devices take {ManifestWords.PolicyBytesMax}.", "Shorten its texts.");
        if (policy.PermittedUses.Count == 0 || policy.PermittedUses.Any(use => use.Trim().Length < WordsLengthMin))
            document.AddFault("permittedUses", "A policy says in words what its scores may be used for.", "Write permittedUses: [...], each a sentence.");
        if (policy.HalfLifeDays is < HalfLifeDaysMin or > HalfLifeDaysMax)
            document.AddFault("halfLifeDays", $"{policy.HalfLifeDays} is not between {HalfLifeDaysMin} and {HalfLifeDaysMax}.", "28 is usual.");
        if (policy.EpsilonCounts != Epsilon && !isDemo)
            document.AddFault("epsilonCounts", $"The devices' noise has epsilon {Epsilon}; with another number the intervals are wrong.", $"Write {Epsilon}.");
        foreach (var (name, rule) in policy.Behaviours)
            CheckCompleteness(document, name, rule);
        foreach (var zone in policy.Zones.Keys)
        {
            if (ForbiddenPlaces.KindOf(zone) is { } kind)
                document.AddFault($"zones.{zone}", $"'{zone}' reads as {kind}, and no such place is ever scored.", "Remove it. If it only sounds so, give it another name.");
        }
    }

    private static void CheckCompleteness(YamlDocument<Policy> document, string name, PolicyBehaviour rule)
    {
        var key = $"behaviours.{name}";
        if (rule.Definition is not { } definition || definition.Trim().Length < WordsLengthMin)
            document.AddFault($"{key}.definition", "Who is scored by it must be able to read what it is.", $"Write it in words: {Behaviours.Find(name)?.Definition ?? "what counts, and from when"}");
        if (rule.Source is not { } source || source.Trim().Length < WordsLengthMin)
            document.AddFault($"{key}.source", "It is not said where weight and reference come from.", "Name the measurement, the study or the decision.");
        if (rule.Weight is <= 0 or > WeightMax)
            document.AddFault($"{key}.weight", $"{rule.Weight} is not above 0 and at most {WeightMax}: one behaviour would be nothing, or everything.", "Remove it, or choose a weight.");
        if (rule.Reference > ReferenceMax && Behaviours.Find(name) is { IsEpisode: false })
            document.AddFault($"{key}.reference", $"{rule.Reference} per 1,000 passages cannot be: each passage counts once.", "Write events per 1,000 passages.");
    }

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
            var scored = Behaviours.All.Where(behaviour => behaviour.IsScored);
            document.AddFault(key, "The catalogue has no such behaviour.", $"Known are {string.Join(", ", scored.Select(b => b.Name))}.");
            return;
        }

        var problem = known.Sign switch
        {
            BehaviourSign.Exposure => ("It counts passages, the denominator of every rate.", "Remove it; passages are always counted."),
            BehaviourSign.Observed => ("It is observed for running the place and never scored.", "Remove it; no device takes a policy that names it."),
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
