using System.Text.RegularExpressions;
using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Sensing;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>What agent/README.md says can be written is read without a fault, and no behaviour is left out.</summary>
public sealed partial class AgentReadmeTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(TestPaths.Root, "agent", "README.md"));

    private static readonly string[] Blocks = [.. YamlBlock().Matches(Text).Select(match => match.Groups["yaml"].Value)];

    [Fact]
    public void Its_sensors_are_a_valid_configuration()
    {
        var sensors = Blocks.Single(block => block.StartsWith("gpio:", StringComparison.Ordinal));

        var configuration = TestConfigurations.Load(TestConfigurations.Agent + "\n" + sensors);

        Assert.Equal(["flap", "door", "reader", "pir", "ped-north"], configuration.Sensing.Kinds.Keys);
        Assert.NotNull(configuration.Sensing.AssistanceLight);
    }

    [Fact]
    public void What_it_says_of_log_and_port_is_a_valid_configuration()
    {
        var observe = Blocks.Single(block => block.StartsWith("observe:", StringComparison.Ordinal));

        var options = TestConfigurations.Load(TestConfigurations.Agent + "\n" + observe).Options;

        Assert.Equal((9464, 64), (options.Observe!.Port, options.Log.MegabytesMax));
    }

    [Fact]
    public void Its_script_is_a_valid_script()
    {
        var script = YamlReader.Parse<SimulationScript>(Blocks.Single(block => block.StartsWith("cycles:", StringComparison.Ordinal)), "README.md");

        Assert.Empty(script.Faults);
        Assert.Equal((1, 1, 2), (script.Value!.Cycles.Count, script.Value.Pulses.Count, script.Value.Events.Count));
    }

    [Fact]
    public void Its_bounds_of_the_outbox_are_valid_and_the_defaults()
    {
        var bounds = Blocks.Single(block => block.StartsWith("outbox:", StringComparison.Ordinal));

        var configuration = TestConfigurations.Load(TestConfigurations.Agent + "\n" + bounds);

        Assert.Equal(new OutboxSection(), configuration.Options.Outbox);
        var options = configuration.Options.Outbox.ToOptions("outbox.db", 512);
        Assert.Equal(new OutboxOptions { Path = "outbox.db" }, options);
    }

    [Fact]
    public void Every_behaviour_of_the_catalogue_is_named() =>
        Assert.All(Behaviours.All, behaviour => Assert.Contains(behaviour.Name, Text));

    [GeneratedRegex("```yaml\n(?<yaml>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex YamlBlock();
}
