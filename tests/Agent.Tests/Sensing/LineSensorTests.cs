using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Sensing;
using SocialCredit.Edge.Sensing.Sensors;

namespace SocialCredit.Edge.Agent.Tests.Sensing;

/// <summary>From levels to states: debouncing, polarity, pulled wires, phases. No hardware, every time an argument.</summary>
public sealed class LineSensorTests
{
    private static Sensed Switch() => new(new MotionSensor.Options { Line = 17, DebounceMilliseconds = 30 });

    private static Sensed Signal() => new(new SignalSensor.Options { Red = 5, Amber = 6, Green = 13, DebounceMilliseconds = 30 });

    [Fact]
    public void The_first_steady_level_is_a_change_dated_when_it_was_read_first() =>
        Assert.Equal(["0 off"], Switch().See(0, false).Until(1000));

    [Fact]
    public void A_level_counts_when_it_was_steady_and_not_before()
    {
        var sensed = Switch().See(0, false).See(100, true);

        Assert.Equal(["0 off"], sensed.Until(129));
        Assert.Equal(["0 off", "100 on"], sensed.Until(130));
    }

    [Fact]
    public void A_bouncing_contact_is_one_change_dated_at_its_first_edge() =>
        Assert.Equal(
            ["0 off", "100 on"],
            Switch().See(0, false).See(100, true).See(104, false).See(109, true).See(111, false).See(125, true).Until(1000));

    [Fact]
    public void A_glitch_shorter_than_the_debounce_never_counts() =>
        Assert.Equal(["0 off"], Switch().See(0, false).See(100, true).See(129, false).Until(1000));

    [Fact]
    public void A_change_after_a_glitch_is_not_dated_at_the_glitch() =>
        Assert.Equal(["0 off", "300 on"], Switch().See(0, false).See(100, true).See(110, false).See(300, true).Until(1000));

    [Fact]
    public void A_pulse_is_two_changes_even_if_nobody_looked_between_them() =>
        Assert.Equal(["0 off", "100 on", "140 off"], Switch().See(0, false).See(100, true).See(140, false).Until(1000));

    [Fact]
    public void A_level_that_is_read_again_is_no_edge() =>
        Assert.Equal(["0 off"], Switch().See(0, false).See(1000, false).See(2000, false).Until(3000));

    [Theory]
    [InlineData("contact", true, SensorState.On)]
    [InlineData("button", false, SensorState.On)]
    [InlineData("flap", false, SensorState.On)]
    [InlineData("beam", false, SensorState.On)]
    [InlineData("motion", true, SensorState.On)]
    public void Each_kind_is_on_at_the_level_of_its_usual_wiring(string kind, bool isHigh, SensorState state)
    {
        SwitchOptions options = kind switch
        {
            "contact" => new ContactSensor.Options { Line = 1 },
            "button" => new ButtonSensor.Options { Line = 1 },
            "flap" => new FlapSensor.Options { Line = 1 },
            "beam" => new BeamSensor.Options { Line = 1 },
            _ => new MotionSensor.Options { Line = 1 },
        };

        Assert.Equal([$"0 {state.ToString().ToLowerInvariant()}"], new Sensed(options).See(0, isHigh).Until(1000));
    }

    [Fact]
    public void A_change_over_contact_whose_sides_stay_equal_is_unknown_and_comes_back()
    {
        var sensed = new Sensed(new ContactSensor.Options { Line = 1, Complement = 2 }).See(0, false, 0).See(0, true, 1);

        sensed.See(100, true, 1).See(100, true, 0).See(500, false, 1);

        Assert.Equal(["0 off", "100 unknown", "500 on"], sensed.Until(1000));
    }

    [Fact]
    public void A_change_over_contact_between_its_sides_is_not_unknown() =>
        Assert.Equal(
            ["0 off", "100 on"],
            new Sensed(new ContactSensor.Options { Line = 1, Complement = 2 })
                .See(0, false, 0).See(0, true, 1).See(100, true, 0).See(120, false, 1).Until(1000));

    [Fact]
    public void A_loose_line_makes_the_sensor_unknown_until_it_is_driven_again() =>
        Assert.Equal(
            ["0 on", "1000 unknown", "5000 off"],
            Switch().See(0, true).Loose(1000, true).See(3000, false).Loose(5000, false).Until(6000));

    [Fact]
    public void A_signal_is_what_its_lamps_say() =>
        Assert.Equal(
            ["0 red", "10000 green", "20000 amber", "23000 red"],
            Signal().See(0, true, 0).See(0, false, 1).See(0, false, 2)
                .See(9000, true, 1)
                .See(10000, false, 0).See(10000, false, 1).See(10000, true, 2)
                .See(20000, false, 2).See(20000, true, 1)
                .See(23000, false, 1).See(23000, true, 0).Until(30000));

    [Fact]
    public void Lamps_that_change_over_one_after_the_other_are_dated_at_the_first_edge() =>
        Assert.Equal(
            ["0 red", "10000 green"],
            Signal().See(0, true, 0).See(0, false, 2).See(10000, false, 0).See(10020, true, 2).Until(30000));

    [Fact]
    public void A_flashing_green_stays_green()
    {
        var sensed = Signal().See(0, true, 2);
        for (var at = 500; at < 5000; at += 1000)
            sensed.See(at, false, 2).See(at + 500, true, 2);

        Assert.Equal(["0 green"], sensed.Until(5500));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void A_signal_without_a_phase_is_unknown_after_two_seconds_and_not_before(bool red, bool green)
    {
        var sensed = Signal().See(0, true, 0).See(10000, red, 0).See(10000, green, 2);

        Assert.Equal(["0 red"], sensed.Until(11999));
        Assert.Equal(["0 red", "12000 unknown"], sensed.Until(60000));
    }

    [Fact]
    public void A_signal_whose_phase_comes_back_is_known_from_then_on() =>
        Assert.Equal(
            ["0 red", "12000 unknown", "20000 green"],
            Signal().See(0, true, 0).See(10000, false, 0).See(20000, true, 2).Until(30000));

    [Fact]
    public void A_phase_that_comes_at_the_last_moment_was_never_unknown() =>
        Assert.Equal(
            ["0 red", "11950 green"],
            Signal().See(0, true, 0).See(10000, false, 0).See(11950, true, 2).Until(30000));

    [Theory]
    [InlineData(true, "0 red", "10000 green")]
    [InlineData(false, "0 red", "12000 unknown")]
    public void With_a_single_line_the_other_colour_is_its_dark_if_so_set(bool darkIsOther, params string[] said) =>
        Assert.Equal(
            said,
            new Sensed(new SignalSensor.Options { Red = 5, DarkIsOther = darkIsOther }).See(0, true).See(10000, false).Until(30000));

    [Fact]
    public void A_single_green_line_that_is_dark_is_red() =>
        Assert.Equal(["0 red"], new Sensed(new SignalSensor.Options { Green = 6 }).See(0, false).Until(5000));
}
