using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Rules;

/// <summary>
/// How many persons stand in the queue area, in buckets; fires once for each who stays in it, when he has been there for 5 s.
/// A short step outside goes on as the same stay. Observed only.
/// </summary>
internal sealed class QueueRule(QueueRule.Options options, Zone zone) : IBehaviourRule
{
    public const string Behaviour = "queue";

    private const double StepOutSecondsMax = 1;

    private readonly Polygon _area = zone.Areas[options.Area].Polygon;
    private readonly TrackMemory<State> _memory = new();
    private RunningCount _count;
    private DateTimeOffset _seenAt;

    public void Observe(Scene scene, List<BehaviourEvent> events)
    {
        if (scene.WatchedSince > _seenAt)
            _count = default;
        if (scene.WatchedSince <= scene.CapturedAt)
            Count(scene, events);
        _memory.Forget(scene.Ended);
    }

    private void Count(Scene scene, List<BehaviourEvent> events)
    {
        _seenAt = scene.CapturedAt;
        var persons = 0;
        foreach (var track in scene.Tracks)
        {
            if (IsQueueing(track))
                persons++;
        }

        var bucket = BucketOf(_count.Add(persons, scene.CapturedAt));
        foreach (var track in scene.Tracks)
        {
            if (!IsQueueing(track))
                continue;
            ref var state = ref _memory.Of(track.Id, out var isNew);
            var isSameStay = !isNew && scene.WatchedSince <= state.InsideAt
                && (scene.CapturedAt - state.InsideAt).TotalSeconds <= StepOutSecondsMax;
            if (!isSameStay)
                state.EnteredAt = scene.CapturedAt;
            state.InsideAt = scene.CapturedAt;
            if (state.HasFired || (scene.CapturedAt - state.EnteredAt).TotalSeconds < options.Seconds)
                continue;
            state.HasFired = true;
            events.Add(new BehaviourEvent(Behaviour, track.Id, bucket));
        }
    }

    private bool IsQueueing(in SceneTrack track) =>
        track.IsSeen && track.Class == ObjectClass.Person && _area.Contains(track.Foot);

    private static string BucketOf(int persons) => persons switch
    {
        <= 2 => "1-2",
        <= 5 => "3-5",
        <= 10 => "6-10",
        _ => "11+",
    };

    private record struct State(DateTimeOffset EnteredAt, DateTimeOffset InsideAt, bool HasFired);

    public sealed record Options : RuleOptions
    {
        /// <summary>Where one queues.</summary>
        [Required]
        public required string Area { get; init; }

        /// <summary>Who stays for so long queues.</summary>
        [Range(1.0, 3600.0)]
        public double Seconds { get; init; } = 5;

        public override IEnumerable<ValidationResult> Check(Zone zone) => ShapeNames.CheckArea(nameof(Area), Area, zone);

        public override IBehaviourRule Create(Zone zone) => new QueueRule(this, zone);
    }
}
