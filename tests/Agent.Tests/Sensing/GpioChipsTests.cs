using System.Device.Gpio;
using SocialCredit.Edge.Sensing;

namespace SocialCredit.Edge.Agent.Tests.Sensing;

/// <summary>Which chip is meant. Opening a real one needs a machine that has one.</summary>
public sealed class GpioChipsTests
{
    private static readonly GpioChipInfo Rp1 = new(0, "gpiochip0", "pinctrl-rp1", 54);

    private static readonly GpioChipInfo Firmware = new(10, "gpiochip10", "gpio-brcmstb@107d508500", 32);

    [Fact]
    public void A_chip_is_found_by_its_label_whatever_its_number()
    {
        var renumbered = Rp1 with { Id = 4, Name = "gpiochip4" };

        Assert.Equal(Rp1, GpioChips.Choose([Firmware, Rp1], "pinctrl-rp1"));
        Assert.Equal(renumbered, GpioChips.Choose([Firmware, renumbered], "pinctrl-rp1"));
    }

    [Fact]
    public void A_chip_that_stands_under_two_numbers_is_one_chip() =>
        Assert.Equal(Rp1, GpioChips.Choose([Rp1 with { Id = 4 }, Rp1], "pinctrl-rp1"));

    [Fact]
    public void Without_a_label_the_only_chip_is_taken() => Assert.Equal(Rp1, GpioChips.Choose([Rp1], null));

    [Theory]
    [InlineData(null, "Which GPIO chip is not clear. Write gpio: {chip: ...} with the label of one of: pinctrl-rp1 (gpiochip0, 54 lines), gpio-brcmstb@107d508500 (gpiochip10, 32 lines).")]
    [InlineData("pinctrl-bcm2711", "There is no GPIO chip 'pinctrl-bcm2711'. There are: pinctrl-rp1 (gpiochip0, 54 lines), gpio-brcmstb@107d508500 (gpiochip10, 32 lines).")]
    public void A_chip_that_is_not_clear_is_refused_and_the_chips_are_named(string? label, string message)
    {
        var refused = Assert.Throws<SensingException>(() => GpioChips.Choose([Firmware, Rp1], label));

        Assert.Equal(message, refused.Message);
    }

    [Fact]
    public void A_machine_without_a_chip_says_so_and_what_to_do()
    {
        Assert.SkipWhen(Directory.GetFiles("/dev", "gpiochip*").Length > 0, "this machine has a GPIO chip");

        var refused = Assert.Throws<SensingException>(() => GpioChips.Open("pinctrl-rp1"));

        Assert.Equal("This machine has no GPIO chip (/dev/gpiochip*). On a machine without one, write gpio: {simulated: script.yaml}.", refused.Message);
    }
}
