using SocialCredit.Edge.Behaviour;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Host;

/// <summary>The rules of one zone.</summary>
internal sealed class ZoneRules
{
    private readonly IBehaviourRule[] _rules;
    private readonly SensorView[] _sensors;

    public ZoneRules(Zone zone, IEnumerable<RuleOptions> rules)
    {
        var all = rules.ToList();
        _rules = [.. all.Select(options => options.Create(zone))];
        _sensors = [.. all.SelectMany(options => options.SensorNames()).OfType<string>().Distinct().Select(name => new SensorView(name))];
    }

    /// <summary>False while a sensor that a rule needs is unknown: what it would have told did not happen for nobody's lack of deeds.</summary>
    public bool AreSensorsKnown { get; private set; } = true;

    /// <summary>Fills <paramref name="events"/> anew with what happened in this frame.</summary>
    public void Observe(Scene scene, List<BehaviourEvent> events)
    {
        events.Clear();
        foreach (var rule in _rules)
            rule.Observe(scene, events);
        FollowSensors(scene.Changes);
    }

    private void FollowSensors(List<SensorChange> changes)
    {
        AreSensorsKnown = true;
        for (var i = 0; i < _sensors.Length; i++)
        {
            foreach (var change in changes)
                _sensors[i].Take(change);
            AreSensorsKnown &= _sensors[i].State != SensorState.Unknown;
        }
    }
}
