using OpenCvSharp;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>The first seconds of PETS2009 S2.L1 with a configuration of the demonstration, where a whole clip would only take time.</summary>
internal static class ShortClip
{
    private const int FramesPerSecond = 10, Seconds = 10;

    private static readonly Lazy<string> Clip = new(WriteClip);

    /// <summary>Writes a configuration for the clip into a new folder; its path.</summary>
    /// <param name="brokerPort">On loopback.</param>
    /// <param name="change">Of the agent's configuration.</param>
    public static string Write(int brokerPort, Func<string, string>? change = null)
    {
        var folder = TestPaths.NewFolder();
        var demo = Path.Combine(TestPaths.Root, "deploy", "demo");
        foreach (var name in (string[])["policy.yaml", "sensors.yaml"])
            File.Copy(Path.Combine(demo, name), Path.Combine(folder, name));
        var agent = File.ReadAllText(Path.Combine(demo, "edge.yaml"))
            .Replace("device: edge-demo", "device: device-1", StringComparison.Ordinal)
            .Replace("windowSeconds: 10", "windowSeconds: 5", StringComparison.Ordinal)
            .Replace("@CLIP@", Clip.Value, StringComparison.Ordinal)
            .Replace("@MQTT_PORT@", $"{brokerPort}", StringComparison.Ordinal);
        var config = Path.Combine(folder, "edge.yaml");
        File.WriteAllText(config, change?.Invoke(agent) ?? agent);
        return config;
    }

    private static string WriteClip()
    {
        var path = Path.Combine(TestPaths.NewFolder(), "clip.avi");
        using var from = new VideoCapture(TestPaths.VtestClip());
        using var to = new VideoWriter(path, FourCC.MJPG, FramesPerSecond, new Size(from.FrameWidth, from.FrameHeight));
        using var frame = new Mat();
        for (var i = 0; i < Seconds * FramesPerSecond && from.Read(frame); i++)
            to.Write(frame);
        return path;
    }
}
