namespace SocialCredit.Edge.Sensing.Sensors;

/// <summary>A light barrier with an open collector that conducts in the dark: on while the beam is broken, which makes its line low.</summary>
internal static class BeamSensor
{
    public sealed record Options : SwitchOptions
    {
        public Options() => (Pull, ActiveLow, DebounceMilliseconds) = (Pull.Up, true, 5);
    }
}
