namespace SocialCredit.Edge.Inference;

/// <summary>Decides what a blob of still cells is: a thing that was left, something to be learned as background, or not yet clear.</summary>
internal sealed class StillSearch(ForegroundCells cells, StillObject[] objects)
{
    /// <summary>Of noise there are always a few cells; a bag of 15 pixels at 720x480 has at least nine whole ones.</summary>
    private const int CellsMin = 6;

    /// <summary>Larger, in shares of the grid's width and height, is no thing that somebody left.</summary>
    private const float WidthShareMax = 0.25f;

    private const float HeightShareMax = 0.3f;

    /// <summary>How much of its rectangle a thing fills at least.</summary>
    private const float FillMin = 0.35f;

    /// <summary>Longer than this in one direction, in the other's measure, is a cable, a shadow or an edge of something that moved.</summary>
    private const float LongnessMax = 5;

    /// <summary>How much stronger the outline must be than the same places of the background.</summary>
    private const float OutlineFactor = 1.25f;

    /// <summary>Somebody must have been within reach no longer than this before the cells became still.</summary>
    private const float VisitSecondsMax = 10;

    /// <summary>What has been still for so long and is no thing becomes background.</summary>
    private const float AdoptSeconds = 20;

    /// <summary>If more of what is in sight differs at once, light is at work, and nothing is found until that is over.</summary>
    private const float ForegroundShareMax = 0.1f;

    /// <summary>A part of a thing that comes into sight up to so long after the thing was found belongs to it.</summary>
    private const float GrowSecondsMax = 60;

    private readonly StillBlobs _blobs = new(cells);

    /// <summary>Looks at every blob once.</summary>
    public void Run()
    {
        _blobs.Restart();
        while (_blobs.TryNext())
        {
            if (IsThing(out var isClear))
                Place();
            else if (isClear || StillSeconds() >= AdoptSeconds)
                Adopt();
        }
    }

    /// <param name="isClear">True where no later look could say otherwise.</param>
    private bool IsThing(out bool isClear)
    {
        isClear = false;
        var (count, box) = (_blobs.Cells.Length, _blobs.Bounds);
        var isOfSize = count >= CellsMin && box.Width <= WidthShareMax * cells.Columns && box.Height <= HeightShareMax * cells.Rows;
        var isCompact = count >= FillMin * box.Width * box.Height
            && Math.Max(box.Width, box.Height) <= LongnessMax * Math.Min(box.Width, box.Height);
        var isQuiet = cells.ForegroundShare <= ForegroundShareMax;
        if (!isOfSize || !isCompact || !isQuiet || !IsInPlainSight() || !WasVisited())
            return false;
        isClear = !HasOutline();
        return !isClear;
    }

    private void Place()
    {
        foreach (var thing in objects)
        {
            if (!thing.IsUsed || thing.Seconds > GrowSecondsMax || !thing.Bounds.Touches(_blobs.Bounds, 2))
                continue;
            var joint = thing.Bounds.With(_blobs.Bounds);
            if (joint.Width > WidthShareMax * cells.Columns || joint.Height > HeightShareMax * cells.Rows)
                continue;
            thing.Grow(_blobs);
            return;
        }

        foreach (var thing in objects)
        {
            if (thing.IsUsed)
                continue;
            thing.Found(_blobs);
            return;
        }
    }

    private void Adopt()
    {
        foreach (var cell in _blobs.Cells)
            cells.Adopt(cell);
    }

    private float StillSeconds()
    {
        var least = float.MaxValue;
        foreach (var cell in _blobs.Cells)
            least = MathF.Min(least, cells.StillSeconds[cell]);
        return least;
    }

    /// <summary>No cell of it borders on one that somebody covers: then only a part of it may be in sight.</summary>
    private bool IsInPlainSight()
    {
        foreach (var cell in _blobs.Cells)
        {
            var (column, row) = (cell % cells.Columns, cell / cells.Columns);
            var isHidden = (column > 0 && cells.IsCovered[cell - 1]) || (column < cells.Columns - 1 && cells.IsCovered[cell + 1])
                || (row > 0 && cells.IsCovered[cell - cells.Columns]) || (row < cells.Rows - 1 && cells.IsCovered[cell + cells.Columns]);
            if (isHidden)
                return false;
        }

        return true;
    }

    private bool WasVisited()
    {
        var visited = 0;
        foreach (var cell in _blobs.Cells)
            visited += cells.UnvisitedSeconds[cell] <= cells.StillSeconds[cell] + VisitSecondsMax ? 1 : 0;
        return visited * 2 >= _blobs.Cells.Length;
    }

    private bool HasOutline()
    {
        var (now, before) = (0f, 0f);
        foreach (var cell in _blobs.Cells)
        {
            var (column, row) = (cell % cells.Columns, cell / cells.Columns);
            if (column > 0)
                AddEdge(cell, cell - 1, ref now, ref before);
            if (column < cells.Columns - 1)
                AddEdge(cell, cell + 1, ref now, ref before);
            if (row > 0)
                AddEdge(cell, cell - cells.Columns, ref now, ref before);
            if (row < cells.Rows - 1)
                AddEdge(cell, cell + cells.Columns, ref now, ref before);
        }

        return now > OutlineFactor * before;
    }

    private void AddEdge(int inside, int outside, ref float now, ref float before)
    {
        if (_blobs.Contains(outside))
            return;
        now += MathF.Abs(cells.Fast[inside] - cells.Fast[outside]);
        before += MathF.Abs(cells.Slow[inside] - cells.Slow[outside]);
    }
}
