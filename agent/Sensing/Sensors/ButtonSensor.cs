namespace SocialCredit.Edge.Sensing.Sensors;

/// <summary>A push button to ground: on while it is pressed, which makes its line low.</summary>
internal static class ButtonSensor
{
    public sealed record Options : SwitchOptions
    {
        public Options() => (Pull, ActiveLow) = (Pull.Up, true);
    }
}
