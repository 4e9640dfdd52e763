using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Sensing;

/// <summary>All that the configuration says of sensors and outputs, free of faults.</summary>
public sealed record SensingOptions
{
    /// <summary>The chip's label; null takes the only one there is.</summary>
    public string? Chip { get; init; }

    /// <summary>Where there is one, no hardware is touched.</summary>
    public SimulationScript? Script { get; init; }

    /// <summary>By name, those too that stand in for others.</summary>
    public IReadOnlyDictionary<string, SensorOptions> Sensors { get; init; } = new Dictionary<string, SensorOptions>();

    /// <summary>On for a while after someone was seen to need assistance.</summary>
    public LightOptions? AssistanceLight { get; init; }

    /// <summary>On while a camera watches.</summary>
    public OutputOptions? CameraLamp { get; init; }

    /// <summary>How late a change may come and still be in order; scenes are held back by so much.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Nothing to do: no sensor and no output.</summary>
    public bool IsEmpty => Sensors.Count == 0 && AssistanceLight is null && CameraLamp is null;

    /// <summary>What rules may refer to; a stand-in has no name of its own there.</summary>
    public IReadOnlyDictionary<string, SensorKind> Kinds =>
        Sensors.Where(sensor => sensor.Value.StandsInFor is null).ToDictionary(sensor => sensor.Key, sensor => sensor.Value.Kind);

    /// <summary>What only shows when all sensors and outputs are looked at together.</summary>
    public IEnumerable<SensingFault> FindFaults() => FindSharedLines().Concat(FindLostStandIns()).Concat(FindLateSensors()).Concat(FindDoubleWords());

    private IEnumerable<SensingFault> FindSharedLines()
    {
        var owners = new Dictionary<int, string>();
        foreach (var (key, line) in AllLines())
        {
            if (!owners.TryAdd(line, key))
                yield return new SensingFault(key, $"Line {line} belongs to {owners[line]} already.", "Each line has one sensor or output.");
        }
    }

    private IEnumerable<(string Key, int Line)> AllLines()
    {
        foreach (var (name, sensor) in Sensors)
        {
            foreach (var line in (sensor as LineOptions)?.Lines ?? [])
                yield return ($"sensors.{name}", line);
        }

        if (AssistanceLight is { } light)
            yield return ("outputs.assistanceLight", light.Line);
        if (CameraLamp is { } lamp)
            yield return ("outputs.cameraLamp", lamp.Line);
    }

    private IEnumerable<SensingFault> FindLostStandIns()
    {
        foreach (var (name, sensor) in Sensors)
        {
            if (sensor.StandsInFor is not { } principal)
                continue;
            var isSignal = Sensors.TryGetValue(principal, out var found) && found is { Kind: SensorKind.Signal, StandsInFor: null };
            if (!isSignal || principal == name)
            {
                yield return new SensingFault(
                    $"sensors.{name}", $"It stands in for '{principal}', which is no signal that stands for itself.", "Name another signal under sensors.");
            }
        }
    }

    private IEnumerable<SensingFault> FindDoubleWords()
    {
        foreach (var (name, sensor) in Sensors)
        {
            var words = (sensor as ControllerOptions)?.Words.Keys ?? [];
            if (words.GroupBy(word => word.Trim(), StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } twice)
                yield return new SensingFault($"sensors.{name}", $"'{twice.Key}' stands twice under words, where case does not count.", "Keep one.");
        }
    }

    private IEnumerable<SensingFault> FindLateSensors()
    {
        foreach (var (name, sensor) in Sensors)
        {
            if (sensor is LineOptions line && TimeSpan.FromMilliseconds(line.DebounceMilliseconds) >= Latency)
            {
                yield return new SensingFault(
                    $"sensors.{name}",
                    $"Its debounce of {line.DebounceMilliseconds} ms is not shorter than the latency of {Latency.TotalMilliseconds} ms: every change would be late.",
                    "Shorten debounceMilliseconds, or lengthen gpio.latencyMilliseconds.");
            }
        }
    }
}

/// <summary>One thing that is wrong with the sensors, by the key at which it stands.</summary>
public sealed record SensingFault(string Key, string Problem, string Hint);
