using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Rules;

/// <summary>A vehicle (or a cyclist, if so set) has its foot point on the footway for at least 1 s. Fires once per track; a new id where a track was lost is that track.</summary>
internal sealed class VehicleOnFootwayRule(VehicleOnFootwayRule.Options options, Zone zone) : IBehaviourRule
{
    public const string Behaviour = "vehicle_on_footway";

    private readonly Polygon _area = ShapeNames.PolygonOf(options.Area, zone);
    private readonly TrackMemory<Stay> _memory = new();

    public void Observe(Scene scene, List<BehaviourEvent> events)
    {
        foreach (var track in scene.Tracks)
        {
            var isAddressed = track.Class == ObjectClass.Vehicle || (options.Cyclists && track.Class == ObjectClass.Bicycle);
            if (!track.IsSeen || !isAddressed)
                continue;
            ref var stay = ref Succession.Of(_memory, scene, track);
            stay.Last = new Sighting(scene.CapturedAt, track.Foot, track.Box.Height);
            if (stay.Fires(_area.Contains(track.Foot), scene.CapturedAt, options.Seconds))
                events.Add(new BehaviourEvent(Behaviour, track.Id));
        }

        _memory.Forget(scene.Ended);
    }

    public sealed record Options : RuleOptions
    {
        /// <summary>The footway; the whole zone if it is left out.</summary>
        public string? Area { get; init; }

        [Range(0.0, 600.0)]
        public double Seconds { get; init; } = 1;

        /// <summary>Whether cyclists are not allowed there either.</summary>
        public bool Cyclists { get; init; }

        public override IEnumerable<ValidationResult> Check(Zone zone) => ShapeNames.CheckArea(nameof(Area), Area, zone);

        public override IBehaviourRule Create(Zone zone) => new VehicleOnFootwayRule(this, zone);
    }
}
