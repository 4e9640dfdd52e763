using OpenCvSharp;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>The first frames of PETS2009 S2.L1 as a folder of pictures, where the whole clip would take too long.</summary>
internal static class ClipPictures
{
    public static string Write(string folder, int count)
    {
        Directory.CreateDirectory(folder);
        using var capture = new VideoCapture(TestPaths.VtestClip());
        using var picture = new Mat();
        for (var i = 0; i < count && capture.Read(picture); i++)
            Cv2.ImWrite(Path.Combine(folder, $"{i:0000}.png"), picture);
        return folder;
    }
}
