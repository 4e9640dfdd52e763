using SocialCredit.Edge.Behaviour.Calibration;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Agent.Tests.Behaviour.Calibration;

/// <summary>A ground plane from measured points: what it recovers, what its error says, what it refuses.</summary>
public sealed class GroundPointFitTests
{
    private const double Aspect = 16 / 9.0;

    /// <summary>12 m of a crossing, 4 m up, looking 25 degrees down.</summary>
    private static readonly StandingCamera Camera = new(4, 25, 1, 70, Aspect);

    private static readonly Point[] Crossing =
        [new(-3, 6), new(3, 6), new(3.5f, 12), new(-3.5f, 12), new(0, 9), new(-1, 7), new(2, 10), new(-2, 11), new(1, 6.5f), new(3, 8.5f)];

    [Fact]
    public void Exact_points_give_the_camera_they_were_seen_by()
    {
        var random = new Random(1);
        for (var i = 0; i < 100; i++)
        {
            var camera = StandingCamera.Draw(random);
            MeasuredPoint[] points = [.. Enumerable.Range(0, 8).Select(_ => camera.Place(random))];
            if (PointFit.Make(points, camera.Aspect, out var faults) is not { } fit)
            {
                // Points drawn by chance can lie too close together or on a line; that must be said.
                Assert.NotEmpty(faults);
                continue;
            }

            Assert.True(fit.ErrorsShare.Max() < 1e-4, $"{camera}: {fit.ErrorsShare.Max()}");
            var other = camera.Place(random);
            Assert.True(GroundAgreement.Length(fit.Plane.ToImage(other.Metres), other.Image) < 1e-3, $"{camera}: {other}");
        }
    }

    [Fact]
    public void Four_points_are_exact_and_their_error_says_nothing()
    {
        var fit = Fit([.. Seen(Crossing[..4]).Select(p => p with { Metres = new Point(p.Metres.X * 1.3f, p.Metres.Y) })]);

        Assert.True(fit.IsExact);
        Assert.InRange(fit.LargestMetres, 0, 1e-3);
        Assert.Empty(fit.LeftOutMetres);
        Assert.True(double.IsNaN(fit.LeftOutRmsMetres));
        Assert.Null(fit.Refusal(0.01));
    }

    [Fact]
    public void The_error_is_what_the_tape_measure_was_off_by()
    {
        const double Sigma = 0.1;
        var random = new Random(1);
        var (squares, leftOut) = (0.0, 0.0);
        for (var i = 0; i < 60; i++)
        {
            var fit = Fit([.. Seen(Crossing).Select(p => p with { Metres = Shake(p.Metres, Sigma, random) })]);
            squares += fit.RmsMetres * fit.RmsMetres / 60;
            leftOut += fit.LeftOutRmsMetres * fit.LeftOutRmsMetres / 60;
        }

        // Of 20 noisy numbers 8 are used up by the plane's unknowns.
        var expected = Sigma * Math.Sqrt((20 - 8) / 10.0);
        Assert.Equal(expected, Math.Sqrt(squares), tolerance: 0.1 * expected);
        Assert.InRange(Math.Sqrt(leftOut), Sigma * Math.Sqrt(2), 3 * Sigma * Math.Sqrt(2));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(9)]
    public void Of_six_or_more_points_the_wrong_one_is_named(int wrong)
    {
        var points = Seen(Crossing);
        points[wrong] = points[wrong] with { Metres = new Point(points[wrong].Metres.X + 1.5f, points[wrong].Metres.Y) };

        var refusal = Fit(points).Refusal(0.3);

        Assert.Equal(wrong, refusal!.Index);
        Assert.StartsWith("does not fit the others: the plane is off by up to ", refusal.Problem, StringComparison.Ordinal);
        Assert.EndsWith(" m, more than errorMetresMax 0.30 m.", refusal.Problem, StringComparison.Ordinal);
        Assert.Equal("Measure it again, or leave it out: then the largest error is 0.00 m.", refusal.Hint);
    }

    [Fact]
    public void Of_points_in_two_rows_of_three_one_alone_cannot_be_accused()
    {
        var points = Seen([new(-3, 6), new(0, 6), new(3, 6), new(-3, 12), new(0, 12), new(3, 12)]);
        points[4] = points[4] with { Metres = new Point(1.5f, 12) };

        var refusal = Fit(points).Refusal(0.3)!;

        Assert.Equal(4, refusal.Index);
        Assert.Equal("Measure it again, and further points: point 3 or 5 could be wrong instead.", refusal.Hint);
    }

    [Fact]
    public void Of_five_points_none_can_be_accused_and_a_sixth_is_asked_for()
    {
        var points = Seen(Crossing[..5]);
        points[4] = points[4] with { Metres = new Point(2.5f, 9) };

        Assert.Equal("Measure it again, and a sixth point: six can tell which one is wrong.", Fit(points).Refusal(0.3)!.Hint);
    }

    [Fact]
    public void An_error_that_is_permitted_is_not_refused()
    {
        var points = Seen(Crossing);
        points[2] = points[2] with { Metres = new Point(points[2].Metres.X + 0.2f, points[2].Metres.Y) };
        var fit = Fit(points);

        Assert.Null(fit.Refusal(fit.LargestMetres));
        Assert.NotNull(fit.Refusal(fit.LargestMetres - 0.01));
    }

    [Fact]
    public void Three_points_are_too_few() =>
        Assert.Equal((null, "has 3 points; a plane needs four.", "Measure four or more, the fifth shows the error."), Only(Faults(Seen(Crossing[..3]))));

    [Fact]
    public void Points_on_one_line_make_no_plane() =>
        Assert.Equal(
            (null, "all points lie on one line.", "Measure points that span an area, such as the corners of a crossing."),
            Only(Faults(Seen([new(-3, 6), new(-1, 8), new(1, 10), new(2, 11), new(3, 12)]))));

    [Fact]
    public void A_line_and_one_point_beside_it_make_no_plane() =>
        Assert.Equal("all points but point 2 lie on one line.", Only(Faults(Seen([new(-3, 6), new(-1, 8), new(2, 7), new(1, 10), new(3, 12)]))).Problem);

    [Fact]
    public void Three_of_four_points_on_one_line_make_no_plane() =>
        Assert.Equal("all points but point 0 lie on one line.", Only(Faults(Seen([new(-3, 9), new(-1, 8), new(1, 10), new(3, 12)]))).Problem);

    [Fact]
    public void A_point_that_stands_twice_is_named_with_its_twin()
    {
        var points = Seen(Crossing);
        points[6] = points[6] with { Image = points[1].Image };
        points[7] = points[7] with { Metres = points[3].Metres };

        Assert.Equal(
            [(6, "is the same place in the picture as point 1."), (7, "is the same place on the ground as point 3.")],
            Faults(points).Select(fault => (fault.Index!.Value, fault.Problem)));
    }

    [Fact]
    public void Pixels_and_map_coordinates_are_refused_with_what_is_meant()
    {
        var points = Seen(Crossing);
        points[1] = points[1] with { Image = new Point(640, 360) };
        points[2] = points[2] with { Metres = new Point(500_000, 4_649_776) };
        points[3] = points[3] with { Image = new Point(float.NaN, 0) };

        Assert.Equal(
            [
                (1, "image: is in shares of the picture, 0..1, not pixels."),
                (2, "Count metres from a corner of the place, not from a map's origin."),
                (3, "image: is in shares of the picture, 0..1, not pixels."),
            ],
            Faults(points).Select(fault => (fault.Index!.Value, fault.Hint)));
    }

    [Fact]
    public void Two_swapped_corners_are_a_ground_that_no_camera_sees()
    {
        var points = Seen(Crossing[..4]);
        (points[0], points[1]) = (points[0] with { Metres = points[1].Metres }, points[1] with { Metres = points[0].Metres });

        var (index, problem, hint) = Only(Faults(points));

        Assert.Null(index);
        Assert.StartsWith("no camera sees such a ground", problem, StringComparison.Ordinal);
        Assert.StartsWith("Two points are swapped", hint, StringComparison.Ordinal);
    }

    private static MeasuredPoint[] Seen(Point[] metres) =>
        [.. metres.Select(p => new MeasuredPoint(Camera.Project(p.X, p.Y)!.Value, p))];

    private static PointFit Fit(MeasuredPoint[] points)
    {
        var fit = PointFit.Make(points, Aspect, out var faults);
        Assert.Empty(faults);
        return fit!;
    }

    private static IReadOnlyList<PointFault> Faults(MeasuredPoint[] points)
    {
        Assert.Null(PointFit.Make(points, Aspect, out var faults));
        return faults;
    }

    private static (int? Index, string Problem, string Hint) Only(IReadOnlyList<PointFault> faults)
    {
        var fault = Assert.Single(faults);
        return (fault.Index, fault.Problem, fault.Hint);
    }

    private static Point Shake(Point p, double sigma, Random random) =>
        new((float)(p.X + (sigma * Walkers.Normal(random))), (float)(p.Y + (sigma * Walkers.Normal(random))));
}
