using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Rules;

/// <summary>
/// The path of a foot point crosses a drawn line, counted per direction. A track belongs to a side only after it held the
/// ground beyond a band on that side for a while; so neither jitter on the line nor a flicker to the other side counts.
/// </summary>
internal sealed class LinePassageRule : IBehaviourRule
{
    public const string Behaviour = "line_passage";

    private readonly Options _options;
    private readonly Line[] _lines;
    private readonly TrackMemory<State>[] _memory;
    private readonly ClassSet _classes;

    public LinePassageRule(Options options, Zone zone)
    {
        _options = options;
        _lines = options.Line is null ? [.. zone.Lines.Values] : [zone.Lines[options.Line]];
        _memory = [.. _lines.Select(_ => new TrackMemory<State>())];
        _classes = ClassSet.Of(options.Classes);
    }

    public void Observe(Scene scene, List<BehaviourEvent> events)
    {
        for (var i = 0; i < _lines.Length; i++)
        {
            foreach (var track in scene.Tracks)
            {
                if (!track.IsSeen || !_classes.Contains(track.Class))
                    continue;
                ref var state = ref _memory[i].Of(track.Id, out var isNew);
                var crossing = Advance(ref state, isNew, (_lines[i], scene), track.Foot);
                if (crossing != Crossing.None)
                    events.Add(new BehaviourEvent(Behaviour, track.Id, _lines[i].Name, crossing));
            }

            _memory[i].Forget(scene.Ended);
        }
    }

    private Crossing Advance(ref State state, bool isNew, (Line Line, Scene Scene) at, Point foot)
    {
        var (across, along) = Project(at.Line, foot, at.Scene.Aspect);
        if (!isNew && across < 0 != state.Across < 0)
        {
            // Where the path met the line, 0..1 of it: only this decides whether the line or its prolongation was crossed.
            var share = state.Across / (state.Across - across);
            state.MetAlong = state.Along + share * (along - state.Along);
        }

        state.Across = across;
        state.Along = along;
        var side = MathF.Abs(across) < _options.BandShare ? 0 : MathF.Sign(across);
        if (side != state.HoldingSide)
        {
            state.HoldingSide = side;
            state.HoldingSince = at.Scene.CapturedAt;
        }

        var isHeld = side != 0 && (at.Scene.CapturedAt - state.HoldingSince).TotalSeconds >= _options.HoldSeconds - 0.001;
        if (!isHeld || side == state.Side)
            return Crossing.None;

        var from = state.Side;
        state.Side = side;
        if (from == 0 || state.MetAlong is < 0 or > 1)
            return Crossing.None;
        return side > 0 ? Crossing.LeftToRight : Crossing.RightToLeft;
    }

    /// <summary>Signed distance to the line in frame heights (right of it is positive) and the place along it, 0..1.</summary>
    private static (float Across, float Along) Project(Line line, Point foot, float aspect)
    {
        var (lineX, lineY) = Picture.Step(line.From, line.To, aspect);
        var (x, y) = Picture.Step(line.From, foot, aspect);
        var length = MathF.Sqrt(lineX * lineX + lineY * lineY);
        // The picture's y points down, so a positive cross product lies on the right hand.
        return ((lineX * y - lineY * x) / length, (lineX * x + lineY * y) / (length * length));
    }

    private record struct State(float Across, float Along, float MetAlong, int HoldingSide, int Side, DateTimeOffset HoldingSince);

    public sealed record Options : RuleOptions
    {
        /// <summary>Which line of the zone; all of them if it is left out.</summary>
        public string? Line { get; init; }

        /// <summary>Half-width of the band around the line, in frame heights.</summary>
        [Range(0.0, 0.2)]
        public float BandShare { get; init; } = 0.01f;

        /// <summary>So long a side must be held before it is believed.</summary>
        [Range(0.0, 10.0)]
        public double HoldSeconds { get; init; } = 0.1;

        /// <summary>Whose crossings count.</summary>
        [MinLength(1)]
        public IReadOnlyList<ObjectClass> Classes { get; init; } = [ObjectClass.Person, ObjectClass.Bicycle, ObjectClass.Vehicle];

        public override IEnumerable<ValidationResult> Check(Zone zone)
        {
            if (Line is null && zone.Lines.Count == 0)
                yield return new ValidationResult("the zone has no line. Draw one under lines.", [nameof(Line)]);
            foreach (var fault in ShapeNames.CheckLine(nameof(Line), Line, zone))
                yield return fault;
        }

        public override IBehaviourRule Create(Zone zone) => new LinePassageRule(this, zone);
    }
}
