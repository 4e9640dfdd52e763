using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Sensing;

namespace SocialCredit.Edge.Host.Configuration;

/// <summary>The chip that sensors and outputs are wired to.</summary>
public sealed record GpioSection : IValidatableObject
{
    /// <summary>Its label, as gpiodetect shows it: <c>pinctrl-rp1</c> on a Raspberry Pi 5, <c>pinctrl-bcm2711</c> on a 4.</summary>
    public string? Chip { get; init; }

    /// <summary>A script that plays the lines instead of a chip, on a machine without one.</summary>
    public string? Simulated { get; init; }

    /// <summary>How late a change may come and still be in order; rules see every frame so much later.</summary>
    [Range(0, 5000)]
    public int LatencyMilliseconds { get; init; } = 500;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Chip is not null && Simulated is not null)
            yield return new ValidationResult("The lines are those of a chip or those of a script, not both. Remove one.", [nameof(Simulated)]);
    }
}

/// <summary>What the agent switches. Each goes off when the agent ends.</summary>
public sealed record OutputsSection
{
    /// <summary>On for a while after someone was seen to need assistance.</summary>
    public LightOptions? AssistanceLight { get; init; }

    /// <summary>On while a camera watches.</summary>
    public OutputOptions? CameraLamp { get; init; }
}

/// <summary>Reads what stands in the configuration about sensors, with the script that it names.</summary>
internal static partial class SensingSection
{
    /// <summary>Notes faults at their keys, and returns those of the script. Use the result only where there are none.</summary>
    public static (SensingOptions Sensing, IReadOnlyList<ConfigFault> ScriptFaults) Read(
        YamlDocument<AgentOptions> document, AgentOptions options, string folder)
    {
        var sensors = new OrderedDictionary<string, SensorOptions>();
        foreach (var (name, kinds) in options.Sensors)
        {
            if (!Name().IsMatch(name))
                document.AddFault($"sensors.{name}", "is no name for a sensor.", "Permitted: 1 to 32 of a-z, 0-9 and '-'.");
            if (kinds.Count != 1)
                document.AddFault($"sensors.{name}", kinds.Count == 0 ? "has no kind." : $"has {kinds.Count} kinds.", "Write one, such as contact: {line: 17}.");
            else
                sensors.Add(name, kinds.Values.First());
        }

        var script = options.Gpio.Simulated is { } path ? YamlReader.Read<SimulationScript>(Path.Combine(folder, path)) : null;
        var sensing = new SensingOptions
        {
            Chip = options.Gpio.Chip,
            Script = script?.Value,
            Sensors = sensors,
            AssistanceLight = options.Outputs.AssistanceLight,
            CameraLamp = options.Outputs.CameraLamp,
            Latency = TimeSpan.FromMilliseconds(options.Gpio.LatencyMilliseconds),
        };
        foreach (var fault in sensing.FindFaults())
            document.AddFault(fault.Key, fault.Problem, fault.Hint);
        return (sensing, script?.Faults ?? []);
    }

    [GeneratedRegex("^[a-z0-9-]{1,32}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}
