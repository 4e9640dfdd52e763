using SocialCredit.Edge.Capture;

namespace SocialCredit.Edge.Tests.Capture;

public sealed class UsbSourceTests
{
    [Theory]
    [InlineData("/dev/video99")]
    [InlineData("usb:99")]
    public void A_camera_that_is_not_plugged_in_is_waited_for(string source)
    {
        using var camera = CameraRig.Start(CameraRig.Options(source));

        SpinWait.SpinUntil(() => camera.Counters.OpenFailures > 0, CameraRig.Patience);

        Assert.Contains("/dev/video99 does not exist: plug the camera in", camera.State.Reason, StringComparison.Ordinal);
        Assert.Equal(CameraStatus.Degraded, camera.State.Status);
        Assert.True(camera.IsLive);
        Assert.False(camera.IsEnded);
    }
}
