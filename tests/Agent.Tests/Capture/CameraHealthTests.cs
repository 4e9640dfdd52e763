using Microsoft.Extensions.Time.Testing;
using SocialCredit.Edge.Capture;

namespace SocialCredit.Edge.Tests.Capture;

public sealed class CameraHealthTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(10, 4, CameraStatus.Degraded)]
    [InlineData(10, 6, CameraStatus.Online)]
    [InlineData(0, 1, CameraStatus.Online)]
    public void Less_than_half_of_the_rate_asked_for_is_degraded(double asked, int given, CameraStatus expected)
    {
        var health = new CameraHealth(CameraRig.Options("usb:0") with { FramesPerSecond = asked }, isLive: true, _time);
        for (var i = 0; i <= 20 * given; i++)
        {
            health.Saw(CameraTrouble.None, "");
            health.Tick();
            _time.Advance(TimeSpan.FromSeconds(1.0 / given));
        }

        Assert.Equal(expected, health.State.Status);
        Assert.Equal(expected == CameraStatus.Degraded ? "4.0 frames a second, asked for 10" : "", health.State.Reason);
    }

    [Fact]
    public void Silence_is_degraded_at_once_where_the_cause_is_known_and_blind_after_its_time()
    {
        var health = new CameraHealth(CameraRig.Options("usb:0"), isLive: true, _time);
        health.Saw(CameraTrouble.None, "");
        health.Lost(CameraTrouble.NoFrames, "reconnecting");
        var lostAt = _time.GetUtcNow();
        Assert.Equal(new CameraState(CameraStatus.Degraded, CameraTrouble.NoFrames, "reconnecting", lostAt), health.State);

        _time.Advance(TimeSpan.FromSeconds(10));
        health.Tick();

        Assert.Equal(new CameraState(CameraStatus.Blind, CameraTrouble.NoFrames, "no frame: reconnecting", lostAt.AddSeconds(10)), health.State);
    }

    [Fact]
    public void A_slow_rate_that_was_asked_for_is_no_blindness()
    {
        var health = new CameraHealth(CameraRig.Options("usb:0") with { FramesPerSecond = 0.05 }, isLive: true, _time);
        health.Saw(CameraTrouble.None, "");

        _time.Advance(TimeSpan.FromSeconds(30));
        health.Tick();

        Assert.Equal(CameraStatus.Online, health.State.Status);
    }

    [Fact]
    public void A_camera_that_is_back_is_not_called_slow_for_the_time_it_was_away()
    {
        var health = new CameraHealth(CameraRig.Options("usb:0") with { FramesPerSecond = 5 }, isLive: true, _time);
        health.Lost(CameraTrouble.NoFrames, "reconnecting");
        for (var i = 0; i < 100; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(250));
            health.Tick();
        }

        Assert.Equal(CameraStatus.Online, health.Saw(CameraTrouble.None, "")!.Status);
    }

    [Fact]
    public void A_new_reason_does_not_make_a_status_younger()
    {
        var health = new CameraHealth(CameraRig.Options("usb:0"), isLive: true, _time);
        health.Lost(CameraTrouble.NoFrames, "first");
        var since = health.State.Since;

        _time.Advance(TimeSpan.FromSeconds(1));
        health.Lost(CameraTrouble.NoFrames, "second");

        Assert.Equal(new CameraState(CameraStatus.Degraded, CameraTrouble.NoFrames, "second", since), health.State);
    }
}
