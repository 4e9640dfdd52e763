using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Rules;

/// <summary>
/// A bin's flap moves, and somebody is seen within 1.5 m of the bin in the 3 s before or the second after. Every pulse
/// counts; a flap that swings on its hinge is quieted by the sensor's debouncing, not here.
/// </summary>
internal sealed class BinUsedRule(BinUsedRule.Options options, Zone zone) : IBehaviourRule
{
    public const string Behaviour = "bin_used";

    /// <summary>A track is confirmed a moment late, so who steps up quickly is seen only after the flap moved.</summary>
    private const double LateSeconds = 1;

    private readonly Nearness _bin = new(zone.Ground, options.At);
    private readonly Queue<DateTimeOffset> _pulses = new(16);
    private SensorView _flap = new(options.Sensor);
    private (int TrackId, DateTimeOffset At) _near;

    public void Observe(Scene scene, List<BehaviourEvent> events)
    {
        foreach (var change in scene.Changes)
        {
            if (_flap.TakesPulse(change))
                _pulses.Enqueue(change.At);
            else if (_flap.State == SensorState.Unknown)
                _pulses.Clear();
        }

        // First with who was near up to the frame before, then with this one.
        Settle(events);
        if (scene.WatchedSince <= scene.CapturedAt && _bin.Nearest(scene, options.Metres) is > 0 and var near)
            _near = (near, scene.CapturedAt);
        Settle(events);
        while (_pulses.TryPeek(out var pulse) && (scene.CapturedAt - pulse).TotalSeconds >= LateSeconds)
            _pulses.Dequeue();
    }

    private void Settle(List<BehaviourEvent> events)
    {
        while (_near.TrackId != 0 && _pulses.TryPeek(out var pulse))
        {
            var afterSeconds = (_near.At - pulse).TotalSeconds;
            if (afterSeconds < -options.Seconds || afterSeconds > LateSeconds)
                return;
            _pulses.Dequeue();
            events.Add(BehaviourEvent.Episode(Behaviour, _near.TrackId));
        }
    }

    public sealed record Options : RuleOptions
    {
        /// <summary>The flap: a switch, on while it moves or stands open.</summary>
        [Required]
        public required string Sensor { get; init; }

        /// <summary>The foot of the bin, in 0..1 of the frame.</summary>
        public required Point At { get; init; }

        /// <summary>Nearer than this is at the bin; without calibration a person's box height is taken for 1.7 m.</summary>
        [Range(0.5f, 10f)]
        public float Metres { get; init; } = 1.5f;

        /// <summary>No longer than this before the flap moves.</summary>
        [Range(0.0, 30.0)]
        public double Seconds { get; init; } = 3;

        public override IEnumerable<ValidationResult> Check(Zone zone) =>
            ShapeNames.CheckSensor(nameof(Sensor), Sensor, SensorKind.Switch, zone);

        public override IEnumerable<string?> SensorNames() => [Sensor];

        public override IBehaviourRule Create(Zone zone) => new BinUsedRule(this, zone);
    }
}
