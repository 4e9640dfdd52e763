using Microsoft.Extensions.Logging.Abstractions;
using OpenCvSharp;
using SocialCredit.Edge.Capture;
using SocialCredit.Edge.Configuration;

namespace SocialCredit.Edge.Tests.Capture;

/// <summary>Cameras, clips and folders of pictures for the tests of this folder.</summary>
internal static class CameraRig
{
    /// <summary>Far longer than anything takes; only a hang meets it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static CameraOptions Options(string source) => new() { Name = "test", Source = source, Jitter = () => 0, Redact = Redactor.Clean };

    public static Camera Start(CameraOptions options, TimeProvider? time = null) => StartWatched(options, time).Camera;

    public static (Camera Camera, StateLog States) StartWatched(CameraOptions options, TimeProvider? time = null)
    {
        var camera = new Camera(options, time ?? TimeProvider.System, NullLogger.Instance);
        var states = new StateLog(camera);
        camera.Start();
        return (camera, states);
    }

    /// <summary>Takes until the source ends and tells each frame to <paramref name="see"/>.</summary>
    public static int TakeAll(Camera camera, Action<Frame>? see = null)
    {
        var taken = 0;
        while (!camera.IsEnded)
        {
            if (!camera.TryTake(out var frame, Patience))
                continue;
            using (frame)
                see?.Invoke(frame);
            taken++;
        }

        return taken;
    }

    /// <summary>The first frames of the clip as pictures.</summary>
    public static string FolderFromClip(int frames)
    {
        var folder = TestPaths.NewFolder();
        using var camera = Start(Options(TestPaths.VtestClip()));
        for (var i = 0; i < frames; i++)
        {
            Assert.True(camera.TryTake(out var frame, Patience));
            using (frame)
                Cv2.ImWrite(Path.Combine(folder, $"{i:0000}.png"), frame.Pixels);
        }

        return folder;
    }

    public static string FolderOf(int pictures, Func<int, Mat> draw)
    {
        var folder = TestPaths.NewFolder();
        for (var i = 0; i < pictures; i++)
        {
            using var picture = draw(i);
            Cv2.ImWrite(Path.Combine(folder, $"{i:0000}.png"), picture);
        }

        return folder;
    }

    /// <summary>A stand-in for the decoder of live sources, as a shell script.</summary>
    public static string Decoder(string script)
    {
        var path = Path.Combine(TestPaths.NewFolder(), "decoder");
        File.WriteAllText(path, "#!/bin/sh\n" + script + "\n");
        System.Diagnostics.Process.Start("chmod", ["u+x", path]).WaitForExit();
        return path;
    }

    /// <summary>Processes that have the text in their command line.</summary>
    public static int CountProcesses(string text) => FindProcesses(text).Count;

    /// <summary>The ids of processes that have the text in their command line.</summary>
    public static List<int> FindProcesses(string text)
    {
        var found = new List<int>();
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(d[^1])))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(process, "cmdline")).Contains(text, StringComparison.Ordinal))
                    found.Add(int.Parse(Path.GetFileName(process), System.Globalization.CultureInfo.InvariantCulture));
            }
            catch (IOException)
            {
                // It ended while the folder was read.
            }
        }

        return found;
    }

    /// <summary>The installed decoder under a name of its own, by which its processes are found.</summary>
    public static string OwnFfmpeg()
    {
        var decoder = Path.Combine(TestPaths.NewFolder(), "ffmpeg");
        File.CreateSymbolicLink(decoder, "/usr/bin/ffmpeg");
        return decoder;
    }
}
