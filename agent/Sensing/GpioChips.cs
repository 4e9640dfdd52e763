using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using System.Runtime.InteropServices;

namespace SocialCredit.Edge.Sensing;

/// <summary>Finds the GPIO chip by its label, since the numbers of chips change from kernel to kernel, and opens its driver.</summary>
internal static class GpioChips
{
    private const string Simulate = "On a machine without one, write gpio: {simulated: script.yaml}.";

    /// <summary>Of libgpiod 2 and of libgpiod 1, as Debian names them.</summary>
    private static readonly string[] Libraries = ["libgpiod.so.3", "libgpiod.so.2", "libgpiod.so.1"];

    /// <exception cref="SensingException">No chip, no library, no permission, or no chip of that label.</exception>
    public static GpioDriver Open(string? label)
    {
        var devices = Directory.GetFiles("/dev", "gpiochip*");
        if (devices.Length == 0)
            throw new SensingException($"This machine has no GPIO chip (/dev/gpiochip*). {Simulate}");
        var library = Libraries.FirstOrDefault(name => NativeLibrary.TryLoad(name, out _))
            ?? throw new SensingException("libgpiod is not installed: apt-get install libgpiod3, or libgpiod2 on Debian 12.");
        foreach (var device in devices)
            CheckPermission(device);
        try
        {
            return library == Libraries[0] ? OpenV2(label) : OpenV1(label);
        }
        catch (Exception broken) when (broken is IOException or PlatformNotSupportedException or DllNotFoundException)
        {
            throw new SensingException($"The GPIO chip {label} cannot be opened by {library}: {broken.Message}", broken);
        }
    }

    /// <summary>The chip of that label, or the only one there is.</summary>
    /// <param name="chips">A chip may stand here twice, under its old number too.</param>
    /// <param name="label">Null where the configuration names none.</param>
    /// <exception cref="SensingException">None of that label, or several and no label.</exception>
    public static GpioChipInfo Choose(IEnumerable<GpioChipInfo> chips, string? label)
    {
        var known = chips.OrderBy(chip => chip.Id).DistinctBy(chip => chip.Name).ToList();
        var there = string.Join(", ", known.Select(chip => $"{chip.Label} ({chip.Name}, {chip.NumLines} lines)"));
        if (known.Count == 0)
            throw new SensingException($"This machine has no GPIO chip. {Simulate}");
        var fitting = label is null ? known : known.Where(chip => chip.Label == label).ToList();
        return fitting.Count switch
        {
            1 => fitting[0],
            0 => throw new SensingException($"There is no GPIO chip '{label}'. There are: {there}."),
            _ when label is null => throw new SensingException($"Which GPIO chip is not clear. Write gpio: {{chip: ...}} with the label of one of: {there}."),
            _ => throw new SensingException($"Several GPIO chips have the label '{label}': {there}."),
        };
    }

    /// <summary>A driver of libgpiod 1 forgets the resistor of a line whose edges it is asked for, so its lines are read instead.</summary>
    public static bool HasEdges(GpioDriver driver) => driver is not LibGpiodDriver;

    private static void CheckPermission(string device)
    {
        try
        {
            File.OpenHandle(device, FileMode.Open, FileAccess.ReadWrite).Dispose();
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new SensingException(
                $"{device} may not be used by {Environment.UserName}: usermod -aG gpio {Environment.UserName}, and start again.", denied);
        }
        catch (IOException broken)
        {
            throw new SensingException($"{device} cannot be opened: {broken.Message}", broken);
        }
    }

    private static LibGpiodDriver OpenV1(string? label) => new(Choose(LibGpiodDriver.GetAvailableChips(), label));

#pragma warning disable SDGPIO0001 // Experimental is the shape of its interface, which is named nowhere but here.
    private static LibGpiodV2Driver OpenV2(string? label) => new(Choose(LibGpiodV2Driver.GetAvailableChips(), label));
#pragma warning restore SDGPIO0001
}
