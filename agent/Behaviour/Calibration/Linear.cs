namespace SocialCredit.Edge.Behaviour.Calibration;

/// <summary>Linear equations of a few unknowns.</summary>
internal static class Linear
{
    public static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    /// <summary>Gauss's elimination with pivots (Golub and Van Loan, 3.4); null where there is no single answer.</summary>
    public static double[]? Solve(double[,] matrix, double[] right)
    {
        var (a, b, n) = ((double[,])matrix.Clone(), (double[])right.Clone(), right.Length);
        for (var i = 0; i < n; i++)
        {
            var pivot = Enumerable.Range(i, n - i).MaxBy(row => Math.Abs(a[row, i]));
            if (!(Math.Abs(a[pivot, i]) > 1e-300))
                return null;
            for (var k = 0; k < n; k++)
                (a[i, k], a[pivot, k]) = (a[pivot, k], a[i, k]);
            (b[i], b[pivot]) = (b[pivot], b[i]);
            for (var row = 0; row < n; row++)
            {
                if (row == i)
                    continue;
                var share = a[row, i] / a[i, i];
                for (var k = i; k < n; k++)
                    a[row, k] -= share * a[i, k];
                b[row] -= share * b[i];
            }
        }

        for (var i = 0; i < n; i++)
            b[i] /= a[i, i];
        return b;
    }
}
