namespace SocialCredit.Edge.Tracking;

/// <summary>
/// Linear assignment at least cost, where leaving a row alone costs <c>limit</c>: pairs dearer than that are never made.
/// Shortest augmenting paths with dual potentials (Jonker and Volgenant, Computing 38, 1987), O(rows² (rows + columns)).
/// The arrays are kept between calls, so a problem no larger than an earlier one allocates nothing.
/// </summary>
internal sealed class Assignment
{
    private double[] _costs = [];
    private double[] _rowPotential = [];
    private double[] _columnPotential = [];
    private double[] _distance = [];
    private int[] _rowOfColumn = [];
    private int[] _previousColumn = [];
    private bool[] _done = [];
    private int[] _columnOfRow = [];
    private int _rows;
    private int _columns;

    /// <summary>Starts a problem; every cost must be set before <see cref="Solve"/>.</summary>
    public void Begin(int rows, int columns)
    {
        (_rows, _columns) = (rows, columns);

        // Each row gets a column of its own to stand alone in; column 0 is the root of the search.
        var width = rows + columns + 1;
        Grow(ref _costs, rows * columns);
        Grow(ref _rowPotential, rows + 1);
        Grow(ref _columnOfRow, rows);
        Grow(ref _columnPotential, width);
        Grow(ref _distance, width);
        Grow(ref _rowOfColumn, width);
        Grow(ref _previousColumn, width);
        Grow(ref _done, width);
    }

    public void SetCost(int row, int column, double cost) => _costs[row * _columns + column] = cost;

    /// <summary>The column of each row, -1 where the row stays alone. Valid until the next <see cref="Begin"/>.</summary>
    public ReadOnlySpan<int> Solve(double limit)
    {
        var width = _rows + _columns + 1;
        Array.Clear(_rowPotential, 0, _rows + 1);
        Array.Clear(_columnPotential, 0, width);
        Array.Clear(_rowOfColumn, 0, width);
        for (var row = 1; row <= _rows; row++)
            Augment(row, width, limit);

        _columnOfRow.AsSpan(0, _rows).Fill(-1);
        for (var column = 1; column <= _columns; column++)
        {
            if (_rowOfColumn[column] > 0)
                _columnOfRow[_rowOfColumn[column] - 1] = column - 1;
        }

        return _columnOfRow.AsSpan(0, _rows);
    }

    private void Augment(int newRow, int width, double limit)
    {
        _rowOfColumn[0] = newRow;
        Array.Fill(_distance, double.PositiveInfinity, 0, width);
        Array.Clear(_done, 0, width);
        var at = 0;
        do
        {
            _done[at] = true;
            at = Nearest(at, width, limit);
        }
        while (_rowOfColumn[at] != 0);

        while (at != 0)
        {
            var before = _previousColumn[at];
            _rowOfColumn[at] = _rowOfColumn[before];
            at = before;
        }
    }

    /// <summary>Grows the tree by the row in column <paramref name="from"/>; gives the nearest column outside it.</summary>
    private int Nearest(int from, int width, double limit)
    {
        var row = _rowOfColumn[from];
        var costs = _costs.AsSpan((row - 1) * _columns, _columns);
        var (nearest, step) = (0, double.PositiveInfinity);
        for (var column = 1; column < width; column++)
        {
            if (_done[column])
                continue;
            var cost = column <= _columns ? Math.Min(costs[column - 1], Forbidden(limit)) : limit;
            var reduced = cost - _rowPotential[row] - _columnPotential[column];
            if (reduced < _distance[column])
                (_distance[column], _previousColumn[column]) = (reduced, from);
            if (_distance[column] < step)
                (nearest, step) = (column, _distance[column]);
        }

        for (var column = 0; column < width; column++)
        {
            if (_done[column])
            {
                _rowPotential[_rowOfColumn[column]] += step;
                _columnPotential[column] -= step;
            }
            else
            {
                _distance[column] -= step;
            }
        }

        return nearest;
    }

    // Finite, because a difference of infinities is no number; dearer than standing alone, so it is never chosen.
    private static double Forbidden(double limit) => 2 * Math.Abs(limit) + 1;

    private static void Grow<T>(ref T[] array, int length)
    {
        if (array.Length < length)
            array = new T[Math.Max(length, 2 * array.Length)];
    }
}
