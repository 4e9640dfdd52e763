using SocialCredit.Edge.Agent.Tests.Forwarding;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Sensing;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Sensing;

/// <summary>A live hub with what its sensors said so far.</summary>
internal sealed class HeardSensors : IDisposable
{
    private readonly SensorHub _hub;
    private readonly SensorTimeline _timeline;
    private readonly List<SensorChange> _changes = [];

    public HeardSensors(params (string Name, SensorOptions Options)[] sensors)
    {
        var options = new SensingOptions { Sensors = new OrderedDictionary<string, SensorOptions>(sensors.Select(sensor => KeyValuePair.Create(sensor.Name, sensor.Options))) };
        Assert.Empty(options.FindFaults());
        _hub = SensorHub.Open(options, (TimeProvider.System, Log), _ => Chip);
        _timeline = _hub.AddTimeline();
    }

    /// <summary>Where the lines are, if there are any.</summary>
    public SimulatedGpio Chip { get; } = new();

    public CapturingLog Log { get; } = new();

    /// <summary>Every state so far.</summary>
    public SensorState[] Of(string sensor)
    {
        _timeline.TakeUpTo(DateTimeOffset.MaxValue, _changes);
        return [.. _changes.Where(change => change.Sensor == sensor).Select(change => change.State)];
    }

    public Task BecomesAsync(string sensor, SensorState state, Func<Task>? meanwhile = null) => Eventually.TrueAsync(
        async () =>
        {
            await (meanwhile?.Invoke() ?? Task.CompletedTask);
            return Of(sensor).LastOrDefault() == state;
        },
        $"{sensor} becomes {state}");

    public void Dispose() => _hub.Dispose();
}
