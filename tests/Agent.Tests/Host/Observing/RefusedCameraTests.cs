using SocialCredit.Edge.Agent.Tests.Forwarding;
using SocialCredit.Edge.Agent.Tests.Inference;
using SocialCredit.Edge.Capture;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Host;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Host.Observing;
using SocialCredit.Edge.Host.Remote;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Operation;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host.Observing;

/// <summary>A camera that gives pictures of another form than its zones were drawn on is refused, and must not look as if it watched.</summary>
public sealed class RefusedCameraTests
{
    [Fact]
    public async Task A_camera_whose_pictures_are_refused_is_no_camera_that_watches()
    {
        var configuration = TestConfigurations.Load(TestConfigurations.Agent.Replace("clip.avi", TestPaths.VtestClip(), StringComparison.Ordinal));
        var section = configuration.Options.Cameras[0] with { Loop = true };
        using var camera = new Camera(CameraParts.OptionsOf(configuration.Folder, section), TimeProvider.System, new CapturingLog());
        var detector = new Detector(TestModels.Store().Find(section.Model), new DetectorOptions());
        using var pipeline = new AgentPipeline(camera, [detector], new Follower([], new Nobody()), new Aspect(16.0 / 9));
        var vitals = new CameraVitals("north", camera);
        vitals.Attach(pipeline);
        camera.Start();

        var refusal = await pipeline.RunAsync(TestContext.Current.CancellationToken);

        Assert.Contains("the zones were drawn at", refusal);
        Assert.NotEqual(CameraStatus.Disabled, camera.State.Status);
        Assert.Equal((CameraStatus.Disabled, CameraTrouble.Disabled, refusal), (vitals.State.Status, vitals.State.Trouble, vitals.State.Reason));
        // As if it had been refused after a while.
        var standing = new CameraStanding(section, "model", vitals.State, Done: 100);
        Assert.Equal((true, false, false), (standing.IsBlind, standing.IsWatching, standing.GivesFrames));
        Assert.Equal(HealthStatus.Failing, Judge(vitals).Status);
    }

    private static ServiceHealth Judge(CameraVitals camera)
    {
        using var outbox = Outbox.Open(new OutboxOptions { Path = Path.Combine(TestPaths.NewFolder(), "outbox.db") }, TimeProvider.System, new CapturingLog());
        return new AgentVitals(
            [camera], () => [], () => outbox.State, () => new ForwarderState(true, null, false, 0, 0, 0, 0), new AgentExit(outbox, TimeProvider.System, new CapturingLog())).Judge();
    }

    private sealed class Nobody : IFrameObserver
    {
        public void Observe(in SeenFrame frame)
        {
        }

        public void Finish()
        {
        }
    }
}
