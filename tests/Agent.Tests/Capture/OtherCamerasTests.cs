using SocialCredit.Edge.Agent.Tests.Forwarding;
using SocialCredit.Edge.Agent.Tests.Host;
using SocialCredit.Edge.Capture;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Tests.Capture;

/// <summary>A decoder that crashes, hangs or writes rubbish costs its own camera and no other of the same agent.</summary>
[Collection(WholeChain.Name)]
public sealed class OtherCamerasTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData("SEGV", "the stream ended (decoder exit code 139)")]
    [InlineData("STOP", "the source took longer than 2 s to give a frame")]
    public void A_decoder_that_is_killed_or_hangs_costs_one_camera_and_no_frame_of_another(string signal, string reason)
    {
        using var server = new RtspServer();
        var decoder = CameraRig.OwnFfmpeg();
        Judge(server, decoder, reason, () => CameraRig.FindProcesses(decoder).ForEach(process => Signals.Send(signal, process)));
    }

    [Fact]
    public void A_decoder_that_writes_rubbish_costs_one_camera_and_no_frame_of_another()
    {
        // Real pictures, then whatever comes, as a decoder that lost its way would.
        using var server = new RtspServer();
        var decoder = CameraRig.Decoder("""
            case "$*" in *-version) exec ffmpeg "$@";; esac
            ffmpeg "$@" | head -c 5000000
            exec cat /dev/urandom
            """);
        Judge(server, decoder, "the decoder sent ", () => { });
    }

    [Fact]
    public async Task A_decoder_that_hangs_in_a_running_agent_costs_the_coverage_of_one_camera()
    {
        using var server = new RtspServer();
        await using var broker = await EmbeddedBroker.StartAsync();
        using var agent = new RunningAgent(broker.Port, server.Address, server.Address);
        await Eventually.TrueAsync(() => Zones().All(zone => Of(zone).Any(IsWhole)), "both cameras are watched", Limit);
        var hung = agent.Decoders()[0];
        var hungFrom = TimeProvider.System.GetUtcNow().AddSeconds(-5);

        Signals.Send("STOP", hung);

        await Eventually.TrueAsync(() => Lost().Any(), "the agent notices", Limit);
        var lost = $"zone-{Lost().First()[^1]}";
        var other = Zones().Single(zone => zone != lost);
        await Eventually.TrueAsync(() => Of(lost).Any(record => record.Start > hungFrom && !IsWhole(record)), "its coverage falls", Limit);
        var low = Of(lost).First(record => record.Start > hungFrom && !IsWhole(record)).Start;
        await Eventually.TrueAsync(() => Of(lost).Any(record => IsWhole(record) && record.Start > low), "it is watched again", Limit);
        output.WriteLine($"coverage of the hung camera: {Tenths(lost)}; of the other: {Tenths(other)}");
        Assert.All(Of(other).SkipWhile(record => !IsWhole(record)), record => Assert.InRange(record.Coverage, 8, 10));
        Assert.False(agent.HasExited);
        Assert.DoesNotContain(agent.Decoders(), id => id == hung);

        string[] Zones() => ["zone-0", "zone-1"];
        IEnumerable<EventRecord> Of(string zone) => broker.EventRecords.Where(record => record.Zone == zone).OrderBy(record => record.Start);
        IEnumerable<string> Lost() => agent.Lines.Where(line => line.Contains("took longer than", StringComparison.Ordinal))
            .Select(line => line[..(line.IndexOf("Camera camera-", StringComparison.Ordinal) + 15)]);
        bool IsWhole(EventRecord record) => record.Coverage == 10;
        string Tenths(string zone) => string.Join(' ', Of(zone).Select(record => record.Coverage));
    }

    private void Judge(RtspServer server, string decoder, string reason, Action disturb)
    {
        var (other, otherStates) = CameraRig.StartWatched(CameraRig.Options(server.Address) with { FramesPerSecond = 5, OpenDeadline = CameraRig.Patience });
        using var __ = other;
        otherStates.Until(state => state.Status == CameraStatus.Online);
        var (camera, states) = CameraRig.StartWatched(CameraRig.Options(server.Address) with
        {
            Decoder = decoder,
            OpenDeadline = CameraRig.Patience,
            ReadDeadline = TimeSpan.FromSeconds(2),
        });
        using var _ = camera;
        states.Until(state => state.Status == CameraStatus.Online);
        var (before, seen, otherSeen) = (other.Counters.Frames, states.Seen.Count, otherStates.Seen.Count);

        disturb();

        var lost = states.Until(state => state.Trouble == CameraTrouble.NoFrames, after: seen);
        states.Until(state => state.Status == CameraStatus.Online, after: seen + 1);
        var frames = other.Counters.Frames - before;
        output.WriteLine($"'{lost.Reason}' until it was back; meanwhile {frames} frames of the other camera");
        Assert.Contains(reason, lost.Reason, StringComparison.Ordinal);
        Assert.InRange(camera.Counters.Reconnects, 1, long.MaxValue);
        Assert.InRange(frames, 5, long.MaxValue);

        // The server's clock begins anew for the viewer that is back; who was there before must go on all the same.
        var back = other.Counters.Frames;
        Assert.True(SpinWait.SpinUntil(() => other.Counters.Frames > back + 5, CameraRig.Patience));
        Assert.Equal((0, 0), (other.Counters.Reconnects, other.Counters.OpenFailures));
        Assert.Equal(otherSeen, otherStates.Seen.Count);
    }
}
