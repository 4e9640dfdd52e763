using CsCheck;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Tests.Tracking;

public sealed class AssignmentTests
{
    private const double Limit = 0.8;

    [Fact]
    public void It_costs_what_the_best_of_all_assignments_costs()
    {
        var assignment = new Assignment();
        var cost = Gen.Frequency((8, Gen.Double[-1, 1]), (2, Gen.Const(double.PositiveInfinity)));

        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 5]).SelectMany((rows, columns) => cost.Array2D[rows, columns])
            .Sample(costs => Assert.Equal(Best(costs, 0, 0), Solve(assignment, costs), tolerance: 1e-9), threads: 1, iter: 2000);
    }

    [Fact]
    public void A_pair_dearer_than_the_limit_is_never_made()
    {
        var assignment = new Assignment();
        assignment.Begin(1, 1);
        assignment.SetCost(0, 0, Limit + 0.01);

        Assert.Equal(-1, assignment.Solve(Limit)[0]);
    }

    [Fact]
    public void Two_rows_that_want_one_column_are_settled_at_the_least_total()
    {
        var assignment = new Assignment();
        assignment.Begin(2, 2);
        assignment.SetCost(0, 0, 0.1);
        assignment.SetCost(0, 1, 0.2);
        assignment.SetCost(1, 0, 0.2);
        assignment.SetCost(1, 1, 0.7);

        Assert.Equal([1, 0], assignment.Solve(Limit).ToArray());
    }

    /// <summary>The total, after checking that no column is taken twice.</summary>
    private static double Solve(Assignment assignment, double[,] costs)
    {
        var (rows, columns) = (costs.GetLength(0), costs.GetLength(1));
        assignment.Begin(rows, columns);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                assignment.SetCost(row, column, costs[row, column]);
        }

        var solved = assignment.Solve(Limit).ToArray();
        var taken = solved.Where(c => c >= 0).ToList();
        Assert.Equal(taken.Distinct().Count(), taken.Count);
        return solved.Select((column, row) => column < 0 ? Limit : costs[row, column]).Sum();
    }

    /// <summary>Tries everything.</summary>
    private static double Best(double[,] costs, int row, int taken)
    {
        if (row == costs.GetLength(0))
            return 0;
        var best = Limit + Best(costs, row + 1, taken);
        for (var column = 0; column < costs.GetLength(1); column++)
        {
            if ((taken & 1 << column) == 0)
                best = Math.Min(best, costs[row, column] + Best(costs, row + 1, taken | 1 << column));
        }

        return best;
    }
}
