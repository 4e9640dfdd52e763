using SocialCredit.Edge.Behaviour;
using SocialCredit.Edge.Configuration;

namespace SocialCredit.Edge.Host.Configuration;

/// <summary>Another model or other rules for a camera that are only compared: <c>edge shadow</c> says what they would change.</summary>
public sealed record ShadowSection
{
    /// <summary>The other model's name; without it the frames are looked at once and only the rules differ.</summary>
    public string? Model { get; init; }

    /// <summary>By zone: the rules to try instead of that zone's own, all of them. A zone that is not here keeps its own.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, RuleOptions>> Behaviours { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, RuleOptions>>();

    /// <summary>A zone as the shadow sees it.</summary>
    public ZoneSection Of(ZoneSection zone) => Behaviours.TryGetValue(zone.Name, out var rules) ? zone with { Behaviours = rules } : zone;

    /// <summary>Notes what is wrong beside the rules themselves, which are checked as those of a zone.</summary>
    internal void Check(YamlDocument<AgentOptions> document, string key, CameraSection camera)
    {
        if (Model is null && Behaviours.Count == 0)
            document.AddFault(key, "names neither a model nor rules.", "Write model: NAME, or behaviours: {ZONE: {...}}; or leave shadow out.");
        foreach (var zone in Behaviours.Keys.Where(zone => camera.Zones.All(known => known.Name != zone)))
            document.AddFault($"{key}.behaviours.{zone}", "is no zone of this camera.", $"Its zones: {string.Join(", ", camera.Zones.Select(known => known.Name))}.");
    }
}
