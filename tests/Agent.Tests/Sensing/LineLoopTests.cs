using System.Device.Gpio;
using Microsoft.Extensions.Logging.Abstractions;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Sensing;
using SocialCredit.Edge.Sensing.Sensors;

namespace SocialCredit.Edge.Agent.Tests.Sensing;

/// <summary>What the watching of lines does when chips and clocks misbehave, and how outputs are driven. Every step is the test's.</summary>
public sealed class LineLoopTests : IDisposable
{
    private readonly FaultyGpio _chip = new();
    private readonly SimulatedClock _clock = new(Sensed.At(0));
    private readonly List<SensorChange> _changes = [];
    private readonly OutputLine _light = new("assistanceLight", new LightOptions { Line = 20, Seconds = 60 }, TimeSpan.FromSeconds(60));
    private readonly OutputLine _lamp = new("cameraLamp", new OutputOptions { Line = 21, ActiveLow = true }, TimeSpan.FromSeconds(2));
    private LineLoop? _loop;

    public void Dispose() => _loop?.Dispose();

    [Fact]
    public void A_level_that_changed_without_an_edge_is_found_within_a_second()
    {
        _chip.IsMute = true;
        Open(new ButtonSensor.Options { Line = 17 });
        Until(500);

        _chip.Set(17, ScriptLevel.Low);
        Until(5000);

        Assert.Equal(["0 off", "1000 on"], _changes.Select(Sensed.Words));
    }

    [Fact]
    public void A_chip_without_edges_is_read_every_ten_milliseconds()
    {
        _chip.IsMute = true;
        Open(hasEdges: false, new ButtonSensor.Options { Line = 17 });
        Until(505);

        _chip.Set(17, ScriptLevel.Low);
        Until(1000);

        Assert.Equal(["0 off", "510 on"], _changes.Select(Sensed.Words));
    }

    [Fact]
    public void A_line_that_cannot_be_read_is_unknown_and_comes_back()
    {
        Open(new ButtonSensor.Options { Line = 17 });
        Until(500);

        _chip.IsBroken = true;
        Until(3500);
        _chip.IsBroken = false;
        Until(6000);

        Assert.Equal(["0 off", "1000 unknown", "4000 off"], _changes.Select(Sensed.Words));
    }

    [Fact]
    public void A_chip_that_refuses_its_resistors_costs_one_sensor_and_not_the_others()
    {
        _chip.IsRefusingModes = true;
        Open(new MotionSensor.Options { Line = 22, Driven = true }, new ButtonSensor.Options { Line = 17 });
        Until(500);

        _chip.Set(17, ScriptLevel.Low);
        Until(3000);

        Assert.Equal(["0 off", "500 on"], _changes.Where(change => change.Sensor == "sensor1").Select(Sensed.Words));
        Assert.DoesNotContain(_changes, change => change is { Sensor: "sensor0", State: SensorState.On or SensorState.Off });
    }

    [Fact]
    public void A_clock_that_is_set_back_makes_sensors_unknown_and_known_anew()
    {
        Open(new ButtonSensor.Options { Line = 17 }, new MotionSensor.Options { Line = 22, Driven = true });
        _chip.Set(22, ScriptLevel.Low);
        Until(3_600_003);
        _changes.Clear();

        _chip.Set(17, ScriptLevel.Low);
        _clock.Set(Sensed.At(0));
        _loop!.Step(Sensed.At(0));
        Until(2000);

        Assert.Equal(["0 unknown", "0 on"], _changes.Where(change => change.Sensor == "sensor0").Select(Sensed.Words));
        Assert.Equal("0 unknown", Sensed.Words(_changes.First(change => change.Sensor == "sensor1")));
        Assert.Equal(SensorState.Off, _changes.Last(change => change.Sensor == "sensor1").State);
    }

    [Fact]
    public void A_lost_thread_leaves_no_sensor_known()
    {
        Open(new ButtonSensor.Options { Line = 17 });
        Until(500);

        _loop!.GiveUp(Sensed.At(700));

        Assert.Equal(["0 off", "700 unknown"], _changes.Select(Sensed.Words));
    }

    [Fact]
    public void The_assistance_light_is_on_for_its_seconds_after_the_last_call()
    {
        Open();
        Until(1000);

        Assert.True(_light.CallFor(_clock.GetUtcNow()));
        Until(31_000);
        Assert.False(_light.CallFor(_clock.GetUtcNow()));
        Until(90_999);
        Assert.Equal([false, true], _chip.Written(20));
        Until(91_000);

        Assert.Equal([false, true, false], _chip.Written(20));
    }

    [Fact]
    public void The_camera_lamp_is_on_while_a_camera_watches_and_off_two_seconds_later()
    {
        Open();
        for (var at = 0; at < 10_000; at += 500)
        {
            _lamp.CallFor(Sensed.At(at));
            Until(at);
        }

        Assert.Equal([true, false], _chip.Written(21));
        Until(11_500);

        Assert.Equal([true, false, true], _chip.Written(21));
    }

    [Fact]
    public void Outputs_go_off_when_the_agent_ends()
    {
        Open();
        _light.CallFor(Sensed.At(0));
        _lamp.CallFor(Sensed.At(0));
        Until(100);

        _loop!.Dispose();
        _loop = null;

        Assert.Equal([false, true, false], _chip.Written(20));
        Assert.Equal([true, false, true], _chip.Written(21));
        Assert.False(_chip.IsDriving(20) || _chip.IsDriving(21));
    }

    [Fact]
    public void A_clock_that_is_set_back_does_not_leave_a_light_on()
    {
        Open();
        Until(3_600_000);
        _light.CallFor(_clock.GetUtcNow());
        Until(3_600_100);

        _loop!.Step(Sensed.At(0));

        Assert.Equal([false, true, false], _chip.Written(20));
        Assert.True(_light.CallFor(Sensed.At(10)));
    }

    [Fact]
    public void A_line_that_the_chip_does_not_have_is_refused_by_its_sensor()
    {
        var refused = Assert.Throws<SensingException>(() => Open(new ButtonSensor.Options { Line = 1024 }));

        Assert.Equal("Line 1024 of sensors.sensor0 is not there: the chip has 1024 lines, from 0.", refused.Message);
    }

    private void Open(params LineOptions[] sensors) => Open(hasEdges: true, sensors);

    private void Open(bool hasEdges, params LineOptions[] sensors)
    {
        LineSensor[] watched = [.. sensors.Select((options, i) => new LineSensor($"sensor{i}", options))];
        _loop = new LineLoop((new GpioController(_chip), hasEdges), watched, [_light, _lamp], _changes.Add, (_clock, NullLogger.Instance));
        _loop.Open();
    }

    /// <summary>Steps whenever the loop asks for it, and at the end.</summary>
    private void Until(double milliseconds)
    {
        var end = Sensed.At(milliseconds);
        while (_loop!.DueAt is var due && due <= end)
            StepAt(due > _clock.GetUtcNow() ? due : _clock.GetUtcNow());
        StepAt(end);
    }

    private void StepAt(DateTimeOffset at)
    {
        _clock.Set(at);
        _loop!.Step(at);
    }

    /// <summary>A simulated chip that tells no edges, cannot be read, or refuses its resistors.</summary>
    private sealed class FaultyGpio : SimulatedGpio
    {
        public bool IsMute { get; set; }

        public bool IsBroken { get; set; }

        public bool IsRefusingModes { get; set; }

        protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback)
        {
            if (!IsMute)
                base.AddCallbackForPinValueChangedEvent(pinNumber, eventTypes, callback);
        }

        protected override PinValue Read(int pinNumber) => IsBroken ? throw new IOException("planted") : base.Read(pinNumber);

        protected override void SetPinMode(int pinNumber, PinMode mode)
        {
            if (IsRefusingModes && mode == PinMode.InputPullUp && pinNumber == 22)
                throw new IOException("planted");
            base.SetPinMode(pinNumber, mode);
        }
    }
}
