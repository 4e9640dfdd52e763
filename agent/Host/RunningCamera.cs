using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Host.Observing;

namespace SocialCredit.Edge.Host;

/// <summary>A camera of the configuration; without parts where it is switched off.</summary>
internal sealed class RunningCamera(CameraSection section, string model, CameraParts? parts, CameraExit? exit)
{
    public CameraSection Section => section;

    public string Model => model;

    public CameraParts? Parts => parts;

    public CameraExit? Exit => exit;

    public CameraVitals? Vitals { get; } = parts is null ? null : new CameraVitals(section.Name, parts.Camera);
}
