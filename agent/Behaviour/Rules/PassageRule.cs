using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Rules;

/// <summary>A confirmed track whose foot point is inside the zone for at least half a second. Fires once per track.</summary>
internal sealed class PassageRule(PassageRule.Options options, Zone zone) : IBehaviourRule
{
    public const string Behaviour = "passage";

    private readonly TrackMemory<Stay> _memory = new();
    private readonly ClassSet _classes = ClassSet.Of(options.Classes);

    public void Observe(Scene scene, List<BehaviourEvent> events)
    {
        foreach (var track in scene.Tracks)
        {
            if (!track.IsSeen || !_classes.Contains(track.Class))
                continue;
            if (_memory.Of(track.Id, out _).Fires(zone.Polygon.Contains(track.Foot), scene.CapturedAt, options.Seconds))
                events.Add(new BehaviourEvent(Behaviour, track.Id));
        }

        _memory.Forget(scene.Ended);
    }

    public sealed record Options : RuleOptions
    {
        /// <summary>So long without a break the foot point must be inside.</summary>
        [Range(0.0, 60.0)]
        public double Seconds { get; init; } = 0.5;

        /// <summary>Whose passages count.</summary>
        [MinLength(1)]
        public IReadOnlyList<ObjectClass> Classes { get; init; } = [ObjectClass.Person, ObjectClass.Bicycle, ObjectClass.Vehicle];

        public override IBehaviourRule Create(Zone zone) => new PassageRule(this, zone);
    }
}
