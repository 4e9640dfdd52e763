using OpenCvSharp;
using SocialCredit.Edge.Agent.Tests.Inference;
using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Host;
using SocialCredit.Edge.Tests;
using SocialCredit.Edge.Tests.Capture;

namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>From a bag over the lens to the record: a blind camera never looks like a quiet street.</summary>
[Collection(WholeChain.Name)]
public sealed class CoveredCameraRecordTests(ITestOutputHelper output)
{
    private const int FramesPerSecond = 2, CoveredFrom = 70, Seconds = 180, Window = 60;

    [Fact]
    public async Task A_covered_camera_gives_records_of_lower_coverage_and_then_of_none()
    {
        var configuration = TestConfigurations.Load(TestConfigurations.Agent.Replace("windowSeconds: 10", $"windowSeconds: {Window}", StringComparison.Ordinal));
        var section = configuration.Options.Cameras[0] with
        {
            Source = WritePictures(),
            FramesPerSecond = FramesPerSecond,
            StartsAt = DateTimeOffset.UnixEpoch,
        };
        var records = new List<EventRecord>();
        var exit = new CameraExit(
            section, configuration, (DateTimeOffset.UnixEpoch, false), new OsRandom(), left => records.Add(left.Anonymiser.Release(left.Window)));
        using var parts = CameraParts.Open(configuration, section, TestModels.Store());
        using var pipeline = parts.Pipeline(exit);
        parts.Camera.Start();

        Assert.Null(await pipeline.RunAsync(TestContext.Current.CancellationToken));

        foreach (var record in records)
            output.WriteLine($"{record.Start:HH:mm:ss} {record.Status}, coverage {record.Coverage}, {record.Passages} passages");
        Assert.Equal(Seconds / Window, records.Count);
        Assert.Equal((RecordStatus.Ok, 10), (records[0].Status, records[0].Coverage));
        Assert.InRange(records[1].Coverage, 1, 9);
        Assert.Equal((RecordStatus.Off, 0, 0), (records[2].Status, records[2].Coverage, records[2].Passages));
    }

    /// <summary>The clip's street, and from a moment on what a camera under a bag gives.</summary>
    private static string WritePictures()
    {
        using var seen = new WatchedPictures().Play(TestPaths.VtestClip(), 40);
        var folder = TestPaths.NewFolder();
        for (var i = 0; i < Seconds * FramesPerSecond; i++)
        {
            using var small = new Mat();
            Cv2.Resize(seen.Kept[i % seen.Kept.Count], small, new Size(384, 288), 0, 0, InterpolationFlags.Area);
            using var picture = i < CoveredFrom * FramesPerSecond ? small.Clone() : Disturbance.Cover(small);
            Cv2.ImWrite(Path.Combine(folder, $"{i:0000}.jpg"), picture);
        }

        return folder;
    }
}
