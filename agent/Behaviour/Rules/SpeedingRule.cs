using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Rules;

/// <summary>
/// The median speed over at least 1 s is above the limit and its tolerance. Speeds are taken over 0.4 s, because from frame to
/// frame they are mostly jitter; far away, where the jitter of a box is metres on the ground, the way over the whole second must
/// be too long even without that jitter. Boxes at the frame's border are left out: their foot point is not the vehicle's.
/// Fires once per track.
/// </summary>
internal sealed class SpeedingRule(SpeedingRule.Options options, Zone zone) : IBehaviourRule
{
    public const string Behaviour = "speeding";

    /// <summary>By how much of its height a box's lower edge is off, as a standard deviation.</summary>
    private const float JitterHeights = 0.03f;

    /// <summary>After a longer gap the way between is not known.</summary>
    private const double GapSecondsMax = 0.6;

    private readonly Polygon _area = ShapeNames.PolygonOf(options.Area, zone);
    private readonly GroundPlane _ground = zone.Ground!;
    private readonly TrackMemory<State> _memory = new();
    private readonly ClassSet _classes = ClassSet.Of(options.Classes);
    private readonly double _metresPerSecondMax = options.LimitKilometresPerHour / 3.6 * (1 + options.ToleranceShare);

    public void Observe(Scene scene, List<BehaviourEvent> events)
    {
        foreach (var track in scene.Tracks)
        {
            if (!track.IsSeen || !_classes.Contains(track.Class))
                continue;
            ref var state = ref _memory.Of(track.Id, out _);
            if (!state.HasFired && IsSpeeding(ref state.Trace, scene, track))
            {
                state.HasFired = true;
                events.Add(new BehaviourEvent(Behaviour, track.Id));
            }
        }

        _memory.Forget(scene.Ended);
    }

    private bool IsSpeeding(ref SpeedTrace trace, Scene scene, in SceneTrack track)
    {
        var isBroken = scene.WatchedSince > trace.NewestAt || (scene.CapturedAt - trace.NewestAt).TotalSeconds > GapSecondsMax;
        if (isBroken)
            trace.Clear();
        var isMeasured = scene.WatchedSince <= scene.CapturedAt && !Picture.IsCut(track.Box) && _area.Contains(track.Foot);
        if (!isMeasured || !_ground.TryToMetres(track.Foot, out var metres))
        {
            trace.Clear();
            return false;
        }

        if (!trace.Add(scene.CapturedAt, metres, options.Seconds) || !trace.TryMeasure(options.Seconds, out var median, out var endToEnd))
            return false;
        var lower = new Point(track.Foot.X, track.Foot.Y + JitterHeights * track.Box.Height);
        // Both ends of the way jitter, independently of each other.
        var jitter = Math.Sqrt(2) * _ground.Distance(track.Foot, lower) / options.Seconds;
        return median > _metresPerSecondMax && endToEnd - jitter > _metresPerSecondMax;
    }

    private record struct State
    {
        public SpeedTrace Trace;
        public bool HasFired;
    }

    public sealed record Options : RuleOptions
    {
        [Required]
        [Range(3.0, 200.0)]
        public required double LimitKilometresPerHour { get; init; }

        /// <summary>So much of the limit on top is not counted.</summary>
        [Range(0.0, 1.0)]
        public double ToleranceShare { get; init; } = 0.1;

        /// <summary>Over so long the median is taken.</summary>
        [Range(0.8, 3.0)]
        public double Seconds { get; init; } = 1.0;

        /// <summary>Where speed is measured; the whole zone if it is left out.</summary>
        public string? Area { get; init; }

        [MinLength(1)]
        public IReadOnlyList<ObjectClass> Classes { get; init; } = [ObjectClass.Vehicle];

        public override IEnumerable<ValidationResult> Check(Zone zone) =>
            [.. ShapeNames.CheckGround(zone), .. ShapeNames.CheckArea(nameof(Area), Area, zone)];

        public override IBehaviourRule Create(Zone zone) => new SpeedingRule(this, zone);
    }
}
