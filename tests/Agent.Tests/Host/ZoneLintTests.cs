using SocialCredit.Edge.Host.Configuration;

namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>Zones that are refused whatever the policy says, and how a window is chosen.</summary>
public sealed class ZoneLintTests
{
    private const string Whole = "polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]\n        windowSeconds: 10";

    private static readonly string Standard = TestConfigurations.Agent
        .Replace("profile: demo", "profile: standard", StringComparison.Ordinal)
        .Replace("windowSeconds: 10", "windowSeconds: 3600\n        place: crossing\n        passagesPerHour: 200", StringComparison.Ordinal);

    [Fact]
    public void A_zone_of_the_profile_standard_with_a_place_and_enough_people_is_taken() =>
        Assert.Equal(200, TestConfigurations.Load(Standard).Options.Cameras[0].Zones[0].PassagesPerHour);

    [Theory]
    [InlineData("place: crossing", "", "zones[0].place: does not say what kind of place the zone is. Write one of: crossing, junction, road, cycleway, footway, plaza, park, stop, station, car_park, recycling_point, gate.")]
    [InlineData("place: crossing", "place: clinic", "zones[0].place: \"clinic\" is not")]
    [InlineData("passagesPerHour: 200", "passagesPerHour: 40", "zones[0].windowSeconds: A window of 3600 s expects 40 passages and needs 192 (3 T): most would say nothing. Write windowSeconds: 21600 (profile standard).")]
    [InlineData("passagesPerHour: 200", "passagesPerHour: 10", "Write windowSeconds: 86400 (profile strict).")]
    [InlineData("passagesPerHour: 200", "passagesPerHour: 1", "Even a day is too short for so few people: draw the zone larger, or watch a busier place.")]
    [InlineData("passagesPerHour: 200", "passagesPerHour: 200\n        tracksPerPerson: 2.5", "expects 200 passages and needs 252 (3 T)")]
    [InlineData("name: test-zone", "name: clinic-gate", "zones[0].name: 'clinic-gate' reads as a clinic, and no such place is ever scored. Watch another place. If it only sounds so, give it another name.")]
    [InlineData("site: test-site", "site: st-mary-church", "site: 'st-mary-church' reads as a place of worship")]
    public void What_must_not_be_measured_is_refused(string right, string wrong, string message) => AssertFault(Standard, right, wrong, message);

    [Theory]
    [InlineData(Whole, "polygon: [[0, 0], [0.05, 0], [0.05, 0.1], [0, 0.1]]\n        windowSeconds: 10", "zones[0].polygon: covers 0.50 % of the picture, less than 1 %: so small a place is somebody's. Draw it larger.")]
    [InlineData(Whole, "polygon: [[0, 0], [1, 1], [1, 0], [0, 1]]\n        windowSeconds: 10", "zones[0].polygon: crosses itself, so nobody can say what is inside.")]
    [InlineData("  - name: north\n", "  - name: north\n    ground: {points: [{image: [0, 0], metres: [0, 0]}, {image: [1, 0], metres: [4, 0]}, {image: [1, 1], metres: [4, 2]}, {image: [0, 1], metres: [0, 2]}]}\n", "zones[0].polygon: covers 8.0 square metres, fewer than 10: so small a place is somebody's.")]
    public void A_shape_that_is_no_place_is_refused_in_every_profile(string right, string wrong, string message) =>
        AssertFault(TestConfigurations.Agent, right, wrong, message);

    [Theory]
    [InlineData("[[0.5, 0], [1, 0], [1, 1], [0.5, 1]]", null)]
    [InlineData("[[0.49, 0], [1, 0], [1, 1], [0.49, 1]]", "zones[1].polygon: shares 1.00 % of the picture with zone test-zone: who passes there would count twice. Draw them side by side.")]
    [InlineData("[[0.1, 0.1], [0.4, 0.1], [0.4, 0.4], [0.1, 0.4]]", "zones[1].polygon: shares 9.00 % of the picture with zone test-zone")]
    public void Zones_of_a_camera_stand_side_by_side(string second, string? message)
    {
        var agent = TestConfigurations.Agent.Replace(Whole, "polygon: [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]\n        windowSeconds: 10", StringComparison.Ordinal)
            + $"""


                  - name: second-zone
                    polygon: {second}
                    windowSeconds: 10
                    areas:
                      lane: {"{polygon: [[0, 0], [1, 0], [1, 1]], direction: [1, 0]}"}
                    behaviours:
                      passage: {"{}"}
                      wrong_way: {"{area: lane}"}
                      stop_keep_clear: {"{}"}
            """.Replace("\n            ", "\n", StringComparison.Ordinal);

        AgentConfiguration.Load(TestConfigurations.Write(agent), out var faults);

        Assert.Equal(message is null ? 0 : 1, faults.Count);
        if (message is not null)
            Assert.Contains(message, faults[0].ToString());
    }

    private static void AssertFault(string agent, string right, string wrong, string message)
    {
        Assert.Contains(right, agent);

        AgentConfiguration.Load(TestConfigurations.Write(agent.Replace(right, wrong, StringComparison.Ordinal)), out var faults);

        Assert.True(faults.Any(fault => fault.Line > 0 && fault.ToString().Contains(message, StringComparison.Ordinal)), string.Join('\n', faults));
    }
}
