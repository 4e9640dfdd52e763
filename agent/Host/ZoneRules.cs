using SocialCredit.Edge.Behaviour;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Host;

/// <summary>The rules of one zone.</summary>
internal sealed class ZoneRules(Zone zone, IEnumerable<RuleOptions> rules)
{
    private readonly IBehaviourRule[] _rules = [.. rules.Select(options => options.Create(zone))];

    /// <summary>Fills <paramref name="events"/> anew with what happened in this frame.</summary>
    public void Observe(Scene scene, List<BehaviourEvent> events)
    {
        events.Clear();
        foreach (var rule in _rules)
            rule.Observe(scene, events);
    }
}
