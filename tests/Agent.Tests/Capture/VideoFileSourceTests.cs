using SocialCredit.Edge.Capture;
using SocialCredit.Edge.Capture.Sources;

namespace SocialCredit.Edge.Tests.Capture;

public sealed class VideoFileSourceTests : FrameSourceContract
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    protected override CameraOptions Healthy() => CameraRig.Options(TestPaths.VtestClip());

    [Fact]
    public void The_clip_gives_each_of_its_795_frames_in_order_at_its_own_times()
    {
        using var camera = CameraRig.Start(Healthy() with { StartsAt = Start });

        var expected = 0L;
        var taken = CameraRig.TakeAll(camera, frame =>
        {
            Assert.Equal(expected++, frame.Index);
            Assert.Equal(0, (frame.CapturedAt - Start - TimeSpan.FromMilliseconds(100 * frame.Index)).TotalMilliseconds, 0.01);
            Assert.Equal((768, 576), (frame.Width, frame.Height));
        });

        Assert.Equal(795, taken);
        Assert.Null(camera.Failure);
        Assert.Equal("ended after 795 frames", camera.State.Reason);
    }

    [Theory]
    [InlineData(5, 398)]
    [InlineData(2.5, 199)]
    [InlineData(10, 795)]
    [InlineData(200, 795)]
    public void A_file_is_thinned_only_where_that_is_asked(double framesPerSecond, int expected)
    {
        using var camera = CameraRig.Start(Healthy() with { FramesPerSecond = framesPerSecond });

        Assert.Equal(expected, CameraRig.TakeAll(camera));
    }

    [Fact]
    public void A_looped_file_goes_on_in_time()
    {
        using var camera = CameraRig.Start(Healthy() with { Loop = true, StartsAt = Start, FramesPerSecond = 2 });

        var last = Start.AddSeconds(-0.5);
        for (var i = 0; i < 300; i++)
        {
            Assert.True(camera.TryTake(out var frame, CameraRig.Patience));
            using (frame)
                Assert.Equal(0.5, (frame.CapturedAt - last).TotalSeconds, 0.11);
            last = frame.CapturedAt;
        }

        Assert.False(camera.IsEnded);
    }

    [Fact]
    public void A_paced_file_does_not_run_ahead_of_its_clock()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Start);
        using var camera = CameraRig.Start(Healthy() with { Paced = true }, time);
        Assert.True(camera.TryTake(out var first, CameraRig.Patience));
        first.Dispose();

        for (var i = 1; i <= 20; i++)
        {
            Frame? next;
            while (!camera.TryTake(out next, TimeSpan.FromMilliseconds(20)))
                time.Advance(TimeSpan.FromMilliseconds(10));
            Assert.True(next.CapturedAt <= time.GetUtcNow(), $"frame {next.Index} came before its time");
            next.Dispose();
        }
    }

    [Fact]
    public void Reading_a_frame_allocates_nothing()
    {
        var options = Healthy();
        using var pool = new FramePool(8);
        using var queue = new FrameQueue(keepsNewestOnly: true, 1);
        var source = new VideoFileSource(options.Source, options, TimeProvider.System);
        using var loop = new CameraLoop(source, options, TimeProvider.System, new(pool, queue, IsLive: false));
        var (calls, early, late) = (0, 0L, 0L);
        loop.Progressed = _ =>
        {
            calls++;
            if (calls == 100)
                early = GC.GetAllocatedBytesForCurrentThread();
            if (calls == 700)
                late = GC.GetAllocatedBytesForCurrentThread();
        };

        loop.Run(new CameraHealth(options, isLive: false, TimeProvider.System));

        Assert.True(late > 0 && calls > 700);
        Assert.True(late - early <= 600, $"{late - early} bytes over 600 frames");
    }

    [Theory]
    [InlineData("gone.avi", null, "does not exist")]
    [InlineData("empty.avi", "", "is empty (0 bytes)")]
    [InlineData("text.avi", "This is a shopping list, no video.", "is not a video that can be decoded")]
    public void A_file_that_is_no_video_ends_the_camera_with_its_reason(string name, string? content, string reason)
    {
        var path = Path.Combine(TestPaths.NewFolder(), name);
        if (content is not null)
            File.WriteAllText(path, content);
        using var camera = CameraRig.Start(CameraRig.Options(path));

        Assert.Equal(0, CameraRig.TakeAll(camera));

        Assert.Contains(reason, camera.Failure, StringComparison.Ordinal);
        Assert.Contains(path, camera.Failure, StringComparison.Ordinal);
        Assert.Equal(CameraStatus.Disabled, camera.State.Status);
    }

    [Fact]
    public void A_truncated_clip_gives_what_it_holds_and_says_so()
    {
        var whole = File.ReadAllBytes(TestPaths.VtestClip());
        var path = Path.Combine(TestPaths.NewFolder(), "cut.avi");
        File.WriteAllBytes(path, whole[..(whole.Length / 2)]);
        using var camera = CameraRig.Start(CameraRig.Options(path));

        var taken = CameraRig.TakeAll(camera);

        Assert.InRange(taken, 300, 500);
        Assert.Contains($"ends after frame {taken} of 795: it is truncated or damaged", camera.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_clip_with_noise_in_its_middle_never_hangs()
    {
        var bytes = File.ReadAllBytes(TestPaths.VtestClip());
        new Random(1).NextBytes(bytes.AsSpan(3_000_000, 2_000_000));
        var path = Path.Combine(TestPaths.NewFolder(), "noise.avi");
        File.WriteAllBytes(path, bytes);
        using var camera = CameraRig.Start(CameraRig.Options(path));

        var taken = CameraRig.TakeAll(camera);

        Assert.InRange(taken, 250, 795);
        Assert.True(camera.IsEnded);
    }

    [Fact]
    public void A_file_whose_opening_never_returns_ends_the_camera_at_its_deadline()
    {
        // A named pipe nobody writes to: opening it blocks inside the native library, as a dead network drive does.
        var path = Path.Combine(TestPaths.NewFolder(), "stuck.avi");
        System.Diagnostics.Process.Start("mkfifo", path).WaitForExit();
        var options = CameraRig.Options(path) with { OpenDeadline = TimeSpan.FromSeconds(1) };
        var camera = CameraRig.Start(options);

        Assert.Equal(0, CameraRig.TakeAll(camera));

        Assert.Equal("the source took longer than 1 s to open", camera.Failure);
        camera.Dispose();
        using var release = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
    }
}
