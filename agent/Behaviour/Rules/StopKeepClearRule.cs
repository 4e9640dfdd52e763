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

    /// <summary>A foot point at the border is now in, now out; so long out is gone.</summary>
    private const double OutsideSecondsMax = 1;

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
            var isWatched = scene.WatchedSince <= state.Last.At;
            state.Last = new Sighting(scene.CapturedAt, track.Foot, track.Box.Height);
            if (_area.Contains(track.Foot))
                state.InsideAt = scene.CapturedAt;
            if (!isWatched || (scene.CapturedAt - state.InsideAt).TotalSeconds > OutsideSecondsMax)
                state = new State { Last = state.Last, InsideAt = isWatched ? state.InsideAt : scene.CapturedAt, StillSince = scene.CapturedAt };
            else
                Advance(ref state, scene, track);
            if (state.HasFired || (scene.CapturedAt - state.StillSince).TotalSeconds <= options.Seconds)
                continue;
            state.HasFired = true;
            events.Add(new BehaviourEvent(Behaviour, track.Id));
        }

        _memory.Forget(scene.Ended);
    }

    /// <summary>Means of feet over half of the time in which a speed is taken, each held against the one before the last.</summary>
    private void Advance(ref State state, Scene scene, in SceneTrack track)
    {
        if (state.Feet == 0)
            state.From = scene.CapturedAt;
        (state.Sum, state.Feet) = (new Point(state.Sum.X + track.Foot.X, state.Sum.Y + track.Foot.Y), state.Feet + 1);
        if ((scene.CapturedAt - state.From).TotalSeconds < options.SpeedSeconds / 2)
            return;
        var mean = new Point(state.Sum.X / state.Feet, state.Sum.Y / state.Feet);
        if (state.Means >= 2 && IsMoving(state.BeforeLast, mean, scene.Aspect, track.Box))
            (state.StillSince, state.HasFired) = (state.From, false);
        (state.BeforeLast, state.Newest, state.Means) = (state.Newest, mean, state.Means + 1);
        (state.Sum, state.Feet) = (default, 0);
    }

    private bool IsMoving(Point from, Point to, float aspect, in Box box)
    {
        var sideHeights = MathF.Max(box.Width * aspect, box.Height);
        var moved = Picture.Distance(from, to, aspect);
        return _ground is null
            ? moved > options.SpeedSidesMax * sideHeights * options.SpeedSeconds
            : moved > JitterSides * sideHeights && _ground.Distance(from, to) > options.SpeedMetresPerSecondMax * options.SpeedSeconds;
    }

    private record struct State : ISighted
    {
        public DateTimeOffset From;
        public Point Sum;
        public int Feet;
        public Point BeforeLast;
        public Point Newest;
        public int Means;
        public DateTimeOffset StillSince;
        public DateTimeOffset InsideAt;
        public bool HasFired;

        public Sighting Last { get; set; }
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
        public double SpeedSeconds { get; init; } = 3;

        public override IEnumerable<ValidationResult> Check(Zone zone) => ShapeNames.CheckArea(nameof(Area), Area, zone);

        public override IBehaviourRule Create(Zone zone) => new StopKeepClearRule(this, zone);
    }
}
