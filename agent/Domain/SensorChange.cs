namespace SocialCredit.Edge.Domain;

/// <summary>What a sensor can say.</summary>
public enum SensorKind : byte
{
    /// <summary>On or off: contact, button, flap, beam, motion.</summary>
    Switch,

    /// <summary>A colour of a traffic signal.</summary>
    Signal,
}

/// <summary>What a sensor says; colours only of signals, on and off only of switches.</summary>
public enum SensorState : byte
{
    /// <summary>The wire is pulled, the controller is silent, or nothing was read yet: no rule may conclude anything.</summary>
    Unknown,
    Off,

    /// <summary>Door open, button pressed, flap moved, beam broken, motion seen.</summary>
    On,
    Red,
    Amber,
    Green,
}

/// <summary>A sensor's state changed, debounced; its first known state is a change too.</summary>
/// <param name="At">When it really changed, on the clock of the frames.</param>
/// <param name="Sensor">Its name in the configuration.</param>
/// <param name="State">What it has been since then.</param>
public readonly record struct SensorChange(DateTimeOffset At, string Sensor, SensorState State);
