using System.Globalization;
using SocialCredit.Edge.Agent.Tests.Host;
using SocialCredit.Edge.Capture;

namespace SocialCredit.Edge.Tests.Capture;

/// <summary>
/// A camera that comes and goes, and one that is off, cost no memory, handle, thread or process however long it lasts.
/// With <c>SCE_SOAK_MINUTES=20</c> the real thing runs so long: an RTSP server and ffmpeg, of which one is killed every 5 s. That is 240
/// reconnects, too few to tell half a megabyte that comes and goes from a leak: <c>SCE_SOAK_RECONNECTS=1000</c> kills the real ffmpeg as soon
/// as its frames come, so often.
/// Without it what is compressed are the pauses, on a clock a thousand times as fast, and the decoder, a script that gives
/// real pictures through the same pipes and ends. Code that is compiled a second time is memory that comes once, within the first 300
/// reconnects, with real parts within some 350: both forms look at what comes after those.
/// </summary>
[Collection(WholeChain.Name)]
public sealed class CameraSoakTests(ITestOutputHelper output)
{
    private const int WarmUp = 300, WarmUpForReal = 450, Between = 25, Samples = 14, SeriesMax = 3;

    // A fit over so few samples moves by some pages; a leak of one handle or thread a reconnect is a slope of 1,000.
    private const double MegabytesMax = 1, OthersMax = 20;

    private static readonly TimeSpan FlapEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Long = TimeSpan.FromDays(1000);

    private static double? Minutes =>
        double.TryParse(Environment.GetEnvironmentVariable("SCE_SOAK_MINUTES"), CultureInfo.InvariantCulture, out var minutes) ? minutes : null;

    private static int? Reconnects =>
        int.TryParse(Environment.GetEnvironmentVariable("SCE_SOAK_RECONNECTS"), CultureInfo.InvariantCulture, out var reconnects) ? reconnects : null;

    [Fact]
    public async Task A_camera_that_flaps_costs_nothing_that_grows()
    {
        var figures = new ProcessFigures();
        if (Minutes is not null || Reconnects is not null)
        {
            await FlapForReal(TimeSpan.FromMinutes(Minutes ?? 0), figures);
        }
        else
        {
            var decoder = CameraRig.Decoder("""
                case "$*" in *-version) echo 'ffmpeg version 6.1'; exit;; esac
                for i in 1 2 3; do printf 'P6\n320 240\n255\n'; head -c 230400 /dev/zero; done
                """);
            figures = Compressed(decoder, camera => camera.Counters.Reconnects);
        }

        Judge(figures);
    }

    [Fact]
    public void A_camera_that_is_off_costs_nothing_that_grows()
    {
        var figures = new ProcessFigures();
        if (Minutes is { } minutes)
            RefusedForReal(TimeSpan.FromMinutes(minutes), figures);
        else
            figures = Compressed(CameraRig.Decoder("echo 'Connection refused' >&2; exit 1"), camera => camera.Counters.OpenFailures);

        Judge(figures);
    }

    private void Judge(ProcessFigures figures)
    {
        output.WriteLine(figures.ToString());
        var slopes = figures.Slopes;
        Assert.InRange(slopes.Megabytes, double.MinValue, MegabytesMax);
        Assert.InRange(slopes.Handles, double.MinValue, OthersMax);
        Assert.InRange(slopes.Threads, double.MinValue, OthersMax);
        Assert.InRange(slopes.Children, double.MinValue, OthersMax);
    }

    /// <summary>
    /// After so many reconnects that all code has been compiled for good. What still comes once, and steepens one short
    /// series, is not in the next; a leak is.
    /// </summary>
    private ProcessFigures Compressed(string decoder, Func<Camera, long> count)
    {
        var options = CameraRig.Options("rtsp://127.0.0.1:9/x") with { Decoder = decoder, OpenDeadline = Long, ReadDeadline = Long };
        using var camera = CameraRig.Start(options, new FastTime(1000));
        var next = (long)WarmUp;
        for (var series = 1; ; series++)
        {
            var figures = new ProcessFigures();
            for (; figures.Count < Samples; next += Between)
            {
                Assert.True(SpinWait.SpinUntil(() => count(camera) >= next, CameraRig.Patience), $"{count(camera)} of {next} reconnects");
                figures.Sample(count(camera));
            }

            if (figures.Slopes.Megabytes <= MegabytesMax || series == SeriesMax)
                return figures;
            output.WriteLine($"not taken: {figures}");
        }
    }

    /// <summary>In turn the decoder is killed and the server is; only the back-off runs faster, or there would be a reconnect a minute.</summary>
    private static async Task FlapForReal(TimeSpan duration, ProcessFigures figures)
    {
        var server = new RtspServer();
        try
        {
            var (port, decoder) = (server.Port, CameraRig.OwnFfmpeg());
            using var camera = CameraRig.Start(
                CameraRig.Options(server.Address) with { Decoder = decoder, OpenDeadline = Long, ReadDeadline = Long }, new FastTime(60));
            while (camera.Counters.Reconnects < WarmUpForReal + (Reconnects ?? 0))
            {
                if (camera.Counters.Reconnects >= WarmUpForReal && camera.Counters.Reconnects % Between == 0)
                    figures.Sample(camera.Counters.Reconnects);
                var before = camera.Counters;
                await Eventually.TrueAsync(() => camera.Counters.Frames > before.Frames || camera.Counters.Reconnects > before.Reconnects, "frames come");
                CameraRig.FindProcesses(decoder).ForEach(process => Signals.Send("KILL", process));
                await Eventually.TrueAsync(() => camera.Counters.Reconnects > before.Reconnects, "the decoder's end is seen");
            }

            using var every = new PeriodicTimer(FlapEvery);
            var from = TimeProvider.System.GetTimestamp();
            for (var flap = 0; TimeProvider.System.GetElapsedTime(from) < duration; flap++)
            {
                await every.WaitForNextTickAsync();
                if (flap % 2 == 0)
                {
                    CameraRig.FindProcesses(decoder).ForEach(process => Signals.Send("KILL", process));
                }
                else
                {
                    server.Dispose();
                    server = new RtspServer(port: port);
                }

                figures.Sample(camera.Counters.Reconnects);
            }
        }
        finally
        {
            server.Dispose();
        }
    }

    private static void RefusedForReal(TimeSpan duration, ProcessFigures figures)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/ffmpeg"), "needs ffmpeg: apt-get install ffmpeg");
        var options = CameraRig.Options($"rtsp://127.0.0.1:{FreePort.Take()}/camera") with { Decoder = CameraRig.OwnFfmpeg(), OpenDeadline = Long };
        using var camera = CameraRig.Start(options, new FastTime(1000));
        var from = TimeProvider.System.GetTimestamp();
        for (long next = WarmUp; TimeProvider.System.GetElapsedTime(from) < duration || figures.Count < Samples; next += Between)
        {
            // The first three hundred starts of a real program take minutes on a busy machine.
            Assert.True(SpinWait.SpinUntil(() => camera.Counters.OpenFailures >= next, 10 * CameraRig.Patience));
            figures.Sample(camera.Counters.OpenFailures);
        }
    }
}
