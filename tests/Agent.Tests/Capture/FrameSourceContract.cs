using SocialCredit.Edge.Capture;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Tests.Capture;

/// <summary>What holds for every kind of source.</summary>
public abstract class FrameSourceContract
{
    /// <summary>Options of a source that gives at least twenty frames.</summary>
    protected abstract CameraOptions Healthy();

    [Fact]
    public void Frames_come_with_pixels_and_rising_times()
    {
        using var camera = CameraRig.Start(Healthy());

        var (lastIndex, lastTime) = (-1L, DateTimeOffset.MinValue);
        for (var i = 0; i < 20; i++)
        {
            Assert.True(camera.TryTake(out var frame, CameraRig.Patience));
            using (frame)
            {
                Assert.True(frame.Index > lastIndex && frame.CapturedAt > lastTime);
                Assert.Equal(frame.Width * frame.Height * 3, frame.Pixels.AsSpan<byte>().Length);
                (lastIndex, lastTime) = (frame.Index, frame.CapturedAt);
            }
        }

        Assert.Equal(CameraStatus.Online, camera.State.Status);
        Assert.True(camera.Counters.Frames >= 20);
    }

    [Fact]
    public void Masked_pixels_are_black_before_anyone_sees_them()
    {
        IReadOnlyList<Point> half = [new(0, 0), new(0.5f, 0), new(0.5f, 1), new(0, 1)];
        using var camera = CameraRig.Start(Healthy() with { Masks = [half] });
        Assert.True(camera.TryTake(out var frame, CameraRig.Patience));

        using (frame)
        {
            using var left = frame.Pixels[0, frame.Height, 0, frame.Width / 2];
            using var right = frame.Pixels[0, frame.Height, (frame.Width / 2) + 3, frame.Width];
            Assert.Equal(0, OpenCvSharp.Cv2.Norm(left));
            Assert.NotEqual(0, OpenCvSharp.Cv2.Norm(right));
        }
    }

    [Fact]
    public void A_camera_nobody_takes_from_can_be_disposed()
    {
        var camera = CameraRig.Start(Healthy());

        camera.Dispose();

        Assert.False(camera.TryTake(out _, CameraRig.Patience));
        Assert.True(camera.IsEnded);
    }

    [Fact]
    public void A_frame_that_is_out_outlives_its_camera()
    {
        var camera = CameraRig.Start(Healthy());
        Assert.True(camera.TryTake(out var frame, CameraRig.Patience));

        camera.Dispose();

        Assert.True(frame.Pixels.AsSpan<byte>().Length > 0);
        frame.Dispose();
        Assert.True(frame.Pixels.IsDisposed);
    }
}
