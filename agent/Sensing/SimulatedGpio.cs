using System.Device.Gpio;

namespace SocialCredit.Edge.Sensing;

/// <summary>
/// A GPIO chip without hardware, for the same sensor code: its wires do what a script says, loose ones follow the chip's
/// resistors, and edges are told of at once on the thread that plays the script.
/// </summary>
internal class SimulatedGpio : GpioDriver
{
    private readonly Wire[] _wires = [.. Enumerable.Range(0, LineOptions.LineMax + 1).Select(_ => new Wire())];

    protected override int PinCount => _wires.Length;

    /// <summary>Levels that were written to a line, in order; empty for a line that nobody wrote to.</summary>
    public IReadOnlyList<bool> Written(int line) => _wires[line].Written;

    /// <summary>True while an output drives the line.</summary>
    public bool IsDriving(int line) => _wires[line] is { IsOpen: true, Mode: PinMode.Output };

    /// <summary>Something happens at the other end of the wire.</summary>
    public void Set(int line, ScriptLevel level) => Change(line, wire => wire.Level = level);

    protected override void OpenPin(int pinNumber) => _wires[pinNumber].IsOpen = true;

    protected override void ClosePin(int pinNumber)
    {
        var wire = _wires[pinNumber];
        (wire.IsOpen, wire.Mode, wire.Changed) = (false, PinMode.Input, null);
    }

    protected override void SetPinMode(int pinNumber, PinMode mode) => Change(pinNumber, wire => wire.Mode = mode);

    protected override PinMode GetPinMode(int pinNumber) => _wires[pinNumber].Mode;

    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => true;

    protected override PinValue Read(int pinNumber) => _wires[pinNumber].IsHigh;

    protected override void Write(int pinNumber, PinValue value)
    {
        _wires[pinNumber].Written.Add(value == PinValue.High);
        Change(pinNumber, wire => wire.Output = value == PinValue.High);
    }

    protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) =>
        throw new NotSupportedException("A simulated chip is played on one thread, which cannot wait for itself.");

    protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) =>
        _wires[pinNumber].Changed += callback;

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) =>
        _wires[pinNumber].Changed -= callback;

    private void Change(int line, Action<Wire> change)
    {
        var wire = _wires[line];
        var before = wire.IsHigh;
        change(wire);
        if (wire.IsHigh != before)
            wire.Changed?.Invoke(this, new PinValueChangedEventArgs(wire.IsHigh ? PinEventTypes.Rising : PinEventTypes.Falling, line));
    }

    private sealed class Wire
    {
        public ScriptLevel Level { get; set; } = ScriptLevel.Pulled;

        public PinMode Mode { get; set; }

        public bool Output { get; set; }

        public bool IsOpen { get; set; }

        public List<bool> Written { get; } = [];

        public PinChangeEventHandler? Changed { get; set; }

        public bool IsHigh => Mode switch
        {
            PinMode.Output => Output,
            _ when Level != ScriptLevel.Pulled => Level == ScriptLevel.High,
            _ => Mode == PinMode.InputPullUp,
        };
    }
}
