using OpenCvSharp;
using SocialCredit.Edge.Capture;
using Corner = SocialCredit.Edge.Domain.Point;

namespace SocialCredit.Edge.Tests.Capture;

public sealed class PrivacyMaskTests
{
    [Fact]
    public void A_real_frame_is_black_inside_and_untouched_outside()
    {
        // Not convex, and overlapped by a second area.
        Corner[] arrow = [new(0.2f, 0.2f), new(0.8f, 0.5f), new(0.2f, 0.8f), new(0.4f, 0.5f)];
        Corner[] door = [new(0.5f, 0.4f), new(1, 0.4f), new(1, 0.6f), new(0.5f, 0.6f)];
        using var camera = CameraRig.Start(CameraRig.Options(TestPaths.VtestClip()));
        Assert.True(camera.TryTake(out var frame, CameraRig.Patience));
        using var before = frame.Pixels.Clone();

        new PrivacyMask([arrow, door]).Apply(frame.Pixels);

        var (inside, outside) = (0, 0);
        Domain.Polygon[] areas = [new(arrow), new(door)];
        for (var y = 0; y < frame.Height; y++)
        {
            for (var x = 0; x < frame.Width; x++)
            {
                var (now, was) = (frame.Pixels.At<Vec3b>(y, x), before.At<Vec3b>(y, x));
                var covers = areas.Any(a => a.Contains(At(x, y)));
                if (covers)
                    Assert.Equal(default, now);
                inside += covers ? 1 : 0;

                // Within three pixels of an edge either is right.
                var isClear = !areas.Any(a => a.Contains(At(x, y)) || a.Contains(At(x - 3, y)) || a.Contains(At(x + 3, y))
                    || a.Contains(At(x, y - 3)) || a.Contains(At(x, y + 3)));
                if (isClear && now != was)
                    Assert.True(NearTip(x, y), $"{x}, {y} changed");
                outside += isClear ? 1 : 0;
            }
        }

        Assert.True(inside > 50_000 && outside > 250_000);
        frame.Dispose();

        Corner At(int x, int y) => new((x + 0.5f) / 768, (y + 0.5f) / 576);
        bool NearTip(int x, int y) => arrow.Any(c => Math.Abs((c.X * 768) - x) <= 6 && Math.Abs((c.Y * 576) - y) <= 6);
    }

    [Fact]
    public void A_picture_of_another_size_is_masked_anew()
    {
        var mask = new PrivacyMask([[new(0, 0), new(1, 0), new(1, 0.5f), new(0, 0.5f)]]);
        foreach (var height in new[] { 40, 80, 20 })
        {
            using var picture = new Mat(height, 60, MatType.CV_8UC3, Scalar.All(200));

            mask.Apply(picture);

            using var above = picture[0, height / 2, 0, 60];
            using var below = picture[(height / 2) + 2, height, 0, 60];
            Assert.Equal(0, Cv2.Norm(above));
            Assert.Equal(200, below.Mean().Val0);
        }
    }
}
