using System.Device.Gpio;
using Microsoft.Extensions.Logging;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Sensing;

/// <summary>
/// All sensors and outputs of the device. Live, a thread of its own watches the lines and tasks listen to controllers; offline,
/// a script plays the lines up to the time of each frame and nothing else is heard. No call touches hardware or waits for it.
/// </summary>
public sealed class SensorHub : IDisposable
{
    /// <summary>The lamp stays on for so long after the last frame that a camera watched.</summary>
    private static readonly TimeSpan LampLength = TimeSpan.FromSeconds(2);

    private readonly SensorBoard _board;
    private readonly OutputLine? _light;
    private readonly OutputLine? _lamp;
    private readonly ILogger _log;
    private readonly Lock _advancing = new();
    private readonly CancellationTokenSource _stop = new();
    private TimeProvider _time = TimeProvider.System;
    private LineLoop? _loop;
    private Simulation? _simulation;
    private LineThread? _thread;
    private Task _controllers = Task.CompletedTask;
    private bool _isOffline;

    private SensorHub(SensingOptions options, ILogger log)
    {
        (_board, _log) = (new SensorBoard(options.Sensors), log);
        if (options.AssistanceLight is { } light)
            _light = new OutputLine("assistanceLight", light, TimeSpan.FromSeconds(light.Seconds));
        if (options.CameraLamp is { } lamp)
            _lamp = new OutputLine("cameraLamp", lamp, LampLength);
    }

    /// <summary>Opens every line and begins to watch and to listen.</summary>
    /// <param name="options">Without faults.</param>
    /// <param name="time">The clock of the frames.</param>
    /// <param name="log">Told of wires and controllers that fail and come back.</param>
    /// <exception cref="SensingException">The chip or a line cannot be had.</exception>
    public static SensorHub Open(SensingOptions options, TimeProvider time, ILogger log) => Open(options, (time, log), GpioChips.Open);

    /// <summary>For frames that are not from now: nothing happens but by <see cref="AdvanceTo"/>. Without a script every sensor stays unknown.</summary>
    public static SensorHub OpenOffline(SensingOptions options, ILogger log)
    {
        var hub = new SensorHub(options, log) { _isOffline = true };
        if (options.Script is not null)
            hub.OpenLines(options, GpioChips.Open);
        else if (options.Sensors.Count > 0)
            SensingLog.NothingToReplay(log);
        return hub;
    }

    /// <summary>Sensors that are unknown now.</summary>
    public int UnknownCount => _board.UnknownCount;

    /// <summary>A timeline of its own for each camera: first what is known already, then every change.</summary>
    public SensorTimeline AddTimeline() => _board.AddTimeline();

    /// <summary>
    /// Offline, everything up to the frame's time happens; the first call is the start of the script. Live it does nothing. Any
    /// thread; times of several cameras may come in any order, the latest counts.
    /// </summary>
    public void AdvanceTo(DateTimeOffset frameTime)
    {
        if (!_isOffline)
            return;
        lock (_advancing)
            _simulation?.AdvanceTo(frameTime);
    }

    /// <summary>Someone was seen to need assistance: the light is on from now, for its time.</summary>
    public void Light() => Call(_light);

    /// <summary>A camera watched a frame: the lamp is on, and goes off when this is no longer said.</summary>
    public void Lamp() => Call(_lamp);

    /// <summary>Ends listening, switches the outputs off and gives the lines back.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _thread?.Dispose();
        _loop?.Dispose();
        _ = _controllers.ContinueWith(_ => _stop.Dispose(), TaskScheduler.Default);
    }

    /// <summary>The same on a chip that the caller opens.</summary>
    internal static SensorHub Open(SensingOptions options, (TimeProvider Time, ILogger Log) clock, Func<string?, GpioDriver> openChip)
    {
        var hub = new SensorHub(options, clock.Log) { _time = clock.Time };
        try
        {
            hub.OpenLines(options, openChip);
        }
        catch
        {
            hub.Dispose();
            throw;
        }

        hub._thread?.Start();
        hub._controllers = Task.WhenAll(options.Sensors
            .Where(sensor => sensor.Value is ControllerOptions)
            .Select(sensor => hub.ListenAsync(sensor.Key, (ControllerOptions)sensor.Value)));
        return hub;
    }

    private void Call(OutputLine? output)
    {
        if (output is not null && output.CallFor(_time.GetUtcNow()))
            _thread?.Wake();
    }

    private void OpenLines(SensingOptions options, Func<string?, GpioDriver> openChip)
    {
        LineSensor[] sensors = [.. options.Sensors
            .Where(sensor => sensor.Value is LineOptions)
            .Select(sensor => new LineSensor(sensor.Key, (LineOptions)sensor.Value))];
        OutputLine[] outputs = [.. new[] { _light, _lamp }.OfType<OutputLine>()];
        if (sensors.Length + outputs.Length == 0)
            return;
        if (options.Script is { } script)
            Simulate(script, sensors, outputs);
        else
            OpenChip(openChip(options.Chip), sensors, outputs);
        SensingLog.Opened(_log, sensors.Length, outputs.Length, options.Script is null ? options.Chip ?? "the only chip" : "a simulated chip");
    }

    private void OpenChip(GpioDriver driver, LineSensor[] sensors, OutputLine[] outputs)
    {
        var loop = _loop = new LineLoop((new GpioController(driver), GpioChips.HasEdges(driver)), sensors, outputs, _board.Offer, (_time, _log));
        var thread = _thread = new LineThread(loop.Step, () => loop.DueAt, GiveUp, _time);
        loop.Wake = thread.Wake;
        loop.Open();
    }

    private void Simulate(SimulationScript script, LineSensor[] sensors, OutputLine[] outputs)
    {
        var (chip, clock) = (new SimulatedGpio(), new SimulatedClock(DateTimeOffset.MinValue));
        _loop = new LineLoop((new GpioController(chip), true), sensors, outputs, _board.Offer, (clock, _log));
        _loop.Open();
        var simulation = _simulation = new Simulation(script, chip, _loop, clock);
        if (_isOffline)
            _time = clock;
        else
            _thread = new LineThread(simulation.AdvanceTo, () => simulation.DueAt, GiveUp, _time);
    }

    private void GiveUp(Exception broken)
    {
        SensingLog.LinesBroken(_log, broken);
        _loop!.GiveUp(_time.GetUtcNow());
    }

    private async Task ListenAsync(string name, ControllerOptions options)
    {
        try
        {
            var watch = new PhaseWatch(name, options, _board.Offer, _log);
            await Task.Run(() => options.Create().RunAsync(watch, _time, _stop.Token));
        }
        catch (Exception broken)
        {
            // A fault of ours: the signal must not keep its last phase for ever.
            SensingLog.ControllerBroken(_log, broken, name);
            _board.Offer(new SensorChange(_time.GetUtcNow(), name, SensorState.Unknown));
        }
    }
}
