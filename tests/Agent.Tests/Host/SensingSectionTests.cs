using System.Text.Json.Nodes;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>What a technician can get wrong about wires: each fault with its file, line and key, and what to do.</summary>
public sealed class SensingSectionTests
{
    private const string Rule = "bin_used: {sensor: flap, at: [0.5, 0.5]}";

    private const string Wires = """
        gpio: {latencyMilliseconds: 500}
        sensors:
          flap: {flap: {line: 17}}
          door: {contact: {line: 22, complement: 23}}
          ped: {signal: {red: 5, green: 6}}
        outputs: {assistanceLight: {line: 12}, cameraLamp: {line: 16}}
        """;

    private static readonly string Agent =
        TestConfigurations.Agent.Replace("passage: {}", $"passage: {{}}\n          {Rule}", StringComparison.Ordinal) + "\n" + Wires;

    [Fact]
    public void Wires_without_a_fault_are_taken()
    {
        var sensing = TestConfigurations.Load(Agent).Sensing;

        Assert.Equal(["flap", "door", "ped"], sensing.Kinds.Keys);
        Assert.Equal(TimeSpan.FromMilliseconds(500), sensing.Latency);
        Assert.False(sensing.IsEmpty);
    }

    [Theory]
    [InlineData("sensor: flap,", "sensor: flep,", "behaviours.bin_used.sensor: 'flep' is no switch under sensors. There are: flap, door.")]
    [InlineData("sensor: flap,", "sensor: ped,", "behaviours.bin_used.sensor: 'ped' is no switch under sensors. There are: flap, door.")]
    [InlineData("contact: {line: 22, complement: 23}", "contact: {line: 17}", "sensors.door: Line 17 belongs to sensors.flap already. Each line has one sensor or output.")]
    [InlineData("cameraLamp: {line: 16}", "cameraLamp: {line: 6}", "outputs.cameraLamp: Line 6 belongs to sensors.ped already.")]
    [InlineData("complement: 23", "complement: 22", "A line cannot be its own complement. Name the other side's line.")]
    [InlineData("flap: {flap: {line: 17}}", "flap: {flap: {line: 17}, button: {line: 18}}", "sensors.flap: has 2 kinds. Write one, such as contact: {line: 17}.")]
    [InlineData("flap: {flap: {line: 17}}", "flap: {}", "sensors.flap: has no kind.")]
    [InlineData("flap: {flap: {line: 17}}", "Flap_1: {flap: {line: 17}}", "sensors.Flap_1: is no name for a sensor. Permitted: 1 to 32 of a-z, 0-9 and '-'.")]
    [InlineData("flap: {flap: {line: 17}}", "flap: {flaps: {line: 17}}", "sensors.flap.flaps: The key is not known. Did you mean \"flap\"?")]
    [InlineData("flap: {flap: {line: 17}}", "flap: {flap: {line: 17, debounceMilliseconds: 600}}", "sensors.flap: Its debounce of 600 ms is not shorter than the latency of 500 ms: every change would be late.")]
    [InlineData("flap: {flap: {line: 17}}", "flap: {flap: {line: 9999}}", "sensors.flap.flap.line: 9999 is out of range. Permitted: 0 to 1023.")]
    [InlineData("flap: {flap: {line: 17}}", "flap: {flap: {line: 17}}\n  net: {controller_http: {url: \"http://192.0.2.1/p\", key: a, standInFor: door}}", "sensors.net: It stands in for 'door', which is no signal that stands for itself. Name another signal under sensors.")]
    [InlineData("latencyMilliseconds: 500", "latencyMilliseconds: 9000", "gpio.latencyMilliseconds: 9000 is out of range. Permitted: 0 to 5000.")]
    [InlineData("latencyMilliseconds: 500", "chip: pinctrl-rp1, simulated: script.yaml", "gpio.simulated: The lines are those of a chip or those of a script, not both. Remove one.")]
    public void A_fault_is_named_with_its_file_line_and_key(string right, string wrong, string message)
    {
        var path = TestConfigurations.Write(Agent.Replace(right, wrong, StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(path)!, "script.yaml"), "events: [{line: 17, level: low}]");

        Assert.Null(AgentConfiguration.Load(path, out var faults));

        Assert.True(faults.Any(fault => fault.ToString().Contains(message, StringComparison.Ordinal)), string.Join('\n', faults));
        Assert.All(faults, fault => Assert.True(fault.Line > 0 && fault.File.EndsWith("edge.yaml", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(null, 0, "script.yaml")]
    [InlineData("events:\n  - {line: 17, level: off}", 2, "level")]
    [InlineData("pulses:\n  flap: {line: 17, seconds: []}", 2, "pulses.flap.seconds")]
    [InlineData("pulses:\n  flap: {line: 17, seconds: [-1]}", 2, "A pulse begins at 0 s or later.")]
    [InlineData("cycles:\n  ped:\n    seconds: 30\n    steps: [{seconds: 40, line: 5, level: low}]", 3, "A step lies behind the end of its cycle of 30 s.")]
    [InlineData("events: [", 0, "script.yaml")]
    public void A_fault_of_the_script_is_named_in_its_own_file(string? script, int line, string message)
    {
        var path = TestConfigurations.Write(Agent.Replace("latencyMilliseconds: 500", "simulated: script.yaml", StringComparison.Ordinal));
        if (script is not null)
            File.WriteAllText(Path.Combine(Path.GetDirectoryName(path)!, "script.yaml"), script);

        Assert.Null(AgentConfiguration.Load(path, out var faults));

        var fault = Assert.Single(faults);
        Assert.EndsWith("script.yaml", fault.File);
        Assert.Contains(message, fault.ToString());
        Assert.True(line == 0 || Math.Abs(fault.Line - line) <= 1, fault.ToString());
    }

    [Fact]
    public async Task The_schema_knows_chips_sensors_and_outputs()
    {
        var (exitCode, printed) = await EdgeProgram.RunAsync("config", "schema");

        Assert.True(exitCode == 0, printed);
        var properties = JsonNode.Parse(printed)!["properties"]!;
        Assert.Equal(["chip", "simulated", "latencyMilliseconds"], properties["gpio"]!["properties"]!.AsObject().Select(p => p.Key));
        Assert.Equal(["assistanceLight", "cameraLamp"], properties["outputs"]!["properties"]!.AsObject().Select(p => p.Key));
        var kinds = properties["sensors"]!["additionalProperties"]!["properties"]!.AsObject().Select(p => p.Key).Order();
        Assert.Equal(["beam", "button", "contact", "controller_http", "controller_mqtt", "flap", "motion", "signal"], kinds);
    }

    [Fact]
    public async Task Where_there_is_no_chip_the_agent_does_not_start_and_says_what_to_do()
    {
        Assert.SkipWhen(Directory.EnumerateFiles("/dev", "gpiochip*").Any(), "this machine has a GPIO chip");
        var path = TestConfigurations.Write(Agent);

        var (exitCode, printed) = await EdgeProgram.RunAsync("run", "--config", path, "--models", Path.Combine(TestPaths.Root, "models"));

        Assert.Equal(1, exitCode);
        Assert.Contains("no GPIO chip", printed, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("gpio: {simulated:", printed);
        Assert.DoesNotContain("   at ", printed);
    }
}
