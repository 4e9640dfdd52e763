namespace SocialCredit.Edge.Sensing.Sensors;

/// <summary>A reed contact at a door, to ground: closed by the magnet of the closed door, so a high line is an open door.</summary>
internal static class ContactSensor
{
    public sealed record Options : SwitchOptions
    {
        public Options() => Pull = Pull.Up;
    }
}
