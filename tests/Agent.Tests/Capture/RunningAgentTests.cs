using System.Net;
using System.Net.Sockets;
using SocialCredit.Edge.Agent.Tests.Forwarding;
using SocialCredit.Edge.Agent.Tests.Host;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Tests.Capture;

/// <summary>The whole agent with network cameras that are late, or whose agent is killed.</summary>
[Collection(WholeChain.Name)]
public sealed class RunningAgentTests
{
    private const string SharedMemory = "/dev/shm";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task A_camera_that_is_absent_at_the_start_is_reported_off_and_watched_once_it_appears()
    {
        using (new RtspServer())
        {
            // Only to skip at once where there is none.
        }

        await using var broker = await EmbeddedBroker.StartAsync();
        var port = FreePort.Take();
        using var agent = new RunningAgent(broker.Port, $"rtsp://127.0.0.1:{port}/camera");

        await Eventually.TrueAsync(() => HasRecord(RecordStatus.Off), "a window without a camera is reported off", Limit);
        await Eventually.TrueAsync(
            () => agent.Lines.Any(line => line.Contains("Camera camera-0 became Blind: no frame: reconnecting: ", StringComparison.Ordinal)
                && line.Contains("Connection refused", StringComparison.Ordinal)),
            "the log says why",
            Limit);
        Assert.False(agent.HasExited || HasRecord(RecordStatus.Ok));

        using var server = new RtspServer(port: port);

        await Eventually.TrueAsync(() => HasRecord(RecordStatus.Ok), "a window with the camera is ok", Limit);
        await Eventually.TrueAsync(() => broker.EventRecords.Any(record => record.Coverage == 10), "a whole window was watched", Limit);
        Assert.Contains(agent.Lines, line => line.Contains("Camera camera-0 became Online", StringComparison.Ordinal));

        bool HasRecord(RecordStatus status) => broker.EventRecords.Any(record => record.Status == status);
    }

    [Fact]
    public async Task A_killed_agent_leaves_no_decoder_and_no_picture()
    {
        using var server = new RtspServer();
        await using var broker = await EmbeddedBroker.StartAsync();

        // The decoder of a camera that never answers would notice no broken pipe.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var before = Residue.FilesIn(SharedMemory).ToHashSet();
        using var agent = new RunningAgent(
            broker.Port, server.Address, $"rtsp://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/camera");
        await Eventually.TrueAsync(() => broker.EventRecords.Any(record => record.Status == RecordStatus.Ok), "it watches", Limit);
        int[] decoders = [];
        await Eventually.TrueAsync(() => (decoders = agent.Decoders()).Length == 2, "both cameras have a decoder", Limit);

        agent.Kill();

        await Eventually.TrueAsync(() => !decoders.Any(RunningAgent.IsDecoder), "the decoders are gone", TimeSpan.FromSeconds(10));
        Assert.NotEmpty(Residue.FilesIn(Path.Combine(agent.Folder, "state")));
        Assert.Empty(Residue.Find(Residue.FilesIn(agent.Folder).Concat(Residue.FilesIn(SharedMemory).Except(before))));
    }
}
