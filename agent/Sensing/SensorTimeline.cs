using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Sensing;

/// <summary>
/// The changes of all sensors on their way to the scenes of one camera, in the order of time however late they come. A scene that
/// is held back by the stated latency gets every change that came late by up to that much at its true time; one that comes
/// later still is given at once, dated at the last scene, and counted. Any thread may offer, one takes.
/// </summary>
public sealed class SensorTimeline
{
    /// <summary>How many changes may wait; when there are more, each sensor keeps only its newest.</summary>
    public const int WaitingMax = 4096;

    private readonly Lock _gate = new();
    private readonly List<SensorChange> _waiting = new(WaitingMax);
    private readonly Dictionary<string, DateTimeOffset> _given = [];
    private DateTimeOffset _takenUpTo = DateTimeOffset.MinValue;
    private long _late;
    private long _dropped;

    /// <summary>Changes that came after their scene was gone.</summary>
    public long LateChanges => Interlocked.Read(ref _late);

    /// <summary>Changes that were given up: too many waited, or the sensor had already said something newer.</summary>
    public long DroppedChanges => Interlocked.Read(ref _dropped);

    /// <summary>A sensor changed. Never blocks for longer than another call takes.</summary>
    public void Offer(in SensorChange change)
    {
        lock (_gate)
        {
            if (change.At <= _takenUpTo)
                Interlocked.Increment(ref _late);
            if (_waiting.Count == WaitingMax)
                KeepNewest();
            var at = _waiting.Count;
            while (at > 0 && Compare(change, _waiting[at - 1]) < 0)
                at--;
            _waiting.Insert(at, change);
        }
    }

    /// <summary>Adds the changes up to that time to the caller's list, in the order of time. Call it with rising times.</summary>
    public void TakeUpTo(DateTimeOffset frameTime, List<SensorChange> into)
    {
        lock (_gate)
        {
            if (SetBack.IsBetween(_takenUpTo, frameTime))
                BeginAnew(frameTime, into);
            var count = 0;
            while (count < _waiting.Count && _waiting[count].At <= frameTime)
                Give(_waiting[count++], into);
            _waiting.RemoveRange(0, count);
            if (frameTime > _takenUpTo)
                _takenUpTo = frameTime;
        }
    }

    /// <summary>The clock was set back: what the old one dated after its last scene would wait as long as it was set back.</summary>
    private void BeginAnew(DateTimeOffset frameTime, List<SensorChange> into)
    {
        var old = _waiting.Count;
        while (old > 0 && _waiting[old - 1].At > _takenUpTo)
            old--;
        for (var i = old; i < _waiting.Count; i++)
            into.Add(_waiting[i] with { At = frameTime });
        _waiting.RemoveRange(old, _waiting.Count - old);
        _given.Clear();
        _takenUpTo = frameTime;
    }

    private void Give(in SensorChange change, List<SensorChange> into)
    {
        // An old state behind a newer one would be taken for the sensor's state now.
        if (_given.TryGetValue(change.Sensor, out var newest) && change.At < newest)
        {
            Interlocked.Increment(ref _dropped);
            return;
        }

        _given[change.Sensor] = change.At;
        into.Add(change.At < _takenUpTo ? change with { At = _takenUpTo } : change);
    }

    private void KeepNewest()
    {
        var kept = new HashSet<string>();
        for (var i = _waiting.Count - 1; i >= 0; i--)
        {
            if (kept.Add(_waiting[i].Sensor))
                continue;
            _waiting.RemoveAt(i);
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>By time; by name where times are equal, so that the order of arrival does not show. One sensor's own order is kept.</summary>
    private static int Compare(in SensorChange a, in SensorChange b)
    {
        var byTime = a.At.CompareTo(b.At);
        return byTime != 0 ? byTime : string.CompareOrdinal(a.Sensor, b.Sensor);
    }
}
