using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Rules;

/// <summary>
/// A person lies still: for 10 s the box is lower than 0.6 of its own standing form and hardly moves. Its top must have come down,
/// so a person whose legs are hidden does not count. Local only: it switches an output and leaves in no message. Fires once for
/// each time somebody lies down. It sees only what the detector sees: whoever is lost when he lies, or was never seen upright for
/// a second, is not found, and whoever sits on the ground can look like one who lies.
/// </summary>
internal sealed class AssistanceRule(AssistanceRule.Options options, Zone zone) : IBehaviourRule
{
    public const string Behaviour = "assistance";

    /// <summary>Over so long a move is taken, and so many heights of the own box are one.</summary>
    private const double MoveSeconds = 0.5;
    private const float MoveHeightsMin = 0.15f;

    /// <summary>Taller to its width than this is upright even when it stands still.</summary>
    private const float UprightFormMin = 1.5f;

    /// <summary>So much of its standing form shows all of it.</summary>
    private const float WholeFormShareMin = 0.85f;

    /// <summary>In standing heights: so far the top of the box must come down, and so little may it move then.</summary>
    private const float DropHeightsMin = 0.25f;
    private const float StillHeightsMax = 0.3f;

    /// <summary>Upright for longer than this is up again; shorter is the box's flicker.</summary>
    private const double UpSecondsMax = 1;

    private readonly Polygon _area = ShapeNames.PolygonOf(options.Area, zone);
    private readonly TrackMemory<State> _memory = new();

    public void Observe(Scene scene, List<BehaviourEvent> events)
    {
        foreach (var track in scene.Tracks)
        {
            var isMeasured = track.IsSeen && track.Class == ObjectClass.Person
                && scene.WatchedSince <= scene.CapturedAt && !Picture.IsCut(track.Box);
            if (!isMeasured)
                continue;
            ref var state = ref _memory.Of(track.Id, out var isNew);
            if (isNew || scene.WatchedSince > state.SeenAt)
                (state.LowSince, state.MarkedAt, state.Marked, state.IsMoving) = (null, scene.CapturedAt, track.Foot, false);
            Move(ref state, scene, track);
            if (LiesLongEnough(ref state, scene, track))
                events.Add(new BehaviourEvent(Behaviour, track.Id));
            state.SeenAt = scene.CapturedAt;
        }

        _memory.Forget(scene.Ended);
    }

    private static void Move(ref State state, Scene scene, in SceneTrack track)
    {
        if ((scene.CapturedAt - state.MarkedAt).TotalSeconds < MoveSeconds)
            return;
        state.IsMoving = Picture.Distance(state.Marked, track.Foot, scene.Aspect) >= MoveHeightsMin * track.Box.Height;
        (state.MarkedAt, state.Marked) = (scene.CapturedAt, track.Foot);
    }

    /// <summary>True at the moment at which it is so, once for each time.</summary>
    private bool LiesLongEnough(ref State state, Scene scene, in SceneTrack track)
    {
        var form = track.Box.Height / (track.Box.Width * scene.Aspect);
        var isLow = form < options.FormShareMax * state.Standing.Value;
        if (!isLow && (state.IsMoving || form >= UprightFormMin))
            Stand(ref state, scene, track, form);

        var hasDropped = state.LowSince is not null || track.Box.Top - state.StandingTop >= DropHeightsMin * state.StandingHeight;
        if (!isLow || !hasDropped || !_area.Contains(track.Foot))
        {
            if (state.LowSince is not null && (scene.CapturedAt - state.LowAt).TotalSeconds > UpSecondsMax)
                (state.LowSince, state.HasFired) = (null, false);
            return false;
        }

        state.LowAt = scene.CapturedAt;
        var isStill = state.LowSince is not null
            && Picture.Distance(state.LaidDown, track.Foot, scene.Aspect) <= StillHeightsMax * state.StandingHeight;
        if (!isStill)
            (state.LowSince, state.LaidDown) = (scene.CapturedAt, track.Foot);
        if (state.HasFired || (scene.CapturedAt - state.LowSince!.Value).TotalSeconds < options.Seconds)
            return false;
        return state.HasFired = true;
    }

    private static void Stand(ref State state, Scene scene, in SceneTrack track, float form)
    {
        state.Standing.Add(form, scene.CapturedAt);
        if (form >= WholeFormShareMin * state.Standing.Value)
            (state.StandingTop, state.StandingHeight) = (track.Box.Top, track.Box.Height);
    }

    private record struct State
    {
        public UprightForm Standing;
        public float StandingTop;
        public float StandingHeight;
        public DateTimeOffset SeenAt;
        public DateTimeOffset MarkedAt;
        public Point Marked;
        public bool IsMoving;
        public DateTimeOffset? LowSince;
        public DateTimeOffset LowAt;
        public Point LaidDown;
        public bool HasFired;
    }

    public sealed record Options : RuleOptions
    {
        /// <summary>Where it is looked for; the whole zone if it is left out.</summary>
        public string? Area { get; init; }

        /// <summary>Lower than this share of its own standing form is lying.</summary>
        [Range(0.2f, 0.8f)]
        public float FormShareMax { get; init; } = 0.6f;

        /// <summary>Lying still for so long.</summary>
        [Range(2.0, 600.0)]
        public double Seconds { get; init; } = 10;

        public override IEnumerable<ValidationResult> Check(Zone zone) => ShapeNames.CheckArea(nameof(Area), Area, zone);

        public override IBehaviourRule Create(Zone zone) => new AssistanceRule(this, zone);
    }
}
