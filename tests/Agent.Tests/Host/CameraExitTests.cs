using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host;

namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>From events to records; the configuration is demo, so the counts are the true ones.</summary>
public sealed class CameraExitTests
{
    private readonly List<EventRecord> _records = [];
    private readonly Scene _scene = new();
    private readonly List<BehaviourEvent>[] _events = [[]];

    [Fact]
    public void A_track_counts_in_the_window_in_which_it_ends()
    {
        var exit = Exit(isLive: false);

        Frame(exit, 1, new BehaviourEvent("passage", 7), new BehaviourEvent("wrong_way", 7));
        Frame(exit, 11);
        Frame(exit, 12, ended: 7);
        exit.Finish();

        Assert.Equal([0, 1], _records.Select(record => record.Passages));
        Assert.Equal([0, 1], _records.Select(record => record.Counts[0].Count));
    }

    [Fact]
    public void Observed_behaviours_are_in_no_record()
    {
        var exit = Exit(isLive: false);

        Frame(exit, 1, new BehaviourEvent("dwell", 7, "10-30"), new BehaviourEvent("passage", 7));
        exit.Finish();

        Assert.Equal(["wrong_way", "stop_keep_clear"], Assert.Single(_records).Counts.Select(count => count.Behaviour));
    }

    [Fact]
    public void An_episode_counts_in_the_window_in_which_it_happens_and_not_with_its_tracks()
    {
        var exit = Exit(isLive: false);

        Frame(exit, 1, BehaviourEvent.Episode("wrong_way", 7, 8));
        Frame(exit, 2, BehaviourEvent.Episode("wrong_way", 7, 8), new BehaviourEvent("stop_keep_clear", 7));
        Frame(exit, 11);
        Frame(exit, 12, ended: 7);
        exit.Finish();

        Assert.Equal([2, 0], _records.Select(record => record.Counts[0].Count));
        Assert.Equal([0, 1], _records.Select(record => record.Counts[1].Count));
    }

    [Fact]
    public void What_stays_on_the_device_is_in_no_record()
    {
        var exit = Exit(isLive: false);

        Frame(exit, 1, new BehaviourEvent("assistance", 7));
        exit.Finish();

        Assert.Equal([0, 0], Assert.Single(_records).Counts.Select(count => count.Count));
    }

    [Fact]
    public void Coverage_is_the_time_that_was_really_watched()
    {
        var exit = Exit(isLive: false);

        for (var i = 0; i <= 60; i++)
            Frame(exit, i * 0.1, isWatching: true);
        for (var i = 61; i <= 100; i++)
            Frame(exit, i * 0.1, isWatching: false);

        Assert.Equal(6, Assert.Single(_records).Coverage);
    }

    [Fact]
    public void What_a_blind_camera_sees_is_not_counted()
    {
        var exit = Exit(isLive: false);

        Frame(exit, 1, isWatching: false, null, new BehaviourEvent("passage", 7), BehaviourEvent.Episode("wrong_way", 7, 8));
        Frame(exit, 2, isWatching: false, ended: 7);
        Frame(exit, 3, new BehaviourEvent("passage", 8));
        exit.Finish();

        var record = Assert.Single(_records);
        Assert.Equal((1, 0), (record.Passages, record.Counts[0].Count));
    }

    [Fact]
    public void A_gap_between_frames_was_not_watched()
    {
        var exit = Exit(isLive: false);

        for (var i = 0; i <= 30; i++)
            Frame(exit, i * 0.1);
        Frame(exit, 9.9);
        exit.Finish();

        Assert.Equal(3, Assert.Single(_records).Coverage);
    }

    [Fact]
    public void A_live_camera_without_frames_reports_that_nobody_watches()
    {
        var exit = Exit(isLive: true);

        exit.Tick(DateTimeOffset.UnixEpoch.AddSeconds(12));
        Assert.Empty(_records);
        exit.Tick(DateTimeOffset.UnixEpoch.AddSeconds(14));

        Assert.Equal(RecordStatus.Off, Assert.Single(_records).Status);
    }

    [Fact]
    public void The_clock_does_not_close_the_windows_of_a_file()
    {
        var exit = Exit(isLive: false);

        exit.Tick(DateTimeOffset.UnixEpoch.AddDays(1));

        Assert.Empty(_records);
    }

    private CameraExit Exit(bool isLive)
    {
        var configuration = TestConfigurations.Load();
        return new CameraExit(
            configuration.Options.Cameras[0],
            configuration,
            (DateTimeOffset.UnixEpoch, isLive),
            new OsRandom(),
            leaving => _records.Add(leaving.Anonymiser.Release(leaving.Window)));
    }

    private void Frame(CameraExit exit, double seconds, params BehaviourEvent[] events) => Frame(exit, seconds, true, null, events);

    private void Frame(CameraExit exit, double seconds, int ended) => Frame(exit, seconds, true, ended);

    private void Frame(CameraExit exit, double seconds, bool isWatching, int? ended = null, params BehaviourEvent[] events)
    {
        _scene.CapturedAt = DateTimeOffset.UnixEpoch.AddSeconds(seconds);
        _scene.Ended.Clear();
        if (ended is { } id)
            _scene.Ended.Add(id);
        _events[0].Clear();
        _events[0].AddRange(events);
        exit.Observe(new SeenFrame(0, _scene, _events, isWatching));
    }
}
