using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Rules;

/// <summary>
/// A vehicle stands, slower than 0.2 m/s, in the keep-clear area for more than a minute. Without calibration a vehicle's own box
/// is the measure: its longer side is taken for 4 m, so 0.2 m/s is a twentieth of it a second. Boxes at the frame's border count:
/// what stands still does so there too. Fires once per stay.
/// </summary>
internal sealed class StopKeepClearRule(StopKeepClearRule.Options options, Zone zone) : IBehaviourRule
{
    public const string Behaviour = "stop_keep_clear";

    /// <summary>In longer sides of the own box: less than this may be its jitter, however many metres far away that is.</summary>
    private const float JitterSides = 0.05f;

    private readonly Polygon _area = ShapeNames.PolygonOf(options.Area, zone);
    private readonly GroundPlane? _ground = zone.Ground is { } ground && GroundShape.Fits(ShapeNames.PolygonOf(options.Area, zone), ground)
        ? ground
        : null;

    private readonly TrackMemory<State> _memory = new();

    public void Observe(Scene scene, List<BehaviourEvent> events)
    {
        foreach (var track in scene.Tracks)
        {
            if (!track.IsSeen || track.Class != ObjectClass.Vehicle || scene.WatchedSince > scene.CapturedAt)
                continue;
            if (!_area.Contains(track.Foot))
            {
                _memory.Forget(track.Id);
                continue;
            }

            ref var state = ref _memory.Of(track.Id, out var isNew);
            if (isNew || scene.WatchedSince > state.MarkedAt)
                state = new State(scene.CapturedAt, track.Foot, scene.CapturedAt, false);
            Advance(ref state, scene, track);
            if (state.HasFired || (scene.CapturedAt - state.StillSince).TotalSeconds <= options.Seconds)
                continue;
            state.HasFired = true;
            events.Add(new BehaviourEvent(Behaviour, track.Id));
        }

        _memory.Forget(scene.Ended);
    }

    private void Advance(ref State state, Scene scene, in SceneTrack track)
    {
        var seconds = (scene.CapturedAt - state.MarkedAt).TotalSeconds;
        if (seconds < options.SpeedSeconds)
            return;
        var sideHeights = MathF.Max(track.Box.Width * scene.Aspect, track.Box.Height);
        var moved = Picture.Distance(state.Marked, track.Foot, scene.Aspect);
        var isMoving = _ground is null
            ? moved > options.SpeedSidesMax * sideHeights * seconds
            : moved > JitterSides * sideHeights && _ground.Distance(state.Marked, track.Foot) > options.SpeedMetresPerSecondMax * seconds;
        if (isMoving)
            (state.StillSince, state.HasFired) = (scene.CapturedAt, false);
        (state.MarkedAt, state.Marked) = (scene.CapturedAt, track.Foot);
    }

    private record struct State(DateTimeOffset MarkedAt, Point Marked, DateTimeOffset StillSince, bool HasFired);

    public sealed record Options : RuleOptions
    {
        /// <summary>The area to keep clear; the whole zone if it is left out.</summary>
        public string? Area { get; init; }

        /// <summary>Longer than this; 10 for a box junction.</summary>
        [Range(1.0, 86400.0)]
        public double Seconds { get; init; } = 60;

        /// <summary>Slower than this is standing; where the ground is known.</summary>
        [Range(0.05f, 3f)]
        public float SpeedMetresPerSecondMax { get; init; } = 0.2f;

        /// <summary>The same in longer sides of the own box a second, without calibration.</summary>
        [Range(0.001f, 1f)]
        public float SpeedSidesMax { get; init; } = 0.05f;

        /// <summary>Over how long a speed is taken, so that the jitter of a box is no motion.</summary>
        [Range(0.5, 30.0)]
        public double SpeedSeconds { get; init; } = 2;

        public override IEnumerable<ValidationResult> Check(Zone zone) => ShapeNames.CheckArea(nameof(Area), Area, zone);

        public override IBehaviourRule Create(Zone zone) => new StopKeepClearRule(this, zone);
    }
}
