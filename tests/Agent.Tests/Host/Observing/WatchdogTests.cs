using Microsoft.Extensions.Time.Testing;
using SocialCredit.Edge.Agent.Tests.Forwarding;
using SocialCredit.Edge.Agent.Tests.Inference;
using SocialCredit.Edge.Capture;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Host;
using SocialCredit.Edge.Host.Observing;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Operation;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host.Observing;

/// <summary>The service manager hears of the agent only while every loop turns: real frames, a real socket, a clock that we set.</summary>
[Collection(WholeChain.Name)]
public sealed class WatchdogTests
{
    [Fact]
    public async Task A_pipeline_that_hangs_stops_the_signs_of_life_and_one_that_goes_on_brings_them_back()
    {
        var time = new FakeTimeProvider();
        using var socket = new NotifySocket();
        var notice = new ServiceNotice(socket.Path, TimeSpan.FromSeconds(20), time);
        using var obstacle = new Obstacle();
        var configuration = TestConfigurations.Load(TestConfigurations.Agent.Replace("clip.avi", TestPaths.VtestClip(), StringComparison.Ordinal));
        var section = configuration.Options.Cameras[0] with { Loop = true };
        using var camera = new Camera(CameraParts.OptionsOf(configuration.Folder, section), TimeProvider.System, new CapturingLog());
        var detector = new Detector(TestModels.Store().Find(section.Model), new DetectorOptions());
        using var pipeline = new AgentPipeline(camera, [detector], new Follower([], obstacle), section.Aspect);
        pipeline.Turns.Time = time;
        using var stop = new CancellationTokenSource();
        var vitals = Vitals(camera, pipeline);
        camera.Start();
        var running = pipeline.RunAsync(stop.Token);

        await obstacle.ReachedAsync();
        Look();
        Assert.Equal(["WATCHDOG=1"], socket.Heard);
        time.Advance(AgentVitals.TurnMax + TimeSpan.FromSeconds(1));
        Look();
        Assert.Equal(["WATCHDOG=1"], socket.Heard);
        Assert.Equal("the frames of camera north have not gone on for 31 s", vitals.FindHang());
        Assert.Equal(HealthStatus.Failing, vitals.Judge().Status);

        obstacle.LetGo();
        await Eventually.TrueAsync(() => vitals.FindHang() is null, "the loop turns again");
        Look();
        Assert.Equal(["WATCHDOG=1", "WATCHDOG=1"], socket.Heard);
        await stop.CancelAsync();
        await running;
        time.Advance(AgentVitals.TurnMax * 2);
        Assert.Null(vitals.FindHang());

        void Look()
        {
            if (notice.IsDue && vitals.FindHang() is null)
                notice.Alive();
        }
    }

    [Fact]
    public void A_sign_of_life_is_due_twice_in_the_time_that_the_manager_gives()
    {
        var time = new FakeTimeProvider();
        using var socket = new NotifySocket();
        var notice = new ServiceNotice(socket.Path, TimeSpan.FromSeconds(60), time);

        Assert.True(notice.IsDue);
        notice.Alive();
        Assert.False(notice.IsDue);
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.True(notice.IsDue);
        Assert.False(new ServiceNotice(socket.Path, TimeSpan.Zero, time).IsDue);
        Assert.False(ServiceNotice.None.IsDue);
    }

    [Fact]
    public void A_manager_that_is_gone_disturbs_nobody()
    {
        var notice = new ServiceNotice("/nowhere/notify", TimeSpan.FromSeconds(60), TimeProvider.System);

        notice.Ready();
        notice.Alive();
        notice.Stopping();

        Assert.False(notice.IsDue);
    }

    private static AgentVitals Vitals(Camera camera, AgentPipeline pipeline)
    {
        var outbox = Outbox.Open(new OutboxOptions { Path = Path.Combine(TestPaths.NewFolder(), "outbox.db") }, TimeProvider.System, new CapturingLog());
        var vitals = new CameraVitals("north", camera);
        vitals.Attach(pipeline);
        return new AgentVitals(
            [vitals], () => [], () => outbox.State, () => new ForwarderState(true, null, false, 0, 0, 0, 0), new AgentExit(outbox, TimeProvider.System, new CapturingLog()));
    }

    /// <summary>Holds the third frame until it is let go.</summary>
    private sealed class Obstacle : IFrameObserver, IDisposable
    {
        private readonly TaskCompletionSource _reached = new();
        private readonly ManualResetEventSlim _free = new();
        private int _frames;

        public Task ReachedAsync() => _reached.Task.WaitAsync(TimeSpan.FromMinutes(2));

        public void LetGo() => _free.Set();

        public void Observe(in SeenFrame frame)
        {
            if (++_frames != 3)
                return;
            _reached.SetResult();
            _free.Wait();
        }

        public void Finish()
        {
        }

        public void Dispose() => _free.Dispose();
    }
}
