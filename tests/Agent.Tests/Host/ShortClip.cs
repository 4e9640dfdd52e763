using OpenCvSharp;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>The first seconds of PETS2009 S2.L1 with a configuration of the demonstration, where a whole clip would only take time.</summary>
internal static class ShortClip
{
    public const int FramesPerSecond = 10;

    /// <summary>Writes clip and configuration into a new folder; the configuration's path.</summary>
    /// <param name="brokerPort">On loopback.</param>
    /// <param name="change">Of the agent's configuration.</param>
    public static string Write(int brokerPort, Func<string, string>? change = null)
    {
        var folder = TestPaths.NewFolder();
        var clip = Path.Combine(folder, "clip.avi");
        WriteClip(clip, 15 * FramesPerSecond);
        var demo = Path.Combine(TestPaths.Root, "deploy", "demo");
        foreach (var name in (string[])["policy.yaml", "sensors.yaml"])
            File.Copy(Path.Combine(demo, name), Path.Combine(folder, name));
        var agent = File.ReadAllText(Path.Combine(demo, "edge.yaml"))
            .Replace("device: edge-demo", "device: device-1", StringComparison.Ordinal)
            .Replace("windowSeconds: 10", "windowSeconds: 5", StringComparison.Ordinal)
            .Replace("@CLIP@", clip, StringComparison.Ordinal)
            .Replace("@MQTT_PORT@", $"{brokerPort}", StringComparison.Ordinal);
        var config = Path.Combine(folder, "edge.yaml");
        File.WriteAllText(config, change?.Invoke(agent) ?? agent);
        return config;
    }

    private static void WriteClip(string path, int frames)
    {
        using var from = new VideoCapture(TestPaths.VtestClip());
        using var to = new VideoWriter(path, FourCC.MJPG, FramesPerSecond, new Size(from.FrameWidth, from.FrameHeight));
        using var frame = new Mat();
        for (var i = 0; i < frames && from.Read(frame); i++)
            to.Write(frame);
    }
}
