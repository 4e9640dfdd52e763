using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Inference;

/// <summary>
/// Finds things that were left lying, which a detector of learned classes mostly does not know: what differs from a slow
/// background and has been still for seconds, after Porikli, Ivanov and Haga, Robust Abandoned Object Detection Using Dual
/// Foregrounds, EURASIP Journal on Advances in Signal Processing 2008, 197875.
/// </summary>
/// <remarks>
/// Left or taken away? Both differ from the background. A thing that was left has edges along its outline that the background
/// has not; where something was taken away it is the other way round. And nothing is left unless a road user was within reach.
/// A change of much of the picture at once (a lamp, a cloud, a cut, a camera that was moved) is learned anew and finds nothing.
/// Called in the order of the frames; not thread-safe; allocates nothing but where the size of the frames changes.
/// </remarks>
public sealed class StaticForeground
{
    /// <summary>How many things are known at once; what lies there beyond is not found.</summary>
    public const int ObjectsMax = 32;

    /// <summary>Between two samples.</summary>
    private const double StepSeconds = 0.2;

    /// <summary>A step over a gap longer than this counts as no more.</summary>
    private const float StepSecondsMax = 1;

    /// <summary>If more of what is in sight differs from the background at once for so many steps, the picture is another one.</summary>
    private const float RelearnShareMin = 0.35f;

    private const int RelearnSteps = 3;

    /// <summary>At the beginning, and after each such change, the background is learned fast and nothing is found.</summary>
    private const float SettleSeconds = 3;

    /// <summary>Share of a road user's box and a thing's in common at which the thing is that road user, standing or parked.</summary>
    private const float SameOverlapMin = 0.5f;

    private const float SameConfidenceMin = 0.5f;

    private StillObject[] _objects = [];
    private ForegroundCells? _cells;
    private StillSearch? _search;
    private DateTimeOffset _at;
    private DateTimeOffset _wantedAt;
    private (float X, float Y) _pixelsPerCell;
    private float _settledSeconds;
    private int _changedSteps;

    /// <summary>True where the picture changed as a whole at this frame: what was seen before says nothing of what is seen now.</summary>
    public bool HasRelearned { get; private set; }

    /// <summary>
    /// Whether this frame should be sampled: five in a second are. Asked in the order of the frames, when a frame is taken; it may
    /// be asked while <see cref="Advance"/> is at work for an earlier frame.
    /// </summary>
    public bool Wants(DateTimeOffset at)
    {
        // A clock's ticks and a camera's frames do not quite agree.
        if (at >= _wantedAt && at - _wantedAt < TimeSpan.FromSeconds(StepSeconds - 0.01))
            return false;
        _wantedAt = at;
        return true;
    }

    /// <summary>Takes in one frame and adds a detection of class <see cref="ObjectClass.Object"/> for every thing that lies still.</summary>
    /// <param name="sample">Of the frame; null where it was not wanted, and things are given out as they were.</param>
    /// <param name="at">When it was taken.</param>
    /// <param name="detections">Of the same frame, in pixels; who covers what is read from them.</param>
    public void Advance(ForegroundSample? sample, DateTimeOffset at, List<Detection> detections)
    {
        HasRelearned = false;
        if (sample is not null)
        {
            if (_cells is null || _cells.Columns != sample.Columns || _cells.Rows != sample.Rows || at < _at)
                Restart(sample, at);
            _pixelsPerCell = ((float)sample.FrameWidth / sample.Columns, (float)sample.FrameHeight / sample.Rows);
            Step(sample, detections, (float)Math.Min((at - _at).TotalSeconds, StepSecondsMax));
            _at = at;
        }

        foreach (var thing in _objects)
        {
            if (thing.IsShown)
                detections.Add(new Detection(BoxOf(thing), ObjectClass.Object, thing.Confidence));
        }
    }

    private Box BoxOf(StillObject thing)
    {
        var (x, y) = _pixelsPerCell;
        return new Box(thing.Bounds.Left * x, thing.Bounds.Top * y, thing.Bounds.Right * x, thing.Bounds.Bottom * y);
    }

    private void Restart(ForegroundSample sample, DateTimeOffset at)
    {
        HasRelearned = _cells is not null;
        var cells = new ForegroundCells(sample.Columns, sample.Rows);
        _objects = [.. Enumerable.Range(1, ObjectsMax).Select(label => new StillObject(cells, (byte)label))];
        (_cells, _search) = (cells, new StillSearch(cells, _objects));
        (_at, _settledSeconds, _changedSteps) = (at, 0, 0);
    }

    private void Step(ForegroundSample sample, List<Detection> detections, float seconds)
    {
        var cells = _cells!;
        cells.Read(sample.Cells);
        cells.Cover(detections, (1 / _pixelsPerCell.X, 1 / _pixelsPerCell.Y), seconds);
        cells.Learn(seconds, _settledSeconds >= SettleSeconds);
        _settledSeconds += seconds;
        _changedSteps = cells.ForegroundShare > RelearnShareMin ? _changedSteps + 1 : 0;
        if (_changedSteps >= RelearnSteps)
            Relearn(cells);
        if (_changedSteps > 0)
            return;
        foreach (var thing in _objects)
        {
            if (thing.IsUsed)
                thing.Look(seconds);
        }

        DropRoadUsers(detections);
        if (_settledSeconds >= SettleSeconds)
            _search!.Run();
    }

    private void Relearn(ForegroundCells cells)
    {
        HasRelearned = true;
        foreach (var thing in _objects)
        {
            if (thing.IsUsed)
                thing.Drop();
        }

        cells.Forget();
        (_settledSeconds, _changedSteps) = (0, 0);
    }

    /// <summary>Somebody who stood still, undetected for a while, is no thing once detected.</summary>
    private void DropRoadUsers(List<Detection> detections)
    {
        foreach (var thing in _objects)
        {
            if (!thing.IsUsed)
                continue;
            var box = BoxOf(thing);
            foreach (var detection in detections)
            {
                var isRoadUser = detection.Class is not (ObjectClass.Bag or ObjectClass.Object) && detection.Confidence >= SameConfidenceMin;
                if (isRoadUser && detection.Box.Overlap(box) >= SameOverlapMin)
                    thing.Drop();
            }
        }
    }
}
