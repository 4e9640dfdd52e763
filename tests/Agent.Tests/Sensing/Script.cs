using Microsoft.Extensions.Logging.Abstractions;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Sensing;

namespace SocialCredit.Edge.Agent.Tests.Sensing;

/// <summary>Writes scripts in few words and plays them through the whole hub, offline, on the simulated chip.</summary>
internal static class Script
{
    /// <summary>What the wires do, in milliseconds: <c>100 17 low</c>.</summary>
    public static SimulationScript Of(params string[] events) => new()
    {
        Events = [.. events.Select(text => text.Split(' ')).Select(parts => new ScriptEvent
        {
            Seconds = double.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture) / 1000,
            Line = int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture),
            Level = Enum.Parse<ScriptLevel>(parts[2], ignoreCase: true),
        })],
    };

    /// <summary>Every change, as sensor, milliseconds and state: <c>door 100 on</c>. The steps are those of the frames.</summary>
    public static string[] Play(
        this SimulationScript script, (string Name, SensorOptions Options)[] sensors, double untilMilliseconds, double stepMilliseconds = 33)
    {
        var options = new SensingOptions { Sensors = sensors.ToDictionary(sensor => sensor.Name, sensor => sensor.Options), Script = script };
        Assert.Empty(options.FindFaults());
        using var hub = SensorHub.OpenOffline(options, NullLogger.Instance);
        var timeline = hub.AddTimeline();
        for (var at = 0.0; at < untilMilliseconds; at += stepMilliseconds)
            hub.AdvanceTo(Sensed.At(at));
        hub.AdvanceTo(Sensed.At(untilMilliseconds));

        var changes = new List<SensorChange>();
        timeline.TakeUpTo(DateTimeOffset.MaxValue, changes);
        return [.. changes.Select(change => $"{change.Sensor} {Sensed.Words(change)}")];
    }
}
