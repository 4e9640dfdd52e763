using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Rules;

/// <summary>
/// Moves more than 120 degrees off the lane's direction for at least 2 s and 5 m; without calibration a tenth of the picture's
/// height. Headings are taken over half a second, because from frame to frame they are mostly jitter, and on the ground where
/// it is known, because the picture bends angles. Fires once per track.
/// </summary>
internal sealed class WrongWayRule : IBehaviourRule
{
    public const string Behaviour = "wrong_way";

    private readonly Options _options;
    private readonly Area _lane;
    private readonly GroundPlane? _ground;
    private readonly TrackMemory<State> _memory = new();
    private readonly ClassSet _classes;
    private readonly float _cosineMax;

    public WrongWayRule(Options options, Zone zone)
    {
        _options = options;
        _lane = zone.Areas[options.Area];
        _ground = zone.Ground is { } ground && GroundShape.Fits(_lane.Polygon, ground) ? ground : null;
        _classes = ClassSet.Of(options.Classes);
        _cosineMax = MathF.Cos(options.DegreesMin * MathF.PI / 180);
    }

    public void Observe(Scene scene, List<BehaviourEvent> events)
    {
        foreach (var track in scene.Tracks)
        {
            if (!track.IsSeen || !_classes.Contains(track.Class) || scene.WatchedSince > scene.CapturedAt)
                continue;
            if (!_lane.Polygon.Contains(track.Foot))
            {
                if (_memory.TryGet(track.Id, out var left) && !left.HasFired)
                    _memory.Forget(track.Id);
                continue;
            }

            ref var state = ref _memory.Of(track.Id, out var isNew);
            if (isNew || scene.WatchedSince > state.MarkedAt)
                state = new State(scene.CapturedAt, track.Foot, 0, default, state.HasFired);
            else if (!state.HasFired && Advance(ref state, scene, track.Foot))
                events.Add(new BehaviourEvent(Behaviour, track.Id));
        }

        _memory.Forget(scene.Ended);
    }

    /// <summary>True at the moment at which the behaviour is complete.</summary>
    private bool Advance(ref State state, Scene scene, Point foot)
    {
        var seconds = (scene.CapturedAt - state.MarkedAt).TotalSeconds;
        if (seconds < _options.HeadingSeconds)
            return false;

        var (x, y) = Picture.Step(state.Marked, foot, scene.Aspect);
        // Standing still is no heading: it neither goes on nor ends a run.
        var isMoving = MathF.Sqrt(x * x + y * y) >= _options.StepShareMin;
        if (isMoving && CosineToLane(state.Marked, foot, scene.Aspect) >= _cosineMax)
        {
            state.AgainstSeconds = 0;
        }
        else if (isMoving)
        {
            if (state.AgainstSeconds == 0)
                state.AgainstFrom = state.Marked;
            state.AgainstSeconds += seconds;
        }

        (state.MarkedAt, state.Marked) = (scene.CapturedAt, foot);
        state.HasFired = state.AgainstSeconds >= _options.Seconds && IsFarEnough(state.AgainstFrom, foot, scene.Aspect);
        return state.HasFired;
    }

    private bool IsFarEnough(Point from, Point to, float aspect) => _ground is null
        ? Picture.Distance(from, to, aspect) >= _options.DistanceShareMin
        : _ground.Distance(from, to) >= _options.DistanceMetresMin;

    private float CosineToLane(Point from, Point to, float aspect)
    {
        var direction = _lane.Direction!.Value;
        // A short piece of the lane, for on the ground its direction is another one at every place of the picture.
        var piece = 0.01f / MathF.Sqrt(direction.X * direction.X + direction.Y * direction.Y);
        var (x, y) = Step(from, to, aspect);
        var (laneX, laneY) = Step(from, new Point(from.X + piece * direction.X, from.Y + piece * direction.Y), aspect);
        return (x * laneX + y * laneY) / (MathF.Sqrt(x * x + y * y) * MathF.Sqrt(laneX * laneX + laneY * laneY));
    }

    private (float X, float Y) Step(Point from, Point to, float aspect)
    {
        if (_ground is null)
            return Picture.Step(from, to, aspect);
        _ground.TryToMetres(from, out var start);
        _ground.TryToMetres(to, out var end);
        return (end.X - start.X, end.Y - start.Y);
    }

    private record struct State(DateTimeOffset MarkedAt, Point Marked, double AgainstSeconds, Point AgainstFrom, bool HasFired);

    public sealed record Options : RuleOptions
    {
        /// <summary>The lane: an area with a direction.</summary>
        [Required]
        public required string Area { get; init; }

        /// <summary>Further off the lane's direction than this is against it.</summary>
        [Range(91f, 179f)]
        public float DegreesMin { get; init; } = 120;

        [Range(0.5, 600.0)]
        public double Seconds { get; init; } = 2;

        /// <summary>From where the run began; where the ground is known.</summary>
        [Range(0.5f, 100f)]
        public float DistanceMetresMin { get; init; } = 5;

        /// <summary>The same in frame heights, without calibration.</summary>
        [Range(0.01f, 1f)]
        public float DistanceShareMin { get; init; } = 0.1f;

        /// <summary>Over how long a heading is taken.</summary>
        [Range(0.1, 5.0)]
        public double HeadingSeconds { get; init; } = 0.5;

        /// <summary>In frame heights; who moves less within that time stands still.</summary>
        [Range(0.001f, 0.1f)]
        public float StepShareMin { get; init; } = 0.01f;

        [MinLength(1)]
        public IReadOnlyList<ObjectClass> Classes { get; init; } = [ObjectClass.Bicycle, ObjectClass.Vehicle];

        public override IEnumerable<ValidationResult> Check(Zone zone) => ShapeNames.CheckDirection(nameof(Area), Area, zone);

        public override IBehaviourRule Create(Zone zone) => new WrongWayRule(this, zone);
    }
}
