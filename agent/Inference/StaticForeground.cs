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

    /// <summary>The models are brought forward at most so often; in between things are given out as they were.</summary>
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

    private readonly StillObject[] _objects = new StillObject[ObjectsMax];
    private ForegroundCells? _cells;
    private StillSearch? _search;
    private DateTimeOffset _at;
    private float _settledSeconds;
    private int _changedSteps;

    /// <summary>True where the picture changed as a whole at this frame: what was seen before says nothing of what is seen now.</summary>
    public bool HasRelearned { get; private set; }

    /// <summary>Takes in one frame and adds a detection of class <see cref="ObjectClass.Object"/> for every thing that lies still.</summary>
    /// <param name="sample">Of the frame.</param>
    /// <param name="at">When it was taken.</param>
    /// <param name="detections">Of the same frame, in pixels; who covers what is read from them.</param>
    public void Advance(ForegroundSample sample, DateTimeOffset at, List<Detection> detections)
    {
        HasRelearned = false;
        if (_cells is null || _cells.Columns != sample.Columns || _cells.Rows != sample.Rows || at < _at)
            Restart(sample, at);
        var seconds = (at - _at).TotalSeconds;
        // A clock's ticks and a camera's frames do not quite agree.
        if (seconds is 0 or >= StepSeconds - 0.01)
            Step(sample, detections, (float)Math.Min(seconds, StepSecondsMax));
        if (seconds >= StepSeconds - 0.01)
            _at = at;
        var (x, y) = ((float)sample.FrameWidth / sample.Columns, (float)sample.FrameHeight / sample.Rows);
        foreach (var thing in _objects)
        {
            if (thing.IsShown)
                detections.Add(new Detection(ToBox(thing.Bounds, x, y), ObjectClass.Object, thing.Confidence));
        }
    }

    private static Box ToBox(in CellBox box, float x, float y) => new(box.Left * x, box.Top * y, box.Right * x, box.Bottom * y);

    private void Restart(ForegroundSample sample, DateTimeOffset at)
    {
        HasRelearned = _cells is not null;
        _cells = new ForegroundCells(sample.Columns, sample.Rows);
        for (var i = 0; i < _objects.Length; i++)
            _objects[i] = new StillObject(_cells, (byte)(i + 1));
        _search = new StillSearch(_cells, _objects);
        (_at, _settledSeconds, _changedSteps) = (at, 0, 0);
    }

    private void Step(ForegroundSample sample, List<Detection> detections, float seconds)
    {
        var cells = _cells!;
        cells.Read(sample.Cells);
        cells.Cover(detections, ((float)sample.Columns / sample.FrameWidth, (float)sample.Rows / sample.FrameHeight), seconds);
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

        DropRoadUsers(sample, detections);
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
    private void DropRoadUsers(ForegroundSample sample, List<Detection> detections)
    {
        var (x, y) = ((float)sample.FrameWidth / sample.Columns, (float)sample.FrameHeight / sample.Rows);
        foreach (var thing in _objects)
        {
            if (!thing.IsUsed)
                continue;
            var box = ToBox(thing.Bounds, x, y);
            foreach (var detection in detections)
            {
                var isRoadUser = detection.Class is not (ObjectClass.Bag or ObjectClass.Object) && detection.Confidence >= SameConfidenceMin;
                if (isRoadUser && detection.Box.Overlap(box) >= SameOverlapMin)
                    thing.Drop();
            }
        }
    }
}
