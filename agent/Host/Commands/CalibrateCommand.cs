using System.CommandLine;
using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Host.Configuration;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge calibrate points | persons</c>: metres on the ground.</summary>
internal static class CalibrateCommand
{
    public static Command Create() => new("calibrate", "Shows or makes the calibration of a camera: metres on the ground.")
    {
        CalibratePointsCommand.Create(),
        CalibratePersonsCommand.Create(),
    };

    public static Option<string?> Camera() => new("--camera") { Description = "Which camera; the first if left out." };

    /// <summary>
    /// One camera of a configuration that need not be without fault: whoever calibrates has rules in it that still lack
    /// metres. Null where it cannot be read or has no such camera; that was said on standard error then.
    /// </summary>
    public static CameraSection? Find(string config, string? name, TextWriter error)
    {
        var document = YamlReader.Read<AgentOptions>(config);
        if (document.Value is not { Cameras.Count: > 0 } options)
        {
            foreach (var fault in document.Faults)
                error.WriteLine(fault);
            return null;
        }

        var camera = name is null ? options.Cameras[0] : options.Cameras.FirstOrDefault(camera => camera.Name == name);
        if (camera is null)
            error.WriteLine($"{config} has no camera '{name}'. It has: {string.Join(", ", options.Cameras.Select(c => c.Name))}.");
        return camera;
    }
}
