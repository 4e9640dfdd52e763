using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Rules;

/// <summary>
/// Crosses at least half of the carriageway more than 2 m outside the crosswalk. The crosswalk and the ground around it are no
/// part of the carriageway here, so only what is crossed beyond them counts. Observed only. Fires once per track.
/// </summary>
internal sealed class CrossedOutsideRule(CrossedOutsideRule.Options options, Zone zone) : IBehaviourRule
{
    public const string Behaviour = "crossed_outside";

    private readonly Carriageway _road = new(zone.Areas[options.Carriageway], zone.Ground)
    {
        Keepout = new Keepout(zone.Areas[options.Crosswalk].Polygon, zone.Ground!, options.Metres),
    };

    private readonly TrackMemory<State> _memory = new();
    private readonly ClassSet _classes = ClassSet.Of(options.Classes);

    public void Observe(Scene scene, List<BehaviourEvent> events)
    {
        foreach (var track in scene.Tracks)
        {
            if (!track.IsSeen || !_classes.Contains(track.Class) || scene.WatchedSince > scene.CapturedAt)
                continue;
            ref var state = ref Succession.Of(_memory, scene, track);
            var hasCrossed = state.Crossing.Advance(_road, scene, track.Foot, options.WidthShareMin);
            state.Last = new Sighting(scene.CapturedAt, track.Foot, track.Box.Height);
            if (!hasCrossed || state.HasFired)
                continue;
            state.HasFired = true;
            events.Add(new BehaviourEvent(Behaviour, track.Id));
        }

        _memory.Forget(scene.Ended);
    }

    private record struct State : ISighted
    {
        public CarriagewayCrossing Crossing;
        public bool HasFired;

        public Sighting Last { get; set; }
    }

    public sealed record Options : RuleOptions
    {
        /// <summary>An area whose direction is the axis across it; both ways count.</summary>
        [Required]
        public required string Carriageway { get; init; }

        /// <summary>The area of the crosswalk.</summary>
        [Required]
        public required string Crosswalk { get; init; }

        /// <summary>Who walks within so far of the crosswalk walks on it.</summary>
        [Range(0f, 20f)]
        public float Metres { get; init; } = 2;

        /// <summary>So much of the width must be crossed.</summary>
        [Range(0.2f, 1f)]
        public float WidthShareMin { get; init; } = 0.5f;

        [MinLength(1)]
        public IReadOnlyList<ObjectClass> Classes { get; init; } = [ObjectClass.Person];

        public override IEnumerable<ValidationResult> Check(Zone zone) =>
        [
            .. ShapeNames.CheckDirection(nameof(Carriageway), Carriageway, zone),
            .. GroundShape.Check(nameof(Crosswalk), Crosswalk, zone),
        ];

        public override IBehaviourRule Create(Zone zone) => new CrossedOutsideRule(this, zone);
    }
}
