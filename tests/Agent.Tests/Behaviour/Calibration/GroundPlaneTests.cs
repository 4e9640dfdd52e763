using SocialCredit.Edge.Behaviour.Calibration;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Agent.Tests.Behaviour.Calibration;

/// <summary>Metres and places in the picture under 200 cameras of a seed.</summary>
public sealed class GroundPlaneTests
{
    private const int Cameras = 200;
    private const int PlacesEach = 20;

    /// <summary>Points are of single precision, and near the horizon a step of it is long on the ground.</summary>
    private const double DistanceShare = 1e-4;

    [Fact]
    public void A_place_of_the_picture_is_where_it_is_on_the_ground() => Every((camera, plane, place) =>
    {
        Assert.True(plane.TryToMetres(place.Image, out var metres), $"{camera}: {place}");
        Assert.True(GroundAgreement.Length(metres, place.Metres) < DistanceShare * GroundAgreement.Length(place.Metres, default), $"{camera}: {place} became {metres}");
    });

    [Fact]
    public void A_place_on_the_ground_is_where_it_is_in_the_picture() => Every((camera, plane, place) =>
    {
        var seen = camera.Project(place.Metres.X, place.Metres.Y)!.Value;

        Assert.True(GroundAgreement.Length(plane.ToImage(place.Metres), seen) < 1e-5, $"{camera}: {place}");
    });

    [Fact]
    public void From_the_picture_to_metres_and_back_is_the_same_place() => Every((camera, plane, place) =>
    {
        Assert.True(plane.TryToMetres(place.Image, out var metres));
        Assert.True(GroundAgreement.Length(plane.ToImage(metres), place.Image) < 1e-5, $"{camera}: {place}");
    });

    [Fact]
    public void The_sky_has_no_metres()
    {
        var random = new Random(2);
        var looked = 0;
        for (var i = 0; i < Cameras * PlacesEach; i++)
        {
            var camera = StandingCamera.Draw(random);
            var image = new Point(random.NextSingle(), -1 + (2 * random.NextSingle()));
            if (camera.DownAt(image) > -1e-5)
                continue;
            looked++;
            Assert.False(camera.Ground.TryToMetres(image, out var metres), $"{camera}: {image}");
            Assert.True(float.IsNaN(metres.X) && float.IsNaN(metres.Y));
            Assert.True(float.IsNaN(camera.Ground.Distance(image, new Point(0.5f, 1))));
        }

        Assert.InRange(looked, 100, int.MaxValue);
    }

    [Fact]
    public void The_horizon_itself_has_no_metres()
    {
        var level = new StandingCamera(5, 0, 0, 70, 1.5).Ground;

        Assert.False(level.TryToMetres(new Point(0.3f, 0.5f), out _));
        Assert.True(level.TryToMetres(new Point(0.3f, 0.51f), out _));
    }

    [Fact]
    public void What_is_behind_the_camera_is_nowhere_in_the_picture()
    {
        var random = new Random(3);
        for (var i = 0; i < Cameras; i++)
        {
            var camera = StandingCamera.Draw(random);
            var (x, y) = (random.NextDouble() * 10, -200 * random.NextDouble());
            var seen = camera.Ground.ToImage(new Point((float)x, (float)y));
            Assert.Equal(camera.Project(x, y) is null, float.IsNaN(seen.X));
        }
    }

    [Fact]
    public void The_sign_of_the_matrix_does_not_matter()
    {
        var plane = new StandingCamera(5, 25, 0, 70, 1.5).Ground;
        double[] turned = [.. plane.ImageToGround.ToArray().Select(value => -value)];

        Assert.True(new GroundPlane(turned, new Point(0.5f, 1)).TryToMetres(new Point(0.5f, 0.9f), out var metres));
        Assert.True(plane.TryToMetres(new Point(0.5f, 0.9f), out var before));
        Assert.Equal(before, metres);
    }

    [Fact]
    public void A_plan_has_the_lengths_that_it_was_given()
    {
        var plan = GroundPlane.FromAbove(40, 30);

        Assert.Equal(50, plan.Distance(new Point(0, 0), new Point(1, 1)), tolerance: 1e-4);
        Assert.Equal(new Point(0.5f, 0.1f), plan.ToImage(new Point(20, 3)));
    }

    [Fact]
    public void What_is_no_plane_is_refused()
    {
        AssertRefused("no inverse", 1, 2, 3, 2, 4, 6, 0, 0, 1);
        AssertRefused("no inverse", 1, 1, 0, 0, 0, 1, 1, 1, 0);
        AssertRefused("no inverse", double.NaN, 0, 0, 0, 1, 0, 0, 0, 1);
        AssertRefused("nine numbers", 1, 0, 0, 1);
    }

    private static void AssertRefused(string said, params double[] matrix)
    {
        var fault = Assert.Throws<ArgumentException>(() => new GroundPlane(matrix, new Point(0.5f, 0.9f)));

        Assert.Contains(said, fault.Message, StringComparison.Ordinal);
    }

    private static void Every(Action<StandingCamera, GroundPlane, MeasuredPoint> check)
    {
        var random = new Random(1);
        for (var i = 0; i < Cameras; i++)
        {
            var camera = StandingCamera.Draw(random);
            var plane = camera.Ground;
            for (var k = 0; k < PlacesEach; k++)
                check(camera, plane, camera.Place(random));
        }
    }
}
