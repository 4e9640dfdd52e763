using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Rules;

/// <summary>
/// Seconds in the zone, in buckets; fires once per track, when the track ends. Observed only: it can never be scored. A
/// short step outside goes on counting as the same stay, but not as time inside.
/// </summary>
internal sealed class DwellRule : IBehaviourRule
{
    public const string Behaviour = "dwell";

    private readonly Options _options;
    private readonly Zone _zone;
    private readonly string[] _buckets;
    private readonly TrackMemory<State> _memory = new();
    private readonly ClassSet _classes;

    public DwellRule(Options options, Zone zone)
    {
        _options = options;
        _zone = zone;
        _classes = ClassSet.Of(options.Classes);
        var edges = options.BucketSeconds;
        _buckets = [.. edges.Select((edge, i) => i == 0 ? $"0-{edge}" : $"{edges[i - 1]}-{edge}"), $"{edges[^1]}+"];
    }

    public void Observe(Scene scene, List<BehaviourEvent> events)
    {
        foreach (var track in scene.Tracks)
        {
            if (!track.IsSeen || !_classes.Contains(track.Class))
                continue;
            var isInside = _zone.Polygon.Contains(track.Foot);
            if (!isInside && !_memory.TryGet(track.Id, out _))
                continue;
            ref var state = ref _memory.Of(track.Id, out var isNew);
            if (!isNew && isInside && state.IsInside)
                state.Seconds += (scene.CapturedAt - state.At).TotalSeconds;
            (state.At, state.IsInside) = (scene.CapturedAt, isInside);
        }

        foreach (var id in scene.Ended)
        {
            if (_memory.TryGet(id, out var state))
                events.Add(new BehaviourEvent(Behaviour, id, BucketOf(state.Seconds)));
        }

        _memory.Forget(scene.Ended);
    }

    private string BucketOf(double seconds)
    {
        var i = 0;
        while (i < _options.BucketSeconds.Count && seconds >= _options.BucketSeconds[i])
            i++;
        return _buckets[i];
    }

    private record struct State(DateTimeOffset At, bool IsInside, double Seconds);

    public sealed record Options : RuleOptions
    {
        /// <summary>Where one bucket ends and the next begins, in seconds, rising.</summary>
        [MinLength(1)]
        public IReadOnlyList<int> BucketSeconds { get; init; } = [10, 30, 60, 300];

        [MinLength(1)]
        public IReadOnlyList<ObjectClass> Classes { get; init; } = [ObjectClass.Person, ObjectClass.Bicycle, ObjectClass.Vehicle];

        public override IEnumerable<ValidationResult> Check(Zone zone)
        {
            for (var i = 1; i < BucketSeconds.Count; i++)
            {
                if (BucketSeconds[i] <= BucketSeconds[i - 1])
                    yield return new ValidationResult("must rise, such as [10, 30, 60].", [nameof(BucketSeconds)]);
            }
        }

        public override IBehaviourRule Create(Zone zone) => new DwellRule(this, zone);
    }
}
