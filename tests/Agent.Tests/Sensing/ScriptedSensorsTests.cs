using Microsoft.Extensions.Logging.Abstractions;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Sensing;
using SocialCredit.Edge.Sensing.Sensors;

namespace SocialCredit.Edge.Agent.Tests.Sensing;

/// <summary>From a script to changes: the real GPIO controller on the simulated chip, with the loop that watches real lines.</summary>
public sealed class ScriptedSensorsTests
{
    private static readonly SignalSensor.Options Lamps = new() { Red = 5, Amber = 6, Green = 13 };

    [Fact]
    public void A_button_that_bounces_is_one_press_and_a_glitch_is_none() =>
        Assert.Equal(
            ["button 0 off", "button 1000 on", "button 1300 off"],
            Script.Of(
                "1000 17 low", "1004 17 pulled", "1009 17 low",
                "1300 17 pulled", "1305 17 low", "1310 17 pulled",
                "2000 17 low", "2010 17 pulled").Play([("button", new ButtonSensor.Options { Line = 17 })], 3000));

    [Fact]
    public void Each_pulse_of_a_flap_is_on_and_off()
    {
        var script = new SimulationScript
        {
            Pulses = new Dictionary<string, ScriptPulse> { ["flap"] = new() { Line = 27, Seconds = [1, 5], Milliseconds = 250 } },
        };

        Assert.Equal(
            ["flap 0 off", "flap 1000 on", "flap 1250 off", "flap 5000 on", "flap 5250 off"],
            script.Play([("flap", new FlapSensor.Options { Line = 27 })], 6000));
    }

    [Fact]
    public void A_change_over_contact_shows_the_wire_that_is_pulled() =>
        Assert.Equal(
            ["door 0 off", "door 1000 on", "door 3000 unknown", "door 5000 on"],
            Script.Of("0 4 low", "0 5 high", "1000 4 high", "1012 5 low", "3000 5 pulled", "5000 5 low")
                .Play([("door", new ContactSensor.Options { Line = 4, Complement = 5 })], 6000));

    [Fact]
    public void A_driven_line_that_is_pulled_is_unknown_within_a_second_and_comes_back_within_one()
    {
        var said = Script.Of("0 22 low", "1200 22 high", "2200 22 low", "3500 22 pulled", "6500 22 high")
            .Play([("pir", new MotionSensor.Options { Line = 22, Driven = true })], 8000);

        Assert.Equal(["pir", "pir", "pir", "pir", "pir"], said.Select(change => change.Split(' ')[0]));
        Assert.Equal(["off", "on", "off", "unknown", "on"], said.Select(change => change.Split(' ')[2]));
        var at = said.Select(change => double.Parse(change.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal([1200, 2200], at[1..3]);
        Assert.InRange(at[3], 3500, 4520);
        Assert.InRange(at[4], 6500, 7520);
    }

    [Fact]
    public void A_broken_beam_is_on_even_for_a_moment() =>
        Assert.Equal(
            ["beam 0 off", "beam 2000 on", "beam 2007 off"],
            Script.Of("2000 23 low", "2007 23 pulled", "3000 23 low", "3003 23 pulled")
                .Play([("beam", new BeamSensor.Options { Line = 23 })], 4000));

    [Fact]
    public void The_cycle_of_a_signal_comes_again_and_again()
    {
        Assert.Equal(
            ["ped 0 red", "ped 10000 green", "ped 20000 amber", "ped 23000 red", "ped 40000 green"],
            new SimulationScript { Cycles = Cycle() }.Play([("ped", Lamps)], 45_000));
    }

    [Theory]
    [InlineData("4000 5 low", "ped 6000 unknown")]
    [InlineData("4000 13 high", "ped 6000 unknown")]
    public void A_signal_that_is_dark_or_red_and_green_is_unknown_after_two_seconds(string fault, string said) =>
        Assert.Equal(
            ["ped 0 red", said, "ped 9000 green"],
            Script.Of("0 5 high", "0 6 low", "0 13 low", fault, "9000 5 low", "9000 13 high").Play([("ped", Lamps)], 12_000));

    [Fact]
    public void A_dark_of_less_than_two_seconds_changes_nothing() =>
        Assert.Equal(
            ["ped 0 red"],
            Script.Of("0 5 high", "0 6 low", "0 13 low", "4000 5 low", "5900 5 high").Play([("ped", Lamps)], 12_000));

    [Theory]
    [InlineData(7)]
    [InlineData(1000)]
    [InlineData(60_000)]
    public void The_same_script_gives_the_same_changes_however_far_apart_the_frames_are(double stepMilliseconds)
    {
        var script = Script.Of(
            "1000 17 low", "1004 17 pulled", "1009 17 low", "1300 17 pulled", "9999.5 17 low", "10020 17 pulled",
            "0 22 low", "1200 22 high", "3500 22 pulled", "6500 22 high", "20000 22 low") with
        { Cycles = Cycle() };
        (string, SensorOptions)[] sensors =
        [
            ("button", new ButtonSensor.Options { Line = 17 }),
            ("pir", new MotionSensor.Options { Line = 22, Driven = true }),
            ("ped", Lamps),
        ];

        var usual = script.Play(sensors, 60_000);
        var other = script.Play(sensors, 60_000, stepMilliseconds);

        Assert.True(usual.Length > 12);
        Assert.Equal(usual, other);
    }

    [Fact]
    public void Without_a_script_every_sensor_of_a_replay_stays_unknown()
    {
        var options = new SensingOptions { Sensors = new Dictionary<string, SensorOptions> { ["ped"] = Lamps } };
        using var hub = SensorHub.OpenOffline(options, NullLogger.Instance);
        var (timeline, changes) = (hub.AddTimeline(), new List<SensorChange>());

        hub.AdvanceTo(Sensed.At(0));
        hub.AdvanceTo(Sensed.At(9000));
        timeline.TakeUpTo(DateTimeOffset.MaxValue, changes);

        Assert.Empty(changes);
    }

    private static Dictionary<string, ScriptCycle> Cycle() => new()
    {
        ["ped"] = new ScriptCycle
        {
            Seconds = 30,
            Steps =
            [
                new ScriptEvent { Seconds = 0, Line = 5, Level = ScriptLevel.High },
                new ScriptEvent { Seconds = 0, Line = 6, Level = ScriptLevel.Low },
                new ScriptEvent { Seconds = 0, Line = 13, Level = ScriptLevel.Low },
                new ScriptEvent { Seconds = 10, Line = 5, Level = ScriptLevel.Low },
                new ScriptEvent { Seconds = 10.01, Line = 13, Level = ScriptLevel.High },
                new ScriptEvent { Seconds = 20, Line = 13, Level = ScriptLevel.Low },
                new ScriptEvent { Seconds = 20, Line = 6, Level = ScriptLevel.High },
                new ScriptEvent { Seconds = 23, Line = 6, Level = ScriptLevel.Low },
                new ScriptEvent { Seconds = 23, Line = 5, Level = ScriptLevel.High },
            ],
        },
    };
}
