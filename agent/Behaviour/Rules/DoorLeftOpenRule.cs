using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Rules;

/// <summary>
/// A door stands open for more than 30 s in which nobody is within 2 m and nothing moves before the motion sensor. Whoever
/// comes near starts the time anew, and so does what was not watched. Fires once per door cycle, when the time is over.
/// </summary>
internal sealed class DoorLeftOpenRule(DoorLeftOpenRule.Options options, Zone zone) : IBehaviourRule
{
    public const string Behaviour = "door_left_open";

    private readonly Nearness _door = new(zone.Ground, options.At);
    private SensorView _contact = new(options.Sensor);
    private SensorView _motion = new(options.Motion);
    private DateTimeOffset _lastNearAt;
    private bool _hasFired;

    public void Observe(Scene scene, List<BehaviourEvent> events)
    {
        foreach (var change in scene.Changes)
        {
            // A door that is shut between two frames was open up to then.
            Conclude(change.At, scene.WatchedSince, events);
            _motion.Take(change);
            if (_contact.Take(change) && _contact.State == SensorState.Off)
                _hasFired = false;
        }

        if (_door.Nearest(scene, options.Metres) != 0)
            _lastNearAt = scene.CapturedAt;
        Conclude(scene.CapturedAt, scene.WatchedSince, events);
    }

    private void Conclude(DateTimeOffset at, DateTimeOffset watchedSince, List<BehaviourEvent> events)
    {
        var isStill = options.Motion is null || _motion.State == SensorState.Off;
        if (_hasFired || _contact.State != SensorState.On || !isStill)
            return;
        var seconds = Math.Min(
            Math.Min((at - _contact.Since).TotalSeconds, (at - watchedSince).TotalSeconds),
            Math.Min((at - _lastNearAt).TotalSeconds, options.Motion is null ? double.MaxValue : (at - _motion.Since).TotalSeconds));
        if (seconds <= options.Seconds)
            return;
        _hasFired = true;
        events.Add(BehaviourEvent.Episode(Behaviour));
    }

    public sealed record Options : RuleOptions
    {
        /// <summary>The door's contact: a switch, on while the door is open.</summary>
        [Required]
        public required string Sensor { get; init; }

        /// <summary>The foot of the door, in 0..1 of the frame.</summary>
        public required Point At { get; init; }

        /// <summary>Longer than this.</summary>
        [Range(1.0, 3600.0)]
        public double Seconds { get; init; } = 30;

        /// <summary>Nearer than this is at the door; without calibration a person's box height is taken for 1.7 m.</summary>
        [Range(0.5f, 20f)]
        public float Metres { get; init; } = 2;

        /// <summary>A motion sensor at the door, if there is one: a switch, on while something moves.</summary>
        public string? Motion { get; init; }

        public override IEnumerable<ValidationResult> Check(Zone zone) =>
        [
            .. ShapeNames.CheckSensor(nameof(Sensor), Sensor, SensorKind.Switch, zone),
            .. ShapeNames.CheckSensor(nameof(Motion), Motion, SensorKind.Switch, zone),
        ];

        public override IEnumerable<string?> SensorNames() => [Sensor, Motion];

        public override IBehaviourRule Create(Zone zone) => new DoorLeftOpenRule(this, zone);
    }
}
