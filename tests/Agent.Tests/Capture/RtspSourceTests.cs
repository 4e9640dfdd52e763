using SocialCredit.Edge.Capture;

namespace SocialCredit.Edge.Tests.Capture;

public sealed class RtspSourceTests : FrameSourceContract, IDisposable
{
    private readonly RtspServer _server = new();

    public void Dispose() => _server.Dispose();

    protected override CameraOptions Healthy() => Healthy(_server);

    [Fact]
    public void A_camera_that_goes_away_is_degraded_then_blind_and_comes_back()
    {
        var server = new RtspServer();
        var options = Healthy(server) with { BlindAfter = TimeSpan.FromSeconds(3) };
        var (camera, states) = CameraRig.StartWatched(options);
        using var _ = camera;
        states.Until(s => s.Status == CameraStatus.Online);

        var before = states.Seen.Count;
        server.Dispose();
        var degraded = states.Until(s => s.Status == CameraStatus.Degraded, after: before);
        var blind = states.Until(s => s.Status == CameraStatus.Blind, after: before);
        before = states.Seen.Count;
        using var again = new RtspServer(port: server.Port);
        states.Until(s => s.Status == CameraStatus.Online, after: before);

        Assert.StartsWith("reconnecting", degraded.Reason, StringComparison.Ordinal);
        Assert.StartsWith("no frame: reconnecting", blind.Reason, StringComparison.Ordinal);
        Assert.Equal(1, camera.Counters.Reconnects);
        Assert.False(camera.IsEnded);
    }

    [Fact]
    public void Only_the_newest_frame_is_kept()
    {
        using var camera = CameraRig.Start(Healthy());
        SpinWait.SpinUntil(() => camera.Counters.Frames > 10, CameraRig.Patience);

        Assert.True(camera.TryTake(out var frame, TimeSpan.Zero));

        using (frame)
            Assert.True(frame.Index >= 9, $"frame {frame.Index} is not the newest");
        Assert.True(camera.Counters.Dropped >= 9);
        Assert.True(camera.IsLive);
    }

    [Fact]
    public void Red_is_the_third_channel_and_a_still_picture_is_blindness()
    {
        using var server = new RtspServer("videotestsrc is-live=true pattern=solid-color foreground-color=0xffff0000");
        var options = Healthy(server) with { BlindAfter = TimeSpan.FromSeconds(2) };
        var (camera, states) = CameraRig.StartWatched(options);
        using var _ = camera;
        Assert.True(camera.TryTake(out var frame, CameraRig.Patience));

        using (frame)
        {
            var pixel = frame.Pixels.AsSpan<byte>()[..3];
            Assert.True(pixel[0] < 30 && pixel[1] < 30 && pixel[2] > 225, $"{pixel[0]} {pixel[1]} {pixel[2]}");
        }

        // A slow machine is blind before its first frame too, for another reason.
        Assert.Equal("the picture is frozen", states.Until(s => s is { Status: CameraStatus.Blind, Trouble: CameraTrouble.Frozen }).Reason);
    }

    [Fact]
    public void A_rate_that_is_asked_for_is_not_exceeded()
    {
        using var camera = CameraRig.Start(Healthy() with { FramesPerSecond = 2 });
        DateTimeOffset? first = null;
        var (frames, last) = (0, default(DateTimeOffset));
        while (frames < 6)
        {
            Assert.True(camera.TryTake(out var frame, CameraRig.Patience));
            using (frame)
                last = frame.CapturedAt;
            first ??= last;
            frames++;
        }

        Assert.True(last - first > TimeSpan.FromSeconds(1.5), $"6 frames within {last - first}");
    }

    [Fact]
    public void A_password_opens_the_camera_and_shows_nowhere()
    {
        const string password = "s3cr'@t/x y";
        using var server = new RtspServer(RtspServer.Ball, 0, "kate", password);
        using var camera = CameraRig.Start(Healthy(server) with { User = "kate", Password = () => password });

        Assert.True(camera.TryTake(out var frame, CameraRig.Patience));

        frame.Dispose();

        // The one is the server: it was given the password as an argument.
        Assert.Equal(1, CameraRig.CountProcesses("s3cr"));
    }

    [Fact]
    public void A_wrong_password_is_told_without_it()
    {
        using var server = new RtspServer(RtspServer.Ball, 0, "kate", "right");
        var (camera, states) = CameraRig.StartWatched(Healthy(server) with { User = "kate", Password = () => "wr0ng" });
        using var _ = camera;

        SpinWait.SpinUntil(() => camera.State.Reason.Contains("401", StringComparison.Ordinal), CameraRig.Patience);

        Assert.Contains("401 Unauthorized", camera.State.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", string.Join(' ', states.Seen), StringComparison.Ordinal);
    }

    private static CameraOptions Healthy(RtspServer server) =>
        CameraRig.Options(server.Address) with { OpenDeadline = CameraRig.Patience };
}
