using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Rules;

/// <summary>
/// Within one door cycle more people cross the line inwards than were granted access. Each track counts once a cycle; who
/// leaves does not count. Fires once per cycle, a second after the door shut, so that the last crossing is seen too.
/// </summary>
internal sealed class TailgatingRule(TailgatingRule.Options options, Zone zone) : IBehaviourRule
{
    public const string Behaviour = "tailgating";

    /// <summary>A grant opens the door within this time or lapses: a choice, longer than a lock usually gives way.</summary>
    private const double GrantSeconds = 10;

    private const double LateSeconds = 1;

    private readonly Tripwire _line = new(zone.Lines[options.Line], BandShare: 0.01f, HoldSeconds: 0.1);
    private readonly TrackMemory<Walker> _memory = new();
    private readonly Queue<DateTimeOffset> _grants = new(16);
    private SensorView _door = new(options.Sensor);
    private SensorView _grant = new(options.Grant);
    private SensorView _beam = new(options.Beam);
    private DateTimeOffset _grantLostAt;
    private Cycle _cycle;
    private int _cycles;

    public void Observe(Scene scene, List<BehaviourEvent> events)
    {
        foreach (var change in scene.Changes)
        {
            TakeGrant(change);
            TakeDoor(change, events);
            if (_beam.TakesPulse(change))
                _cycle.Beams++;
        }

        if (_cycle.ShutAt is { } shut && (scene.CapturedAt - shut).TotalSeconds > LateSeconds)
            End(events);
        foreach (var track in scene.Tracks)
        {
            if (track.IsSeen && track.Class == ObjectClass.Person)
                Follow(scene, track);
        }

        _memory.Forget(scene.Ended);
    }

    private void TakeGrant(in SensorChange change)
    {
        var wasKnown = _grant.State != SensorState.Unknown;
        if (_grant.TakesPulse(change))
        {
            if (_cycle is { IsCounting: true, ShutAt: null })
                _cycle.Grants++;
            else
                _grants.Enqueue(change.At);
        }

        if (!wasKnown || _grant.State != SensorState.Unknown)
            return;
        // What was granted meanwhile is not known, so nobody can be one too many.
        _grantLostAt = change.At;
        _cycle.IsCounting = false;
    }

    private void TakeDoor(in SensorChange change, List<BehaviourEvent> events)
    {
        var wasOpen = _door.State == SensorState.On;
        if (_door.TakesPulse(change))
            Begin(change.At, events);
        else if (_door.State == SensorState.Unknown)
            _cycle.IsCounting = false;
        else if (wasOpen && _door.State == SensorState.Off)
            _cycle.ShutAt = change.At;
    }

    private void Begin(DateTimeOffset at, List<BehaviourEvent> events)
    {
        End(events);
        while (_grants.TryPeek(out var granted) && (at - granted).TotalSeconds > GrantSeconds)
            _grants.Dequeue();
        var areGrantsKnown = _grant.State != SensorState.Unknown && (at - _grantLostAt).TotalSeconds > GrantSeconds;
        _cycle = new Cycle { IsCounting = areGrantsKnown, Grants = _grants.Count };
        _grants.Clear();
        _cycles++;
    }

    private void Follow(Scene scene, in SceneTrack track)
    {
        ref var walker = ref _memory.Of(track.Id, out _);
        var crossing = walker.Path.Advance(_line, scene, track.Foot);
        if (crossing == Crossing.None)
            return;
        if (crossing != options.Inwards)
        {
            _cycle.Out++;
        }
        else if (walker.CameInCycle != _cycles)
        {
            walker.CameInCycle = _cycles;
            _cycle.In++;
            _cycle.LastIn = track.Id;
        }
    }

    private void End(List<BehaviourEvent> events)
    {
        // The beam tells how many, not which way: it counts only where the camera saw somebody come in.
        var entries = _cycle.In == 0 ? 0 : Math.Max(_cycle.In, _cycle.Beams - _cycle.Out);
        if (_cycle is { IsCounting: true, ShutAt: not null } && entries > _cycle.Grants)
            events.Add(BehaviourEvent.Episode(Behaviour, _cycle.LastIn));
        _cycle = default;
    }

    private struct Walker
    {
        public LineCrossing Path;
        public int CameInCycle;
    }

    private record struct Cycle(bool IsCounting, int Grants, int In, int Out, int Beams, int LastIn, DateTimeOffset? ShutAt);

    public sealed record Options : RuleOptions
    {
        /// <summary>The door's contact: a switch, on while the door is open.</summary>
        [Required]
        public required string Sensor { get; init; }

        /// <summary>The access control's output: a switch, one pulse for each person let in.</summary>
        [Required]
        public required string Grant { get; init; }

        /// <summary>The line behind the door.</summary>
        [Required]
        public required string Line { get; init; }

        /// <summary>Which way over the line leads in.</summary>
        [AllowedValues(Crossing.LeftToRight, Crossing.RightToLeft)]
        public required Crossing Inwards { get; init; }

        /// <summary>A light beam across the door, if there is one: a switch, on while it is broken. It tells apart people whose tracks merge.</summary>
        public string? Beam { get; init; }

        public override IEnumerable<ValidationResult> Check(Zone zone) =>
        [
            .. ShapeNames.CheckSensor(nameof(Sensor), Sensor, SensorKind.Switch, zone),
            .. ShapeNames.CheckSensor(nameof(Grant), Grant, SensorKind.Switch, zone),
            .. ShapeNames.CheckSensor(nameof(Beam), Beam, SensorKind.Switch, zone),
            .. ShapeNames.CheckLine(nameof(Line), Line, zone),
        ];

        public override IEnumerable<string?> SensorNames() => [Sensor, Grant, Beam];

        public override IBehaviourRule Create(Zone zone) => new TailgatingRule(this, zone);
    }
}
