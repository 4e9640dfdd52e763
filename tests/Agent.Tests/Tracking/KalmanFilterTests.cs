using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Tests.Tracking;

public sealed class KalmanFilterTests
{
    private static readonly MotionOptions Options = new();

    [Fact]
    public void It_learns_a_steady_walk()
    {
        var filter = Walked(seconds: 3, step: 0.1, speed: 80);

        filter.Predict(0.1, Options);

        Assert.Equal(100 + (80 * 3.1), filter.Box.Left, 1.0);
        Assert.Equal(200, filter.Box.Bottom, 0.5);
    }

    [Fact]
    public void Two_short_steps_lead_where_one_long_step_leads()
    {
        var once = Walked(seconds: 2, step: 0.1, speed: 80);
        var twice = once;

        once.Predict(0.8, Options);
        twice.Predict(0.3, Options);
        twice.Predict(0.5, Options);

        Assert.Equal(once.Box.Left, twice.Box.Left, 0.01);
        Assert.Equal(once.Box.Height, twice.Box.Height, 0.01);
    }

    [Fact]
    public void Out_of_sight_half_of_the_velocity_is_left_after_its_half_life()
    {
        var filter = Walked(seconds: 3, step: 0.1, speed: 80);
        var before = Speed(filter);
        var left = filter.Box.Left;

        filter.Predict(Options.HalfLifeSeconds, Options);

        // The integral of an exponential decay to one half.
        var way = before * Options.HalfLifeSeconds / (2 * Math.Log(2));
        Assert.Equal(80, before, 4.0);
        Assert.Equal(before / 2, Speed(filter), 0.5);
        Assert.Equal(left + way, filter.Box.Left, 3.0);
    }

    [Fact]
    public void Out_of_sight_a_box_soon_stops_to_grow()
    {
        var filter = new KalmanFilter();
        filter.Start(new Box(100, 100, 140, 200), Options);
        for (var i = 1; i <= 20; i++)
        {
            filter.Predict(0.1, Options);
            filter.Correct(new Box(100, 100, 140, 200 + (4 * i)), 1, Options);
        }

        var seen = filter.Box.Height;
        filter.Predict(Options.SizeHalfLifeSeconds, Options);
        var growth = filter.Box.Height - seen;
        filter.Predict(20 * Options.SizeHalfLifeSeconds, Options);

        // As much again is all that the other half of the velocity carries.
        Assert.InRange(growth, 2, 10);
        Assert.Equal(seen + (2 * growth), filter.Box.Height, 0.1);
    }

    [Fact]
    public void After_a_gap_a_detection_weighs_more()
    {
        var soon = Walked(seconds: 2, step: 0.1, speed: 0);
        var late = soon;
        var seen = BoxAt(130);

        soon.Predict(0.1, Options);
        soon.Correct(seen, 1, Options);
        late.Predict(1, Options);
        late.Correct(seen, 1, Options);

        Assert.InRange(soon.Box.Left, 105, 125);
        Assert.InRange(late.Box.Left, soon.Box.Left + 2, 131);
    }

    [Fact]
    public void A_noisy_detection_weighs_less()
    {
        var sure = Walked(seconds: 2, step: 0.1, speed: 0);
        var unsure = sure;

        sure.Correct(BoxAt(130), 1, Options);
        unsure.Correct(BoxAt(130), 3, Options);

        Assert.True(unsure.Box.Left < sure.Box.Left - 2, $"{unsure.Box.Left} is not well below {sure.Box.Left}");
    }

    /// <summary>In pixels a second, over the next hundredth of one.</summary>
    private static double Speed(KalmanFilter filter)
    {
        var before = filter.Box.Left;
        filter.Predict(0.01, Options);
        return (filter.Box.Left - before) / 0.01;
    }

    private static KalmanFilter Walked(double seconds, double step, double speed)
    {
        var filter = new KalmanFilter();
        filter.Start(BoxAt(100), Options);
        for (var i = 1; i <= Math.Round(seconds / step); i++)
        {
            filter.Predict(step, Options);
            filter.Correct(BoxAt(100 + (speed * step * i)), 1, Options);
        }

        return filter;
    }

    private static Box BoxAt(double left) => new((float)left, 100, (float)left + 40, 200);
}
