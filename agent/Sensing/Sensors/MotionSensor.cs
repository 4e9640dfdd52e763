namespace SocialCredit.Edge.Sensing.Sensors;

/// <summary>A passive infrared detector: on while it reports motion. Its output is high then, and usually driven both ways.</summary>
internal static class MotionSensor
{
    public sealed record Options : SwitchOptions
    {
        public Options() => (Pull, DebounceMilliseconds) = (Pull.Down, 50);
    }
}
