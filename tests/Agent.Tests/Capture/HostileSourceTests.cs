using SocialCredit.Edge.Capture;
using SocialCredit.Edge.Capture.Sources;
using SocialCredit.Edge.Host;
using SocialCredit.Edge.Host.Configuration;

namespace SocialCredit.Edge.Tests.Capture;

/// <summary>Addresses of cameras that want to be commands, and cameras that speak to terminals.</summary>
public sealed class HostileSourceTests
{
    [Theory]
    [InlineData("rtsp://127.0.0.1:{0}/$(touch {1})")]
    [InlineData("rtsp://127.0.0.1:{0}/`touch {1}`")]
    [InlineData("rtsp://127.0.0.1:{0}/;touch {1};")]
    [InlineData("rtsp://127.0.0.1:{0}/\"&touch {1}&\"")]
    [InlineData("rtsp://127.0.0.1:{0}/x -f data -map 0 -y {1}")]
    [InlineData("rtsp://127.0.0.1:{0}/\\")]
    public void A_shell_in_an_address_is_part_of_an_address(string form)
    {
        var touched = Path.Combine(TestPaths.NewFolder(), "touched");
        var options = CameraRig.Options(string.Format(form, FreePort.Take(), touched));
        Assert.Empty(options.FindFaults());
        Assert.True(SourceAddress.TryParse(options.Source, out var address, out _));

        using var source = FrameSources.Create(address, options, TimeProvider.System);
        var opened = source.Open();

        Assert.Equal(SourceOutcome.Failed, opened.Outcome);
        Assert.False(File.Exists(touched));
    }

    [Theory]
    [InlineData("rtsp://h/\u001b[2J")]
    [InlineData("rtsp://h/\u0085x")]
    [InlineData("rtsp://h/x'\noption protocol_whitelist file")]
    [InlineData("rtsp://h/x' file:///etc/passwd '")]
    [InlineData("/clips/\u001b]0;title\u0007.avi")]
    [InlineData("concat:/etc/passwd|/etc/shadow")]
    [InlineData("lavfi:testsrc")]
    [InlineData("pipe:0")]
    [InlineData("gopher://h/x")]
    public void An_address_of_no_camera_is_refused_without_a_control_character(string source)
    {
        var fault = Assert.Single(CameraRig.Options(source).FindFaults());

        Assert.DoesNotContain(fault, char.IsControl);
    }

    [Theory]
    [InlineData("/dev/v4l/../watchdog")]
    [InlineData("/dev/v4l/by-id/../../watchdog")]
    [InlineData("/dev/v4l/by-id/x\n")]
    [InlineData("/dev/video0/../../etc/passwd")]
    public void No_other_device_can_be_opened_as_a_camera(string source) =>
        Assert.False(SourceAddress.TryParse(source, out var address, out _) && address.Kind == SourceKind.Usb);

    [Theory]
    [InlineData("-i")]
    [InlineData("--help")]
    [InlineData("-f lavfi -i testsrc")]
    public void A_source_that_begins_like_an_option_is_a_file_of_the_folder(string source)
    {
        var section = new CameraSection { Name = "north", Source = source, Aspect = default, Zones = [] };

        var options = CameraParts.OptionsOf("/clips", section);

        Assert.Equal($"/clips/{source}", options.Source);
        Assert.True(SourceAddress.TryParse(options.Source, out var address, out _));
        Assert.Equal(SourceKind.VideoFile, address.Kind);
    }

    [Fact]
    public void What_a_camera_makes_the_decoder_say_cannot_speak_to_a_terminal()
    {
        var log = new DecoderLog(new StringReader("[rtsp @ 0x1] title \u001b]0;owned\u0007 and \u009b31m red"), text => text);
        log.WaitForEnd((int)CameraRig.Patience.TotalMilliseconds);

        Assert.Equal("title ?]0;owned? and ?31m red", log.LastWords);
    }
}
