using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Rules;

/// <summary>
/// An object that was abandoned, as <see cref="AbandonedObjectRule"/> says, is taken away: its place is in sight without it for
/// 2 s. Several that vanish in the same second, or one that vanishes while nobody watched, were not taken. Fires once per object.
/// </summary>
/// <remarks>Without calibration metres are taken from the height of persons.</remarks>
internal sealed class ObjectClearedRule(ObjectClearedRule.Options options, Zone zone) : IBehaviourRule
{
    public const string Behaviour = "object_cleared";

    private readonly LeftObjects _objects = new(options, zone);

    public void Observe(Scene scene, List<BehaviourEvent> events)
    {
        _objects.Observe(scene);
        foreach (var (taker, thing) in _objects.Cleared)
            events.Add(BehaviourEvent.Episode(Behaviour, taker, thing));
    }

    public sealed record Options : LeftObjectOptions
    {
        public override IBehaviourRule Create(Zone zone) => new ObjectClearedRule(this, zone);
    }
}
