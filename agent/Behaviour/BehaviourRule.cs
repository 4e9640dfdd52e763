using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour;

/// <summary>Sees one behaviour in one zone of one camera. Holds state per track and forgets it when the track ends.</summary>
public interface IBehaviourRule
{
    /// <summary>Called for every frame, in order of time; adds what happened. Allocates nothing in the steady state.</summary>
    void Observe(Scene scene, List<BehaviourEvent> events);
}

/// <summary>
/// What a rule can be told in the configuration. Each rule nests a <c>sealed record Options : RuleOptions</c>; the rule's
/// name in the configuration is its class name in snake case without "Rule": <c>WrongWayRule</c> is <c>wrong_way</c>.
/// </summary>
public abstract record RuleOptions
{
    /// <summary>What is wrong with these options for this zone; member names are the option's key. Empty if nothing.</summary>
    public virtual IEnumerable<ValidationResult> Check(Zone zone) => [];

    /// <summary>The sensors without which the rule sees nothing; while one is unknown, the zone is not watched as a whole.</summary>
    public virtual IEnumerable<string?> SensorNames() => [];

    /// <summary>Makes the rule. Call only after <see cref="Check"/> found nothing.</summary>
    public abstract IBehaviourRule Create(Zone zone);
}
