using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using SocialCredit.Edge.Capture;
using SocialCredit.Edge.Capture.Sources;
using SocialCredit.Edge.Configuration;

namespace SocialCredit.Edge.Tests.Capture;

/// <summary>What must not happen when the decoder of a live source fails in each of its ways.</summary>
public sealed class LiveSourceTests
{
    [Fact]
    public void A_server_that_never_answers_meets_the_deadline_and_dispose_is_not_held_up()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/ffmpeg"), "needs ffmpeg: apt-get install ffmpeg");
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var address = $"rtsp://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/camera";
        var decoder = CameraRig.OwnFfmpeg();
        var (camera, states) = CameraRig.StartWatched(
            CameraRig.Options(address) with { Decoder = decoder, OpenDeadline = TimeSpan.FromSeconds(1) });

        var most = 0;
        SpinWait.SpinUntil(
            () =>
            {
                most = Math.Max(most, CameraRig.CountProcesses(decoder));
                return camera.Counters.OpenFailures >= 2;
            },
            CameraRig.Patience);
        var reason = camera.State.Reason;
        camera.Dispose();

        Assert.Contains("the source took longer than 1 s to open", reason, StringComparison.Ordinal);
        Assert.Equal(1, most);
        Assert.Equal(0, CameraRig.CountProcesses(decoder));
        Assert.DoesNotContain(states.Seen, s => s.Status == CameraStatus.Online);
    }

    [Fact]
    public void Failing_to_open_for_ever_never_leaves_a_second_decoder()
    {
        var decoder = CameraRig.Decoder("echo 'Connection refused' >&2; exit 1");
        var time = new FakeTimeProvider();
        using var camera = CameraRig.Start(Live(decoder) with { OpenDeadline = TimeSpan.FromDays(1) }, time);

        var most = 0;
        for (var failures = 1; failures <= 20; failures++)
        {
            SpinWait.SpinUntil(() => Failed(failures), CameraRig.Patience);
            most = Math.Max(most, CameraRig.CountProcesses(decoder));
        }

        Assert.True(camera.Counters.OpenFailures >= 20);
        Assert.InRange(most, 0, 1);
        Assert.Equal("no frame: reconnecting: Connection refused", camera.State.Reason);

        bool Failed(int failures)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return camera.Counters.OpenFailures >= failures;
        }
    }

    [Fact]
    public void A_decoder_that_stops_in_the_middle_of_a_picture_is_killed_at_the_deadline()
    {
        var decoder = CameraRig.Decoder("printf 'P6\\n2 2\\n255\\n123456'; exec sleep 1000");
        var (camera, states) = CameraRig.StartWatched(Live(decoder) with { ReadDeadline = TimeSpan.FromSeconds(1) });

        SpinWait.SpinUntil(() => camera.Counters.Reconnects >= 2, CameraRig.Patience);
        var reason = camera.State.Reason;
        camera.Dispose();

        Assert.Contains("the source took longer than 1 s to give a frame", reason, StringComparison.Ordinal);
        Assert.Equal(0, camera.Counters.Frames);
        Assert.NotEmpty(states.Seen);
    }

    [Theory]
    [InlineData("printf 'HTTP/1.0 200 OK'", "something that is no picture")]
    [InlineData("printf 'P6\\n99999 2\\n255\\n'", "a picture of 99999 x 2, which is none")]
    [InlineData("printf 'P5\\n2 2\\n255\\n1234'", "a picture of 2 x 2, which is none")]
    [InlineData("kill -SEGV $$", "the stream ended (decoder exit code 139)")]
    [InlineData("echo '[rtsp @ 0x55d5] method DESCRIBE failed: 404 Not Found' >&2",
        "reconnecting: method DESCRIBE failed: 404 Not Found")]
    [InlineData("echo 'rtsp://joe:t0p@host/x and t0p%27s and t0p'\"'\"'s' >&2", "rtsp://***@host/x and *** and ***")]
    public void What_a_decoder_gets_wrong_becomes_the_reason(string script, string reason)
    {
        // As at its reveal.
        Redactor.Learn("t0p's");
        using var camera = CameraRig.Start(Live(CameraRig.Decoder(script)) with { User = "joe", Password = () => "t0p's" });

        SpinWait.SpinUntil(() => camera.Counters.OpenFailures > 0, CameraRig.Patience);

        Assert.Contains(reason, camera.State.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_decoder_says_what_to_install()
    {
        using var camera = CameraRig.Start(Live("no-such-decoder"));

        SpinWait.SpinUntil(() => camera.Counters.OpenFailures > 0, CameraRig.Patience);

        Assert.Contains("no-such-decoder, which decodes live cameras, is missing", camera.State.Reason, StringComparison.Ordinal);
        Assert.Contains("apt-get install ffmpeg", camera.State.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_decoder_does_not_outlive_the_thread_that_runs_it()
    {
        // Says that it runs, then waits for ever without a child of its own: nobody writes to the named pipe.
        var decoder = CameraRig.Decoder("echo up; read never < \"$0.pipe\"");
        Process.Start("mkfifo", decoder + ".pipe").WaitForExit();
        var said = 0;
        var owner = new Thread(() => said = DecoderProcess.Start(decoder, [], new DecoderOrder([], "", text => text)).Decoder!.Output.ReadByte());

        owner.Start();
        owner.Join();

        Assert.Equal('u', said);
        Assert.True(SpinWait.SpinUntil(() => CameraRig.CountProcesses(decoder) == 0, CameraRig.Patience));
    }

    [Fact]
    public void A_decoder_that_is_disposed_leaves_no_pipe_to_the_collector()
    {
        var order = new DecoderOrder([], "", text => text);
        var decoder = DecoderProcess.Start(CameraRig.Decoder("echo up; exec sleep 1000"), [], order).Decoder!;
        var output = decoder.Output;
        Assert.Equal('u', output.ReadByte());

        decoder.Dispose();

        Assert.Throws<ObjectDisposedException>(() => output.ReadByte());
    }

    [Fact]
    public void A_decoder_inherits_no_secret_from_the_environment()
    {
        Environment.SetEnvironmentVariable("SCE_TEST_SECRET", "hush");
        using var camera = CameraRig.Start(Live(CameraRig.Decoder("echo \"[$SCE_TEST_SECRET] core $(ulimit -c)\" >&2")));

        SpinWait.SpinUntil(() => camera.Counters.OpenFailures > 0, CameraRig.Patience);

        Assert.EndsWith("[] core 0", camera.State.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ffmpeg version 4.4.2-0ubuntu0.22.04.1 Copyright (c) 2000-2021 the FFmpeg developers", "-vsync")]
    [InlineData("ffmpeg version n5.0 Copyright (c) 2000-2022 the FFmpeg developers", "-vsync")]
    [InlineData("ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026 the FFmpeg developers", "-fps_mode")]
    [InlineData("ffmpeg version 6.1.1-3ubuntu5 Copyright (c) 2000-2023 the FFmpeg developers", "-fps_mode")]
    [InlineData("ffmpeg version 10 Copyright (c)", "-fps_mode")]
    [InlineData("ffmpeg version N-109542-gb7a1d4e Copyright (c) 2000-2022 the FFmpeg developers", "-fps_mode")]
    public void A_decoder_is_given_the_option_of_its_version_and_asked_for_it_once(string version, string option)
    {
        var decoder = CameraRig.Decoder($"""
            case "$*" in *-version) echo asked >> "$0.asked"; echo "{version}"; echo more; exit;; esac
            for word; do case "$word" in -vsync|-fps_mode) echo "given $word" >&2;; esac; done
            """);
        var time = new FakeTimeProvider();
        using var camera = CameraRig.Start(Live(decoder) with { OpenDeadline = TimeSpan.FromDays(1) }, time);

        // Kept when it is said: the clock that goes on here may have begun the next attempt before it is looked at.
        string? said = null;
        SpinWait.SpinUntil(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                if (camera.State.Reason is { } reason && reason.Contains("given", StringComparison.Ordinal))
                    said = reason;
                return camera.Counters.OpenFailures >= 2 && said is not null;
            },
            CameraRig.Patience);

        Assert.EndsWith($"given {option}", said, StringComparison.Ordinal);
        Assert.Single(File.ReadAllLines(decoder + ".asked"));
    }

    [Fact]
    public void The_installed_decoder_knows_the_option_it_is_given()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/ffmpeg"), "needs ffmpeg: apt-get install ffmpeg");
        using var asked = Process.Start(new ProcessStartInfo("/usr/bin/ffmpeg", ["-version"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var option = DecoderVersion.RateOption("/usr/bin/ffmpeg", () => asked.StandardOutput.BaseStream);
        string[] line = ["-v", "error", "-f", "lavfi", "-i", "color=s=2x2:d=0.1", option, "passthrough", "-f", "null", "-"];

        using var run = Process.Start(new ProcessStartInfo("/usr/bin/ffmpeg", line) { RedirectStandardError = true, UseShellExecute = false })!;

        Assert.Equal("", run.StandardError.ReadToEnd());
        run.WaitForExit();
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public void Frames_that_are_never_given_back_are_named_as_the_cause()
    {
        var decoder = CameraRig.Decoder("while :; do printf 'P6\\n1 1\\n255\\nabc'; done");
        using var camera = CameraRig.Start(Live(decoder));
        for (var i = 0; i < 10; i++)
            Assert.True(camera.TryTake(out _, CameraRig.Patience));

        SpinWait.SpinUntil(() => camera.State.Reason.Contains("must dispose", StringComparison.Ordinal), CameraRig.Patience);

        Assert.Equal("all 10 frames are held; whoever takes a frame must dispose it", camera.State.Reason);
    }

    private static CameraOptions Live(string decoder) => CameraRig.Options("rtsp://127.0.0.1:9/x") with { Decoder = decoder };
}
