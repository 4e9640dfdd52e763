using System.Diagnostics;
using System.Globalization;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.EndToEnd.Tests.Chaos;

/// <summary>A real RTSP server on one port that is taken away, brought back, or made to hold its breath.</summary>
internal sealed class ChaosCamera : IDisposable
{
    private const string Picture = "videotestsrc is-live=true pattern=ball background-color=0xff707070";

    private Process? _process;

    private ChaosCamera()
    {
    }

    public int Port { get; private set; }

    /// <summary>Starts one; skips the test where there is no such server.</summary>
    public static ChaosCamera Start()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "needs python3");
        Assert.SkipUnless(File.Exists("/usr/bin/ffmpeg"), "needs ffmpeg: apt-get install ffmpeg");
        var camera = new ChaosCamera();
        camera.ComeBack();
        return camera;
    }

    public void ComeBack()
    {
        var script = Path.Combine(TestPaths.Root, "tests", "Agent.Tests", "Capture", "rtsp_server.py");
        _process = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, Picture, $"{Port}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var answer = _process.StandardOutput.ReadLine() ?? "missing: no answer";
        Assert.SkipWhen(answer.StartsWith("missing", StringComparison.Ordinal),
            $"needs python3-gi, gir1.2-gst-rtsp-server-1.0 and gstreamer1.0-plugins-good ({answer})");
        Port = int.Parse(answer, CultureInfo.InvariantCulture);
    }

    public void Go()
    {
        _process?.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        _process = null;
    }

    public void Freeze() => Signal("STOP");

    public void Thaw() => Signal("CONT");

    public void Dispose() => Go();

    private void Signal(string name)
    {
        if (_process is null)
            return;
        using var kill = Process.Start("/bin/kill", ["-" + name, $"{_process.Id}"]);
        kill.WaitForExit();
    }
}
