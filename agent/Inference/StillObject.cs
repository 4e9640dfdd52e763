namespace SocialCredit.Edge.Inference;

/// <summary>One thing that was left: where it lies, how it looks, and whether it is still there.</summary>
/// <param name="cells">The grid.</param>
/// <param name="label">Of its cells, from 1.</param>
internal sealed class StillObject(ForegroundCells cells, byte label)
{
    /// <summary>So long a thing that is hidden, or of which nothing can be said, is still given out.</summary>
    public const float HiddenSecondsMax = 60;

    /// <summary>The background must be seen in its place for so long before it is gone.</summary>
    private const float GoneSecondsMin = 0.6f;

    /// <summary>Something else in its place that has been still for so long has taken its place.</summary>
    private const float ReplacedSecondsMin = 6;

    /// <summary>Least share of its cells that must be in sight to say anything.</summary>
    private const float InSightMin = 0.5f;

    private float _goneSeconds;
    private float _hiddenSeconds;
    private float _share;

    public bool IsUsed { get; private set; }

    public CellBox Bounds { get; private set; }

    /// <summary>Since it was found.</summary>
    public float Seconds { get; private set; }

    public bool IsShown => IsUsed && _hiddenSeconds <= HiddenSecondsMax;

    /// <summary>0.65..1: how much of what is in sight of it looks as it did when it was found.</summary>
    public float Confidence => 0.65f + 0.35f * _share;

    public void Found(StillBlobs blob)
    {
        (IsUsed, Bounds, Seconds, _goneSeconds, _hiddenSeconds, _share) = (true, blob.Bounds, 0, 0, 0, 1);
        Take(blob.Cells);
    }

    /// <summary>A part that came into sight later.</summary>
    public void Grow(StillBlobs blob)
    {
        Bounds = Bounds.With(blob.Bounds);
        Take(blob.Cells);
    }

    /// <summary>Looks for it in the newest picture.</summary>
    public void Look(float seconds)
    {
        Seconds += seconds;
        var seen = Count();
        if (seen.InSight < InSightMin * seen.All)
        {
            Hide(seconds);
            return;
        }

        _share = (float)seen.Same / seen.InSight;
        if (seen.Same * 2 >= seen.InSight)
        {
            (_goneSeconds, _hiddenSeconds) = (0, 0);
        }
        else if (seen.Background * 2 >= seen.InSight)
        {
            _goneSeconds += seconds;
            if (_goneSeconds >= GoneSecondsMin)
                Drop();
        }
        else if (seen.Other * 2 >= seen.InSight)
        {
            Drop(isReplaced: true);
        }
        else
        {
            Hide(seconds);
        }
    }

    /// <param name="isReplaced">Whether what its cells show now is background.</param>
    public void Drop(bool isReplaced = false)
    {
        IsUsed = false;
        for (var row = Bounds.Top; row < Bounds.Bottom; row++)
        {
            for (var cell = row * cells.Columns + Bounds.Left; cell < row * cells.Columns + Bounds.Right; cell++)
            {
                if (cells.Labels[cell] != label)
                    continue;
                (cells.Labels[cell], cells.Looks[cell]) = (0, ForegroundCells.Unknown);
                if (isReplaced && !cells.IsCovered[cell])
                    cells.Adopt(cell);
            }
        }
    }

    private void Hide(float seconds)
    {
        _goneSeconds = 0;
        _hiddenSeconds += seconds;
        _share = 0;
    }

    private void Take(ReadOnlySpan<int> taken)
    {
        foreach (var cell in taken)
            (cells.Labels[cell], cells.Looks[cell]) = (label, cells.Fast[cell]);
    }

    /// <summary>Cells in sight that look like the thing, like the background, or have long been something else.</summary>
    private (int All, int InSight, int Same, int Background, int Other) Count()
    {
        var (all, inSight, same, background, other) = (0, 0, 0, 0, 0);
        for (var row = Bounds.Top; row < Bounds.Bottom; row++)
        {
            for (var cell = row * cells.Columns + Bounds.Left; cell < row * cells.Columns + Bounds.Right; cell++)
            {
                if (cells.Labels[cell] != label)
                    continue;
                all++;
                if (cells.IsCovered[cell])
                    continue;
                inSight++;
                var (toLook, toSlow) = (MathF.Abs(cells.Now[cell] - cells.Looks[cell]), MathF.Abs(cells.Now[cell] - cells.Slow[cell]));
                var isSame = toLook <= toSlow && cells.Resembles(cells.Looks, cell, cells.Tolerance(cell));
                same += isSame ? 1 : 0;
                if (isSame)
                    cells.Looks[cell] += (cells.Now[cell] - cells.Looks[cell]) * 0.02f;
                else if (!cells.IsForeground[cell])
                    background++;
                else if (cells.StillSeconds[cell] >= ReplacedSecondsMin)
                    other++;
            }
        }

        return (all, inSight, same, background, other);
    }
}
