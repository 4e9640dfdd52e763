using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Rules;

/// <summary>
/// Enters the carriageway more than 2 s after the signal turned red and crosses at least half of its width. Entering on green
/// and arriving on red is none, nor is turning back before half. Fires once per track, when half is reached.
/// </summary>
internal sealed class RedCrossingRule(RedCrossingRule.Options options, Zone zone) : IBehaviourRule
{
    public const string Behaviour = "red_crossing";

    private readonly Carriageway _road = new(zone.Areas[options.Carriageway], zone.Ground);
    private readonly SignalPhases _phases = new(options.Signal);
    private readonly TrackMemory<State> _memory = new();
    private readonly ClassSet _classes = ClassSet.Of(options.Classes);

    public void Observe(Scene scene, List<BehaviourEvent> events)
    {
        _phases.Take(scene.Changes);
        foreach (var track in scene.Tracks)
        {
            if (!track.IsSeen || !_classes.Contains(track.Class) || scene.WatchedSince > scene.CapturedAt)
                continue;
            ref var state = ref Succession.Of(_memory, scene, track);
            var hasCrossed = state.Crossing.Advance(_road, scene, track.Foot, options.WidthShareMin);
            state.Last = new Sighting(scene.CapturedAt, track.Foot, track.Box.Height);
            if (!hasCrossed || state.HasFired || !EnteredOnRed(state.Crossing.EnteredAt))
                continue;
            state.HasFired = true;
            events.Add(new BehaviourEvent(Behaviour, track.Id));
        }

        _memory.Forget(scene.Ended);
    }

    private bool EnteredOnRed(DateTimeOffset at)
    {
        var (colour, since) = _phases.At(at);
        return colour == SensorState.Red && (at - since).TotalSeconds > options.GraceSeconds;
    }

    private record struct State : ISighted
    {
        public CarriagewayCrossing Crossing;
        public bool HasFired;

        public Sighting Last { get; set; }
    }

    public sealed record Options : RuleOptions
    {
        /// <summary>The pedestrians' signal, under sensors.</summary>
        [Required]
        public required string Signal { get; init; }

        /// <summary>An area whose direction is the axis across it; both ways count.</summary>
        [Required]
        public required string Carriageway { get; init; }

        /// <summary>Who enters within so long after it turned red was still on the way.</summary>
        [Range(0.0, 60.0)]
        public double GraceSeconds { get; init; } = 2.0;

        /// <summary>So much of the width must be crossed.</summary>
        [Range(0.2f, 1f)]
        public float WidthShareMin { get; init; } = 0.5f;

        [MinLength(1)]
        public IReadOnlyList<ObjectClass> Classes { get; init; } = [ObjectClass.Person];

        public override IEnumerable<ValidationResult> Check(Zone zone) =>
        [
            .. ShapeNames.CheckSensor(nameof(Signal), Signal, SensorKind.Signal, zone),
            .. ShapeNames.CheckDirection(nameof(Carriageway), Carriageway, zone),
        ];

        public override IEnumerable<string?> SensorNames() => [Signal];

        public override IBehaviourRule Create(Zone zone) => new RedCrossingRule(this, zone);
    }
}
