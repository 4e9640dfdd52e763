using Microsoft.Extensions.Logging.Abstractions;
using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>Open windows outlive the process, in RAM and nowhere else.</summary>
public sealed class CheckpointFileTests : IDisposable
{
    private readonly string _name = $"test-{Path.GetRandomFileName()}";
    private readonly List<EventRecord> _records = [];

    [Fact]
    public void A_process_that_was_killed_goes_on_where_it_stopped()
    {
        var before = Exit();
        Pass(before, trackId: 1);
        CheckpointFile.For(_name, before)!.Save(NullLogger.Instance);

        var after = Exit();
        CheckpointFile.For(_name, after)!.Restore(NullLogger.Instance);
        Pass(after, trackId: 1);
        after.Finish();

        Assert.Equal((RecordStatus.Ok, 2), (Assert.Single(_records).Status, _records[0].Passages));
    }

    [Fact]
    public void Without_a_checkpoint_the_open_window_is_lost()
    {
        var after = Exit();

        CheckpointFile.For(_name, after)!.Restore(NullLogger.Instance);
        Pass(after, trackId: 1);
        after.Finish();

        Assert.Equal((RecordStatus.Lost, 0), (Assert.Single(_records).Status, _records[0].Passages));
    }

    [Fact]
    public void Only_the_agents_user_can_read_it()
    {
        CheckpointFile.For(_name, Exit())!.Save(NullLogger.Instance);

        var path = Assert.Single(Directory.GetFiles("/dev/shm", $"{_name}.json", SearchOption.AllDirectories));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void What_stood_at_its_place_before_is_not_written_into()
    {
        var checkpoint = CheckpointFile.For(_name, Exit())!;
        checkpoint.Save(NullLogger.Instance);
        var path = Assert.Single(Directory.GetFiles("/dev/shm", $"{_name}.json", SearchOption.AllDirectories));
        var fresh = StateFile.FreshName(path, Environment.ProcessId);
        File.WriteAllText(fresh, "somebody else's");
        File.SetUnixFileMode(fresh, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        var other = Exit();
        Pass(other, trackId: 1);

        CheckpointFile.For(_name, other)!.Save(NullLogger.Instance);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void What_a_killed_process_had_begun_to_write_goes_and_what_a_living_one_writes_stays()
    {
        var checkpoint = CheckpointFile.For(_name, Exit())!;
        checkpoint.Save(NullLogger.Instance);
        var path = Assert.Single(Directory.GetFiles("/dev/shm", $"{_name}.json", SearchOption.AllDirectories));
        // No process can have the first number; the second is the machine's own.
        var (left, living) = (StateFile.FreshName(path, int.MaxValue), StateFile.FreshName(path, 1));
        File.WriteAllText(left, "half");
        File.WriteAllText(living, "half");
        var other = Exit();
        Pass(other, trackId: 1);

        CheckpointFile.For(_name, other)!.Save(NullLogger.Instance);

        Assert.Equal((false, true), (File.Exists(left), File.Exists(living)));
    }

    [Fact]
    public void A_folder_on_a_disk_gets_none()
    {
        var folder = TestPaths.NewFolder();
        if (new DriveInfo(folder).DriveFormat is "tmpfs")
            Assert.Skip($"{folder} is RAM-backed here");

        Assert.Null(CheckpointFile.For(_name, Exit(), folder));
    }

    public void Dispose()
    {
        foreach (var path in Directory.GetFiles("/dev/shm", $"{_name}.json*", SearchOption.AllDirectories))
            File.Delete(path);
    }

    private static void Pass(CameraExit exit, int trackId)
    {
        var scene = new Scene { CapturedAt = DateTimeOffset.UnixEpoch.AddSeconds(1) };
        exit.Observe(new SeenFrame(0, scene, [[new BehaviourEvent("passage", trackId)]], IsWatching: true));
        scene.CapturedAt = DateTimeOffset.UnixEpoch.AddSeconds(2);
        scene.Ended.Add(trackId);
        exit.Observe(new SeenFrame(1, scene, [[]], IsWatching: true));
    }

    private CameraExit Exit()
    {
        var configuration = TestConfigurations.Load();
        return new CameraExit(
            configuration.Options.Cameras[0],
            configuration,
            (DateTimeOffset.UnixEpoch, true),
            new OsRandom(),
            leaving => _records.Add(leaving.Anonymiser.Release(leaving.Window)));
    }
}
