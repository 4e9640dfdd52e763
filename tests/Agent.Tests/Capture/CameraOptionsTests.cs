using SocialCredit.Edge.Capture;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Tests.Capture;

public sealed class CameraOptionsTests
{
    [Theory]
    [InlineData("rtsp://kate:s3cret@host/x", "'rtsp://***@host/x' holds a user name or password")]
    [InlineData("rtsp://kate:s3c@ret@host/x", "'rtsp://***@host/x' holds a user name or password")]
    [InlineData("rtsp://kate:s3c/ret@host/x", "no valid RTSP address")]
    [InlineData("rtsp://host/x?user=kate&password=s3cret", "'rtsp://host/x?user=***&password=***' holds a user name or password")]
    [InlineData("http://host/s3cret.mjpg", "'http:...' is of an unknown kind; known forms are")]
    [InlineData("ndi:s3cret", "'ndi:...' is of an unknown kind; known forms are")]
    [InlineData("rtsp://", "no valid RTSP address")]
    [InlineData("rtsp://host/x'\ns3cret", "not one line")]
    [InlineData("rtsp://host/it's", "no valid RTSP address")]
    [InlineData("file://[", "no valid file address")]
    [InlineData("file://server/clip.avi", "no valid file address")]
    [InlineData("", "is empty")]
    public void A_source_that_cannot_be_used_is_refused_without_repeating_its_secret(string source, string fault)
    {
        var told = Assert.Single(CameraRig.Options(source).FindFaults());

        Assert.Contains(fault, told, StringComparison.Ordinal);
        Assert.DoesNotContain("s3c", told, StringComparison.Ordinal);
        Assert.DoesNotContain("kate", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/clips/a.avi", SourceKind.VideoFile, "/clips/a.avi")]
    [InlineData("file:///clips/a%20b.avi", SourceKind.VideoFile, "/clips/a b.avi")]
    [InlineData("/tmp", SourceKind.ImageFolder, "/tmp")]
    [InlineData("rtsp://host:8554/x", SourceKind.Rtsp, "rtsp://host:8554/x")]
    [InlineData("rtsp://host/user={user}&password={password}", SourceKind.Rtsp, "rtsp://host/user={user}&password={password}")]
    [InlineData("usb:2", SourceKind.Usb, "/dev/video2")]
    [InlineData("/dev/video0", SourceKind.Usb, "/dev/video0")]
    [InlineData("/dev/v4l/by-id/usb-cam", SourceKind.Usb, "/dev/v4l/by-id/usb-cam")]
    internal void A_source_is_known_by_its_form(string source, SourceKind kind, string location)
    {
        Assert.True(SourceAddress.TryParse(source, out var address, out _));

        Assert.Equal(new SourceAddress(kind, location), address);
    }

    [Fact]
    public void Every_fault_is_told_at_once_and_disables_the_camera()
    {
        IReadOnlyList<IReadOnlyList<Point>> masks =
        [
            [new(0, 0), new(1, 1)],
            [new(0, 0), new(640, 0), new(0, 480)],
            [new(0, 0), new(float.NaN, 0), new(0, 1)],
        ];
        var options = CameraRig.Options("ndi:x") with
        {
            FramesPerSecond = double.NaN,
            Masks = masks,
            ReadDeadline = TimeSpan.Zero,
        };
        using var camera = CameraRig.Start(options);

        Assert.Equal(6, options.FindFaults().Count);
        Assert.Equal(CameraStatus.Disabled, camera.State.Status);
        Assert.Equal(string.Join(' ', options.FindFaults()), camera.Failure);
        Assert.True(camera.IsEnded);
    }
}
