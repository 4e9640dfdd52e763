using OpenCvSharp;

namespace SocialCredit.Edge.Capture.Sources;

/// <summary>Which source reads which kind of address.</summary>
internal static class FrameSources
{
    public static IFrameSource Create(SourceAddress address, CameraOptions options, TimeProvider time)
    {
        // For the whole process: OpenCV's own threads would take the core that inference runs on.
        Cv2.SetNumThreads(1);
        return address.Kind switch
        {
            SourceKind.VideoFile => new VideoFileSource(address.Location, options, time),
            SourceKind.ImageFolder => new ImageFolderSource(address.Location, options, time),
            SourceKind.Rtsp => new RtspSource(address.Location, options, time),
            SourceKind.Usb => new UsbSource(address.Location, options, time),
            _ => throw new ArgumentOutOfRangeException(nameof(address), address.Kind, "Every kind of source has its line above."),
        };
    }
}
