using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Rules;

/// <summary>
/// A button is pressed and the press is confirmed by a second one within 10 s. Two presses are one fix and a third begins
/// anew; a second that comes too late is a first.
/// </summary>
internal sealed class StewardFixRule(StewardFixRule.Options options) : IBehaviourRule
{
    public const string Behaviour = "steward_fix";

    private SensorView _button = new(options.Sensor);
    private DateTimeOffset? _pressedAt;

    public void Observe(Scene scene, List<BehaviourEvent> events)
    {
        foreach (var change in scene.Changes)
        {
            var isPress = _button.TakesPulse(change);
            if (_button.State == SensorState.Unknown)
                _pressedAt = null;
            if (!isPress)
                continue;
            var isConfirmed = _pressedAt is { } first && (change.At - first).TotalSeconds <= options.Seconds;
            _pressedAt = isConfirmed ? null : change.At;
            if (isConfirmed)
                events.Add(BehaviourEvent.Episode(Behaviour));
        }
    }

    public sealed record Options : RuleOptions
    {
        /// <summary>The button: a switch, on while it is pressed.</summary>
        [Required]
        public required string Sensor { get; init; }

        /// <summary>The second press comes no later than this.</summary>
        [Range(1.0, 60.0)]
        public double Seconds { get; init; } = 10;

        public override IEnumerable<ValidationResult> Check(Zone zone) =>
            ShapeNames.CheckSensor(nameof(Sensor), Sensor, SensorKind.Switch, zone);

        public override IEnumerable<string?> SensorNames() => [Sensor];

        public override IBehaviourRule Create(Zone zone) => new StewardFixRule(this);
    }
}
