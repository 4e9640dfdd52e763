namespace SocialCredit.Edge.Sensing.Sensors;

/// <summary>A contact at the flap of a bin, to ground: on while the flap is moved, which makes its line low.</summary>
internal static class FlapSensor
{
    public sealed record Options : SwitchOptions
    {
        public Options() => (Pull, ActiveLow) = (Pull.Up, true);
    }
}
