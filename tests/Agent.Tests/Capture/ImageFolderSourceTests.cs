using OpenCvSharp;
using SocialCredit.Edge.Capture;

namespace SocialCredit.Edge.Tests.Capture;

public sealed class ImageFolderSourceTests : FrameSourceContract
{
    protected override CameraOptions Healthy() => CameraRig.Options(CameraRig.FolderFromClip(25));

    [Fact]
    public void Pictures_come_sorted_by_name_at_ten_a_second_and_equal_the_clip()
    {
        var start = new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);
        using var folder = CameraRig.Start(Healthy() with { StartsAt = start });
        using var clip = CameraRig.Start(CameraRig.Options(TestPaths.VtestClip()) with { StartsAt = start });

        var taken = CameraRig.TakeAll(folder, picture =>
        {
            Assert.True(clip.TryTake(out var frame, CameraRig.Patience));
            using (frame)
            {
                Assert.Equal(0, Cv2.Norm(frame.Pixels, picture.Pixels));
                Assert.Equal(0, (frame.CapturedAt - picture.CapturedAt).TotalMilliseconds, 0.01);
            }
        });

        Assert.Equal(25, taken);
    }

    [Fact]
    public void A_picture_that_cannot_be_decoded_is_left_out_and_counted()
    {
        var folder = CameraRig.FolderFromClip(5);
        File.WriteAllText(Path.Combine(folder, "0002.png"), "no picture");
        File.WriteAllText(Path.Combine(folder, "notes.txt"), "not even meant to be one");
        using var camera = CameraRig.Start(CameraRig.Options(folder));

        Assert.Equal(4, CameraRig.TakeAll(camera));

        Assert.Equal(1, camera.Counters.Skipped);
        Assert.Null(camera.Failure);
    }

    [Theory]
    [InlineData(0, "holds no *.jpg or *.png")]
    [InlineData(3, "none of the 3 pictures")]
    public void A_folder_without_a_picture_ends_the_camera_with_its_reason(int broken, string reason)
    {
        var folder = TestPaths.NewFolder();
        for (var i = 0; i < broken; i++)
            File.WriteAllText(Path.Combine(folder, $"{i}.jpg"), "no picture");
        using var camera = CameraRig.Start(CameraRig.Options(folder) with { Loop = true });

        Assert.Equal(0, CameraRig.TakeAll(camera));

        Assert.Contains(reason, camera.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_of_size_shows_in_the_frames_and_in_the_state()
    {
        var folder = CameraRig.FolderOf(6, i => new Mat(i < 3 ? 48 : 96, 64, MatType.CV_8UC3, new Scalar(40 * i, 99, 99)));
        using var camera = CameraRig.Start(CameraRig.Options(folder) with { Loop = true });

        var heights = new List<int>();
        for (var i = 0; i < 6; i++)
        {
            Assert.True(camera.TryTake(out var frame, CameraRig.Patience));
            using (frame)
                heights.Add(frame.Height);
        }

        Assert.Equal([48, 48, 48, 96, 96, 96], heights);
        Assert.Contains("size changed from 64 x", camera.State.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "the picture is black")]
    [InlineData(120, "the picture is frozen")]
    public void A_picture_that_stays_the_same_is_blindness(int brightness, string reason)
    {
        var folder = CameraRig.FolderOf(60, _ => new Mat(48, 64, MatType.CV_8UC3, Scalar.All(brightness)));
        var options = CameraRig.Options(folder) with { BlindAfter = TimeSpan.FromSeconds(4) };
        var (camera, states) = CameraRig.StartWatched(options);

        CameraRig.TakeAll(camera);

        camera.Dispose();
        Assert.Equal(reason, states.Seen.Single(s => s.Status == CameraStatus.Blind).Reason);
    }

    [Fact]
    public void A_street_in_motion_is_never_taken_for_a_frozen_picture()
    {
        var (camera, states) = CameraRig.StartWatched(
            CameraRig.Options(TestPaths.VtestClip()) with { BlindAfter = TimeSpan.FromSeconds(0.3) });

        CameraRig.TakeAll(camera);

        camera.Dispose();
        Assert.DoesNotContain(states.Seen, s => s.Status == CameraStatus.Blind);
    }
}
