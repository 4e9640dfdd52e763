using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Rules;

/// <summary>A vehicle that could still stop lets a pedestrian enter the crosswalk first and then drives over it. Once per vehicle and encounter.</summary>
internal sealed class YieldedRule(YieldedRule.Options options, Zone zone) : IBehaviourRule
{
    public const string Behaviour = "yielded";

    private readonly Yielding _yielding = new(options, zone);

    public void Observe(Scene scene, List<BehaviourEvent> events)
    {
        _yielding.Observe(scene);
        foreach (var encounter in _yielding.Ended)
        {
            if (encounter.HasYielded)
                events.Add(BehaviourEvent.Episode(Behaviour, encounter.VehicleId, encounter.PedestrianId));
        }
    }

    public sealed record Options : YieldingOptions
    {
        public override IBehaviourRule Create(Zone zone) => new YieldedRule(this, zone);
    }
}
