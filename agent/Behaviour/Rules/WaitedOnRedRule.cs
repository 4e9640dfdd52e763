using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Rules;

/// <summary>
/// Rests in the waiting area for at least 2 s while the signal is red, then enters the carriageway on green and crosses at least
/// half of its width. Whoever only walks through the waiting area did not rest. Fires once per track, when half is reached.
/// </summary>
internal sealed class WaitedOnRedRule(WaitedOnRedRule.Options options, Zone zone) : IBehaviourRule
{
    public const string Behaviour = "waited_on_red";

    /// <summary>Who stays within so far of one place rests; in heights of the own box, half a metre of a person of 1.7 m.</summary>
    private const float RestHeights = 0.3f;

    /// <summary>Between the waiting area and the kerb there may be a step or two; who is away for longer went elsewhere.</summary>
    private const double AwaySecondsMax = 5;

    /// <summary>A shorter absence is the flicker of a box at the area's border, or a person hidden for a moment.</summary>
    private const double StepOutSecondsMax = 1.5;

    private readonly Polygon _waiting = zone.Areas[options.Waiting].Polygon;
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
            Rest(ref state, scene, track);
            var hasCrossed = state.Crossing.Advance(_road, scene, track.Foot, options.WidthShareMin);
            state.Last = new Sighting(scene.CapturedAt, track.Foot, track.Box.Height);
            if (!hasCrossed || state.HasFired || !WaitedForGreen(state))
                continue;
            state.HasFired = true;
            events.Add(new BehaviourEvent(Behaviour, track.Id));
        }

        _memory.Forget(scene.Ended);
    }

    private void Rest(ref State state, Scene scene, in SceneTrack track)
    {
        var isAnew = state.Last.Height == 0 || scene.WatchedSince > state.Last.At;
        if (isAnew)
            state.RestedAt = state.WaitedAt = DateTimeOffset.MinValue;
        if (isAnew || Picture.Distance(state.Anchor, track.Foot, scene.Aspect) > RestHeights * track.Box.Height)
            (state.Anchor, state.AnchoredAt) = (track.Foot, scene.CapturedAt);
        if (!_waiting.Contains(track.Foot))
            return;
        var awaySeconds = (scene.CapturedAt - state.WaitedAt).TotalSeconds;
        if (awaySeconds > StepOutSecondsMax)
            state.CameAt = scene.CapturedAt;
        if (awaySeconds > AwaySecondsMax)
            state.RestedAt = DateTimeOffset.MinValue;
        state.WaitedAt = scene.CapturedAt;
        var restsSince = state.AnchoredAt > state.CameAt ? state.AnchoredAt : state.CameAt;
        if (_phases.WasRed(options.RestSeconds, restsSince, scene.CapturedAt))
            state.RestedAt = scene.CapturedAt;
    }

    private bool WaitedForGreen(in State state)
    {
        var enteredAt = state.Crossing.EnteredAt;
        return _phases.At(enteredAt).State == SensorState.Green
            && state.RestedAt > DateTimeOffset.MinValue
            && (enteredAt - state.WaitedAt).TotalSeconds <= AwaySecondsMax
            && _phases.IsKnown(state.RestedAt, enteredAt);
    }

    private record struct State : ISighted
    {
        public CarriagewayCrossing Crossing;
        public Point Anchor;
        public DateTimeOffset AnchoredAt;
        public DateTimeOffset CameAt;
        public DateTimeOffset WaitedAt;
        public DateTimeOffset RestedAt;
        public bool HasFired;

        public Sighting Last { get; set; }
    }

    public sealed record Options : RuleOptions
    {
        /// <summary>The pedestrians' signal, under sensors.</summary>
        [Required]
        public required string Signal { get; init; }

        /// <summary>The area before the kerb.</summary>
        [Required]
        public required string Waiting { get; init; }

        /// <summary>An area whose direction is the axis across it; both ways count.</summary>
        [Required]
        public required string Carriageway { get; init; }

        /// <summary>So long it must rest during red.</summary>
        [Range(0.5, 60.0)]
        public double RestSeconds { get; init; } = 2.0;

        /// <summary>So much of the width must be crossed.</summary>
        [Range(0.2f, 1f)]
        public float WidthShareMin { get; init; } = 0.5f;

        [MinLength(1)]
        public IReadOnlyList<ObjectClass> Classes { get; init; } = [ObjectClass.Person];

        public override IEnumerable<ValidationResult> Check(Zone zone) =>
        [
            .. ShapeNames.CheckSensor(nameof(Signal), Signal, SensorKind.Signal, zone),
            .. ShapeNames.CheckArea(nameof(Waiting), Waiting, zone),
            .. ShapeNames.CheckDirection(nameof(Carriageway), Carriageway, zone),
        ];

        public override IEnumerable<string?> SensorNames() => [Signal];

        public override IBehaviourRule Create(Zone zone) => new WaitedOnRedRule(this, zone);
    }
}
