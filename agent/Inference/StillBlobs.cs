namespace SocialCredit.Edge.Inference;

/// <summary>
/// Joins cells that differ from the slow background and have been still into blobs, one after the other. A gap of one cell does
/// not part them: a thing has places that look like the ground behind it.
/// </summary>
internal sealed class StillBlobs(ForegroundCells cells)
{
    /// <summary>A cell must have looked the same for so long to be part of something that lies still.</summary>
    public const float StillSecondsMin = 4;

    private const int Reach = 2;

    private readonly int[] _queue = new int[cells.Columns * cells.Rows];
    private readonly bool[] _isTaken = new bool[cells.Columns * cells.Rows];
    private int _next;

    /// <summary>The cells of the blob that was found last; valid until the next call.</summary>
    public ReadOnlySpan<int> Cells => _queue.AsSpan(0, Count);

    /// <summary>Bounds of that blob, right and bottom excluded.</summary>
    public CellBox Bounds { get; private set; }

    private int Count { get; set; }

    public void Restart()
    {
        _next = 0;
        Array.Clear(_isTaken);
    }

    /// <summary>False where there is no further blob.</summary>
    public bool TryNext()
    {
        for (; _next < _isTaken.Length; _next++)
        {
            if (!IsCandidate(_next))
                continue;
            Grow(_next);
            return true;
        }

        return false;
    }

    public bool Contains(int cell) => _isTaken[cell] && cells.Labels[cell] == 0;

    private bool IsCandidate(int cell) => cells.IsForeground[cell] && !_isTaken[cell] && cells.Labels[cell] == 0
        && cells.StillSeconds[cell] >= StillSecondsMin;

    private void Grow(int seed)
    {
        Count = 0;
        Bounds = CellBox.Nothing;
        Take(seed);
        for (var done = 0; done < Count; done++)
        {
            var (column, row) = (_queue[done] % cells.Columns, _queue[done] / cells.Columns);
            Bounds = Bounds.With(column, row);
            for (var y = Math.Max(0, row - Reach); y <= Math.Min(cells.Rows - 1, row + Reach); y++)
            {
                for (var x = Math.Max(0, column - Reach); x <= Math.Min(cells.Columns - 1, column + Reach); x++)
                {
                    if (IsCandidate(y * cells.Columns + x))
                        Take(y * cells.Columns + x);
                }
            }
        }
    }

    private void Take(int cell)
    {
        _isTaken[cell] = true;
        _queue[Count++] = cell;
    }
}

/// <summary>A rectangle of cells, right and bottom excluded.</summary>
internal readonly record struct CellBox(int Left, int Top, int Right, int Bottom)
{
    public static CellBox Nothing { get; } = new(int.MaxValue, int.MaxValue, 0, 0);

    public int Width => Right - Left;

    public int Height => Bottom - Top;

    public CellBox With(int column, int row) =>
        new(Math.Min(Left, column), Math.Min(Top, row), Math.Max(Right, column + 1), Math.Max(Bottom, row + 1));

    public CellBox With(in CellBox other) => With(other.Left, other.Top).With(other.Right - 1, other.Bottom - 1);

    /// <summary>Whether the other lies no further away than that many cells.</summary>
    public bool Touches(in CellBox other, int gap) =>
        other.Left <= Right + gap && other.Right >= Left - gap && other.Top <= Bottom + gap && other.Bottom >= Top - gap;
}
