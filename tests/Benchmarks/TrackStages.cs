using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Benchmarks;

/// <summary>What happens to one frame's detections: 12 persons who walk, tracked and counted.</summary>
[MemoryDiagnoser]
[InProcess]
public class TrackStages
{
    private const int Persons = 12;

    private readonly ByteTracker _tracker = new(new ByteTrackerOptions());
    private readonly WindowCounts _window = new("bench-zone", 3600, ["wrong_way"], DateTimeOffset.UnixEpoch);
    private readonly List<Detection> _detections = new(Persons);
    private readonly List<Track> _tracks = new(64);
    private readonly List<int> _ended = new(64);
    private readonly EventRecord _record = new()
    {
        Site = "bench-site",
        Zone = "bench-zone",
        Start = DateTimeOffset.UnixEpoch,
        Seconds = 3600,
        Status = RecordStatus.Ok,
        Coverage = 10,
        Passages = 214,
        Counts = [new BehaviourCount("wrong_way", 3)],
        Profile = PrivacyProfile.Standard,
        Policy = "p-bench",
        Calibration = "c-1",
        Sequence = 4711,
    };

    private int _frame;

    [Benchmark]
    public void Tracker()
    {
        _frame++;
        _detections.Clear();
        for (var i = 0; i < Persons; i++)
        {
            var left = 40 * i + _frame % 200;
            _detections.Add(new Detection(new Box(left, 100 + i * 10, left + 30, 180 + i * 10), ObjectClass.Person, 0.8f));
        }

        _tracker.Update(CollectionsMarshal.AsSpan(_detections), DateTimeOffset.UnixEpoch.AddSeconds(_frame / 10.0), _tracks, _ended);
    }

    [Benchmark]
    public void Window()
    {
        for (var i = 0; i < Persons; i++)
        {
            _window.Observe(i, "passage");
            _window.End(i, DateTimeOffset.UnixEpoch);
        }
    }

    [Benchmark]
    public byte[] RecordBytes() => EventRecordJson.Encode(_record, 384);
}
