using SocialCredit.Edge.Host;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>What is said in plain words is what the mechanism does.</summary>
public sealed class PrivacyShowTests
{
    [Fact]
    public async Task The_example_is_explained_with_its_own_figures()
    {
        var example = Path.Combine(TestPaths.Root, "deploy", "example", "edge.yaml");

        var (exitCode, printed) = await EdgeProgram.RunAsync("privacy", "show", "--config", example);

        Assert.Equal(0, exitCode);
        Assert.Contains("One message of 448 bytes for each zone and window, to the broker at 127.0.0.1:1883 (this machine).", printed);
        Assert.Contains("It is sent 2 to 12 minutes after its window is over", printed);
        Assert.Contains("Zone crossing-north (crossing), camera north", printed);
        Assert.Contains("Fewer than 30 passages (about 20 people) are never published; fewer than 64 with noise neither.", printed);
        Assert.Contains("nine of ten passages are off by up to 6, nine of ten counts by up to 4", printed);
        Assert.Contains("by at most e (2.7)", printed);
        Assert.Contains("answered right at most 73 % of the time, \"did she do it?\" at most 65 %", printed);
        Assert.Contains("a habit kept for months can be detected by", printed);
        Assert.DoesNotContain("DEMONSTRATION", printed);
        Assert.DoesNotContain("192.0.2.20", printed);
    }

    [Fact]
    public void The_demonstration_says_that_it_protects_nobody()
    {
        var text = Show(TestConfigurations.Agent);

        Assert.Contains("THIS IS THE DEMONSTRATION: counts are exact, without noise and without threshold.", text);
        Assert.DoesNotContain("2.7", text);
        Assert.DoesNotContain("Noise:", text);
    }

    [Fact]
    public void Episodes_and_what_stays_on_the_device_are_named()
    {
        var agent = TestConfigurations.Agent
            .Replace("profile: demo", "profile: standard", StringComparison.Ordinal)
            .Replace("windowSeconds: 10", "windowSeconds: 21600\n        place: car_park\n        passagesPerHour: 50", StringComparison.Ordinal)
            .Replace("passage: {}", "passage: {}\n          object_cleared: {}\n          dwell: {}\n          assistance: {}", StringComparison.Ordinal);
        var policy = TestConfigurations.Policy + "\n  object_cleared: {sign: good, weight: 5, reference: 1}";

        var text = new OutsiderView(TestConfigurations.Load(agent, policy)).Text();

        Assert.Contains("Zone test-zone (car park), camera north", text);
        Assert.Contains("Each message says of 6 hours, counted from midnight UTC", text);
        Assert.Contains("In a usual window about 300 pass.", text);
        Assert.Contains("What happens between people or to things (object_cleared) counts each time: who takes part in one is at most 83 %.", text);
        Assert.Contains("Seen and in no message: dwell, assistance.", text);
    }

    [Fact]
    public async Task A_faulty_configuration_is_not_explained()
    {
        var (exitCode, printed) = await EdgeProgram.RunAsync("privacy", "show", "--config", "/nowhere/edge.yaml");

        Assert.Equal(1, exitCode);
        Assert.Contains("/nowhere/edge.yaml", printed);
    }

    private static string Show(string agent) => new OutsiderView(TestConfigurations.Load(agent)).Text();
}
