using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Rules;

/// <summary>
/// More than 2 persons per square metre for a minute; again for every further minute. Persons are counted, never told apart: the
/// count of a frame is smoothed, so that a few that the detector misses for a moment end nothing. Observed only.
/// </summary>
internal sealed class CrowdingRule(CrowdingRule.Options options, Zone zone) : IBehaviourRule
{
    public const string Behaviour = "crowding";

    private const double FurtherSeconds = 60;

    private readonly Polygon _area = ShapeNames.PolygonOf(options.Area, zone);
    private readonly double _squareMetres = new GroundShape(ShapeNames.PolygonOf(options.Area, zone), zone.Ground!).SquareMetres();
    private RunningCount _count;
    private DateTimeOffset _seenAt;
    private DateTimeOffset? _nextAt;

    public void Observe(Scene scene, List<BehaviourEvent> events)
    {
        if (scene.WatchedSince > _seenAt)
            (_count, _nextAt) = (default, null);
        if (scene.WatchedSince > scene.CapturedAt)
            return;
        _seenAt = scene.CapturedAt;

        var persons = 0;
        foreach (var track in scene.Tracks)
        {
            if (track.IsSeen && track.Class == ObjectClass.Person && _area.Contains(track.Foot))
                persons++;
        }

        var isCrowded = _count.Add(persons, scene.CapturedAt) > options.PersonsPerSquareMetre * _squareMetres;
        _nextAt = isCrowded ? _nextAt ?? scene.CapturedAt.AddSeconds(options.Seconds) : null;
        if (_nextAt is not { } next || scene.CapturedAt < next)
            return;
        _nextAt = next.AddSeconds(FurtherSeconds);
        events.Add(BehaviourEvent.Episode(Behaviour));
    }

    public sealed record Options : RuleOptions
    {
        /// <summary>Where persons are counted; the whole zone if it is left out.</summary>
        public string? Area { get; init; }

        /// <summary>More than this is a crowd.</summary>
        [Range(0.1, 10.0)]
        public double PersonsPerSquareMetre { get; init; } = 2;

        /// <summary>For so long before the first minute counts.</summary>
        [Range(5.0, 3600.0)]
        public double Seconds { get; init; } = 60;

        public override IEnumerable<ValidationResult> Check(Zone zone) => GroundShape.Check(nameof(Area), Area, zone);

        public override IBehaviourRule Create(Zone zone) => new CrowdingRule(this, zone);
    }
}
