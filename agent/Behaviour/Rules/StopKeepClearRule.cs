using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Rules;

/// <summary>
/// A vehicle stands, slower than 0.2 m/s, in the keep-clear area for more than a minute. Without calibration a vehicle's own box
/// is the measure: its longer side is taken for 4 m, so 0.2 m/s is a twentieth of it a second. Boxes at the frame's border count:
/// what stands still does so there too. A new id at the place where a vehicle was lost goes on with its stay. Fires once per stay.
/// </summary>
internal sealed class StopKeepClearRule(StopKeepClearRule.Options options, Zone zone) : IBehaviourRule
{
    public const string Behaviour = "stop_keep_clear";

    /// <summary>In longer sides of the own box: less than this may be its jitter, however many metres far away that is.</summary>
    private const float JitterSides = 0.1f;

    /// <summary>Over so long the foot point of what stands is averaged, so that the jitter of a box is no motion.</summary>
    private const double SmoothSeconds = 1;

    /// <summary>A shorter absence is the flicker of a box at the area's border.</summary>
    private const double StepOutSecondsMax = 1;

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
            ref var state = ref Succession.Of(_memory, scene, track);
            var isInside = _area.Contains(track.Foot);
            var isAnew = state.Last.Height == 0 || scene.WatchedSince > state.Last.At
                || (scene.CapturedAt - state.InsideAt).TotalSeconds > StepOutSecondsMax;
            if (isAnew)
                state.Restart(scene.CapturedAt, track.Foot);
            else
                Advance(ref state, scene, track);
            state.Last = new Sighting(scene.CapturedAt, track.Foot, track.Box.Height);
            if (!isInside)
                continue;
            state.InsideAt = scene.CapturedAt;
            if (state.HasFired || (scene.CapturedAt - state.StillSince).TotalSeconds <= options.Seconds)
                continue;
            state.HasFired = true;
            events.Add(new BehaviourEvent(Behaviour, track.Id));
        }

        _memory.Forget(scene.Ended);
    }

    /// <summary>It moves where it comes too far within that time; so a start is noticed at once, and a creep at the end of it.</summary>
    private void Advance(ref State state, Scene scene, in SceneTrack track)
    {
        state.Follow(scene.CapturedAt, track.Foot);
        var sideHeights = MathF.Max(track.Box.Width * scene.Aspect, track.Box.Height);
        var moved = Picture.Distance(state.Marked, state.Smooth, scene.Aspect);
        var isMoving = _ground is null
            ? moved > options.SpeedSidesMax * sideHeights * options.SpeedSeconds
            : moved > JitterSides * sideHeights && _ground.Distance(state.Marked, state.Smooth) > options.SpeedMetresPerSecondMax * options.SpeedSeconds;
        if (isMoving)
            state.Restart(scene.CapturedAt, track.Foot);
        else if ((scene.CapturedAt - state.MarkedAt).TotalSeconds >= options.SpeedSeconds)
            (state.MarkedAt, state.Marked) = (scene.CapturedAt, state.Smooth);
    }

    private record struct State : ISighted
    {
        public DateTimeOffset InsideAt;
        public DateTimeOffset StillSince;
        public DateTimeOffset MarkedAt;
        public Point Marked;
        public Point Smooth;
        public bool HasFired;

        public Sighting Last { get; set; }

        public void Restart(DateTimeOffset at, Point foot) =>
            (StillSince, MarkedAt, Marked, Smooth, HasFired) = (at, at, foot, foot, false);

        public void Follow(DateTimeOffset at, Point foot)
        {
            var share = (float)(1 - Math.Exp((Last.At - at).TotalSeconds / SmoothSeconds));
            Smooth = new Point(Smooth.X + share * (foot.X - Smooth.X), Smooth.Y + share * (foot.Y - Smooth.Y));
        }
    }

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
        public double SpeedSeconds { get; init; } = 4;

        public override IEnumerable<ValidationResult> Check(Zone zone) => ShapeNames.CheckArea(nameof(Area), Area, zone);

        public override IBehaviourRule Create(Zone zone) => new StopKeepClearRule(this, zone);
    }
}
