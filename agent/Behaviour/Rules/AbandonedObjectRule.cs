using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Rules;

/// <summary>
/// An object lies still for at least 30 s while its owner is more than 3 m away or has left; where nobody knows who brought it,
/// while nobody is within 3 m. Fires once per object.
/// </summary>
internal sealed class AbandonedObjectRule(AbandonedObjectRule.Options options, Zone zone) : IBehaviourRule
{
    public const string Behaviour = "abandoned_object";

    private readonly LeftObjects _objects = new(options, zone);

    public void Observe(Scene scene, List<BehaviourEvent> events)
    {
        _objects.Observe(scene);
        foreach (var (owner, thing) in _objects.Abandoned)
            events.Add(BehaviourEvent.Episode(Behaviour, owner, thing));
    }

    public sealed record Options : LeftObjectOptions
    {
        public override IEnumerable<ValidationResult> Check(Zone zone) => [.. base.Check(zone), .. ShapeNames.CheckGround(zone)];

        public override IBehaviourRule Create(Zone zone) => new AbandonedObjectRule(this, zone);
    }
}
