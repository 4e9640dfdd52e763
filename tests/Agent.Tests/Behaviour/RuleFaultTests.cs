using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Behaviour;

/// <summary>What a rule says of a zone in which it cannot work.</summary>
public sealed class RuleFaultTests
{
    /// <summary>Ground below the middle of the frame, sky above.</summary>
    private static readonly GroundPlane HorizonInTheMiddle = new([1, 0, -0.5, 0, 0, 1, 0, 0.2, -0.1], new Point(0.5f, 0.9f));

    [Theory]
    [InlineData("speeding")]
    [InlineData("crowding")]
    [InlineData("crossed_outside")]
    public void A_rule_of_metres_is_refused_without_a_calibration(string rule)
    {
        var faults = FaultsOf(rule, scenario => scenario.Zone.ToZone());

        Assert.Contains("the camera has no calibration", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("crowding")]
    [InlineData("crossed_outside")]
    public void An_area_that_reaches_above_the_horizon_has_no_size(string rule)
    {
        var faults = FaultsOf(rule, scenario => scenario.Zone.ToZone() with { Ground = HorizonInTheMiddle });

        Assert.Contains("above the horizon", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("red_crossing")]
    [InlineData("waited_on_red")]
    public void A_switch_is_no_signal(string rule)
    {
        var faults = FaultsOf(rule, scenario => scenario.Zone.ToZone() with
        {
            Sensors = new Dictionary<string, SensorKind> { ["ped"] = SensorKind.Switch },
        });

        Assert.Equal("'ped' is no signal under sensors. There is no signal yet.", Assert.Single(faults));
    }

    [Theory]
    [InlineData("red_crossing", 2)]
    [InlineData("waited_on_red", 3)]
    [InlineData("crossed_outside", 2)]
    [InlineData("queue", 1)]
    public void Every_area_that_is_not_drawn_is_named(string rule, int areas)
    {
        var faults = FaultsOf(rule, scenario => scenario.Zone.ToZone() with
        {
            Areas = new Dictionary<string, Area>(),
            Ground = GroundPlane.FromAbove(20, 20),
        });

        Assert.Equal(areas, faults.Count(fault => fault.Contains("is not drawn in this zone", StringComparison.Ordinal))
            + faults.Count(fault => fault.Contains("is no signal", StringComparison.Ordinal)));
    }

    private static List<string> FaultsOf(string rule, Func<Scenario, Zone> zone)
    {
        var storyboard = Directory.EnumerateFiles(Path.Combine(TestPaths.Root, "tests", "Scenarios", rule), "*.yaml").Order().First();
        var scenario = YamlReader.Read<Scenario>(storyboard).Value!;
        return [.. scenario.Zone.Behaviours[rule].Check(zone(scenario)).Select(fault => fault.ErrorMessage!)];
    }
}
