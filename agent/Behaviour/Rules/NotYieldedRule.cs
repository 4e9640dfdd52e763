using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Rules;

/// <summary>
/// A vehicle that could still stop drives over the crosswalk before a pedestrian in the approach, who then crosses. Fires when the
/// pedestrian enters the crosswalk: before, nobody knows that it was meant to be crossed. Once per vehicle and encounter.
/// </summary>
internal sealed class NotYieldedRule(NotYieldedRule.Options options, Zone zone) : IBehaviourRule
{
    public const string Behaviour = "not_yielded";

    private readonly Yielding _yielding = new(options, zone);

    public void Observe(Scene scene, List<BehaviourEvent> events)
    {
        _yielding.Observe(scene);
        foreach (var encounter in _yielding.Ended)
        {
            if (!encounter.HasYielded)
                events.Add(BehaviourEvent.Episode(Behaviour, encounter.VehicleId, encounter.PedestrianId));
        }
    }

    public sealed record Options : YieldingOptions
    {
        public override IBehaviourRule Create(Zone zone) => new NotYieldedRule(this, zone);
    }
}
