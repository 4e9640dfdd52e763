using OpenCvSharp;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Tests;
using Point = SocialCredit.Edge.Domain.Point;

namespace SocialCredit.Edge.Agent.Tests.Behaviour;

/// <summary>Left objects on real pixels: our own detector, the static foreground, tracker and rules.</summary>
public sealed class LeftObjectClipTests(ITestOutputHelper output)
{
    /// <summary>Every distance is far: nobody is ever near a thing, so whatever lies there for 10 s fires.</summary>
    private static readonly GroundPlane AllFar = GroundPlane.FromAbove(1000, 1000);

    [Fact]
    public void The_bag_that_a_man_leaves_by_the_blue_box_is_abandoned_once_and_never_cleared()
    {
        using var run = new ClipRun(PlazaOfTheBag());

        run.Play(TestPaths.SharedData("clips/abandoned_aboda_video4.avi"), every: 3);

        output.WriteLine($"a thing in {run.FramesWithThings} frames");
        var (seconds, behaviour, thing) = Assert.Single(run.Events);
        output.WriteLine($"{behaviour} at {seconds:0.0} s, box {thing}");
        Assert.Equal("abandoned_object", behaviour);
        // The man is out of the picture from frame 690 (23.0 s) on; the bag lies at x 445 to 500, y 365 to 410.
        Assert.InRange(seconds, 33, 36);
        Assert.InRange(thing.Overlap(new Box(445, 365, 500, 410)), 0.5f, 1);
    }

    [Theory]
    [InlineData("vtest.avi", 2, int.MaxValue)]
    [InlineData("crosswalk_signal_rox.mp4", 1, int.MaxValue)]
    [InlineData("one-by-one-person-detection.mp4", 2, int.MaxValue)]
    [InlineData("car-detection.mp4", 2, int.MaxValue)]
    [InlineData("crowd_plaza_overhead_pc_example_02.mp4", 3, int.MaxValue)]
    [InlineData("night_ir_empty_insects_rfm.mp4", 6, 1500)]
    [InlineData("redlight_night_then_day_mad.mp4", 6, int.MaxValue)]
    public void Where_nothing_is_left_nothing_fires(string clip, int every, int framesMax)
    {
        using var run = new ClipRun(AllFar);

        run.Play(TestPaths.SharedData($"clips/{clip}"), every, framesMax);

        output.WriteLine($"{clip}: a thing in {run.FramesWithThings} frames");
        Assert.Empty(run.Events);
    }

    [Fact]
    public void A_case_put_down_on_a_busy_campus_is_abandoned_and_then_cleared_through_a_change_of_light()
    {
        using var run = new ClipRun(AllFar);
        using var video = new VideoCapture(TestPaths.VtestClip());
        using var original = new Mat();
        var lies = new Rect(640, 345, 26, 22);

        for (var index = 0; index < 500 && video.Read(original); index++)
        {
            if (index % 2 != 0)
                continue;
            var picture = original.Clone();
            if (index is >= 66 and < 320)
                DrawCase(picture, lies);
            // Between 20 and 28 s a cloud takes a quarter of the light.
            picture.ConvertTo(picture, -1, index is > 200 and < 280 ? 0.75 : 1);
            run.Advance(picture, index / 10.0);
        }

        output.WriteLine($"a thing in {run.FramesWithThings} frames");
        foreach (var (seconds, behaviour, thing) in run.Events)
            output.WriteLine($"{behaviour} at {seconds:0.0} s, box {thing}");
        Assert.Equal(["abandoned_object", "object_cleared"], run.Events.Select(seen => seen.Behaviour));
        Assert.InRange(run.Events[0].Thing.Overlap(new Box(lies.Left, lies.Top, lies.Right, lies.Bottom)), 0.4f, 1);
        Assert.InRange(run.Events[1].Seconds, 32, 38);
    }

    private static void DrawCase(Mat picture, Rect place)
    {
        picture.Rectangle(place, new Scalar(40, 30, 110), -1);
        picture.Rectangle(new Rect(place.X + 4, place.Y + 6, place.Width - 8, 4), new Scalar(150, 160, 170), -1);
    }

    /// <summary>
    /// Nobody measured there. A man who is taken for 1.7 m is 0.188 y + 98 pixels high with his feet at line y, so the horizon lies
    /// 762 lines above the middle; a camera of 1,100 pixels' focal length (36 degrees across) then hangs 6.1 m high, looks down by
    /// 34.7 degrees, and the man walks at 0.8 m/s.
    /// </summary>
    private static GroundPlane PlazaOfTheBag()
    {
        const double focal = 1100;
        const double high = 6.1;
        var (sine, cosine) = Math.SinCos(34.7 * Math.PI / 180);
        double[] imageToGround =
        [
            720 * high, 0, -360 * high,
            0, -480 * high * sine, high * (focal * cosine + 240 * sine),
            0, 480 * cosine, focal * sine - 240 * cosine,
        ];
        return new GroundPlane(imageToGround, new Point(0.5f, 0.9f));
    }
}
