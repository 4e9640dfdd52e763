using System.Diagnostics;
using System.Globalization;

namespace SocialCredit.Edge.Tests;

/// <summary>A real RTSP server on a port that the system gives; skips the test where GStreamer's is not installed.</summary>
internal sealed class RtspServer : IDisposable
{
    public const string Ball = "videotestsrc is-live=true pattern=ball background-color=0xff707070";
    private readonly Process _process;

    public RtspServer(string picture = Ball, int port = 0, string user = "", string password = "")
    {
        const string python = "/usr/bin/python3";
        var script = Path.Combine(TestPaths.Root, "tests", "Shared", "rtsp_server.py");
        Assert.SkipUnless(File.Exists(python), "needs python3");
        Assert.SkipUnless(File.Exists("/usr/bin/ffmpeg"), "needs ffmpeg: apt-get install ffmpeg");
        _process = Process.Start(new ProcessStartInfo(python, [script, picture, $"{port}", user, password])
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

    public int Port { get; }

    /// <summary>Of its process, for who sends it signals.</summary>
    public int Id => _process.Id;

    public string Address => $"rtsp://127.0.0.1:{Port}/camera";

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
