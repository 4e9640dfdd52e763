using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host;
using SocialCredit.Edge.Host.Configuration;

namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>A zone whose sensor says nothing is not measured, and its record says so.</summary>
public sealed class ZoneRulesTests
{
    private const string Sensors = """
        sensors:
          flap: {flap: {line: 17}}
        """;

    private readonly AgentConfiguration _configuration = TestConfigurations.Load(
        TestConfigurations.Agent.Replace("passage: {}", "passage: {}\n          bin_used: {sensor: flap, at: [0.5, 0.5]}", StringComparison.Ordinal) + "\n" + Sensors);

    private readonly Scene _scene = new();

    [Fact]
    public void A_sensor_is_unknown_until_it_speaks_and_again_when_its_wire_is_pulled()
    {
        var rules = Rules();

        Assert.False(See(rules, 0));
        Assert.True(See(rules, 1, SensorState.Off));
        Assert.True(See(rules, 2));
        Assert.False(See(rules, 3, SensorState.Unknown));
        Assert.False(See(rules, 4));
        Assert.True(See(rules, 5, SensorState.On));
    }

    [Fact]
    public void Another_sensor_is_none_of_the_zones_business()
    {
        var rules = Rules();
        See(rules, 0, SensorState.Off);

        Assert.True(See(rules, 1, SensorState.Unknown, "door"));
    }

    [Fact]
    public void A_zone_without_sensors_is_always_known() =>
        Assert.True(See(new ZoneRules(Zone(), []), 0));

    [Fact]
    public void Coverage_counts_only_while_the_sensor_is_known()
    {
        var records = new List<EventRecord>();
        var (rules, events) = (Rules(), new List<BehaviourEvent>[] { [] });
        var exit = new CameraExit(
            _configuration.Options.Cameras[0],
            _configuration,
            (DateTimeOffset.UnixEpoch, false),
            new SocialCredit.Edge.Anonymisation.OsRandom(),
            leaving => records.Add(leaving.Anonymiser.Release(leaving.Window)));

        for (var i = 0; i <= 100; i++)
        {
            var isKnown = i == 30 ? See(rules, i / 10.0, SensorState.Off) : See(rules, i / 10.0);
            exit.Observe(new SeenFrame(i, _scene, events, IsWatching: true) { AreSensorsKnown = [isKnown] });
        }

        Assert.Equal(7, Assert.Single(records).Coverage);
    }

    private ZoneRules Rules() => new(Zone(), _configuration.Options.Cameras[0].Zones[0].Behaviours.Values);

    private Zone Zone() => _configuration.Options.Cameras[0].Zones[0].ToZone(null, _configuration.Sensing.Kinds);

    private bool See(ZoneRules rules, double seconds, SensorState? state = null, string sensor = "flap")
    {
        _scene.CapturedAt = DateTimeOffset.UnixEpoch.AddSeconds(seconds);
        _scene.Changes.Clear();
        if (state is { } said)
            _scene.Changes.Add(new SensorChange(_scene.CapturedAt, sensor, said));
        rules.Observe(_scene, []);
        return rules.AreSensorsKnown;
    }
}
