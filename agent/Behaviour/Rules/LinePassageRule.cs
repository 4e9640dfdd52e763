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

    private readonly Tripwire[] _lines;
    private readonly TrackMemory<LineCrossing>[] _memory;
    private readonly ClassSet _classes;

    public LinePassageRule(Options options, Zone zone)
    {
        IEnumerable<Line> lines = options.Line is null ? zone.Lines.Values : [zone.Lines[options.Line]];
        _lines = [.. lines.Select(line => new Tripwire(line, options.BandShare, options.HoldSeconds))];
        _memory = [.. _lines.Select(_ => new TrackMemory<LineCrossing>())];
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
                var crossing = _memory[i].Of(track.Id, out _).Advance(_lines[i], scene, track.Foot);
                if (crossing != Crossing.None)
                    events.Add(new BehaviourEvent(Behaviour, track.Id, _lines[i].Line.Name, crossing));
            }

            _memory[i].Forget(scene.Ended);
        }
    }

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
