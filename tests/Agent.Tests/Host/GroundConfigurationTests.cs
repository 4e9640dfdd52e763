using SocialCredit.Edge.Host.Configuration;

namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>What is said about a ground section that gives no metres: file, line, key, what to do.</summary>
public sealed class GroundConfigurationTests
{
    private const string Right =
        "points: [{image: [0.1, 0.9], metres: [0, 0]}, {image: [0.9, 0.9], metres: [6, 0]}, {image: [0.7, 0.5], metres: [6, 12]}, {image: [0.3, 0.5], metres: [0, 12]}]";

    /// <summary>Line of <c>ground:</c>, below the camera's aspect.</summary>
    private const int Line = 11;

    [Theory]
    [InlineData(Right)]
    [InlineData(Right + "\n      errorMetresMax: 0.05")]
    [InlineData("camera: {heightMetres: 5, tiltDegrees: 22, fieldOfViewDegrees: 60}")]
    [InlineData("camera: {heightMetres: 5, tiltDegrees: 22, rollDegrees: -3, fieldOfViewDegrees: 60}")]
    public void A_ground_without_fault_gives_a_speed(string ground)
    {
        Assert.Empty(Faults(ground));
        Assert.NotNull(TestConfigurations.Load(With(ground)).Options.Cameras[0].Ground!.ToPlane(new Aspect(4 / 3.0)));
    }

    [Theory]
    [InlineData("points: [{image: [0.1, x], metres: [0, 0]}]", "points[0].image.y: \"x\" is not a number. Write a number, such as 0.5.")]
    [InlineData("points: [{image: [0.1], metres: [0, 0]}]", "points[0].image: There is 1 entry. Write 2: [x, y].")]
    [InlineData("points: [{image: [0.1, 0.2]}]", "points[0].metres: The key is missing. Add \"metres:\"")]
    [InlineData("points: [{picture: [0.1, 0.2], metres: [0, 0]}]", "points[0].picture: The key is not known.")]
    [InlineData("point: []", "point: The key is not known. Did you mean \"points\"?")]
    [InlineData("points: 4", "points: A single value stands here.")]
    [InlineData("camera: {heightMetres: 5, tiltDegrees: 22}", "camera.fieldOfViewDegrees: The key is missing.")]
    [InlineData("camera: {heightMetres: 5, tiltDegrees: 95, fieldOfViewDegrees: 60}", "camera.tiltDegrees: 95 is out of range. Permitted: 0 to 90.")]
    [InlineData("camera: {heightMetres: 0, tiltDegrees: 22, fieldOfViewDegrees: 60}", "camera.heightMetres: 0 is out of range. Permitted: 0.5 to 200.")]
    [InlineData(Right + "\n      errorMetresMax: 0", "errorMetresMax: 0 is out of range. Permitted: 0.01 to 10.", 2)]
    public void A_malformed_ground_is_named_at_its_key(string ground, string said, int below = 1)
    {
        var faults = Faults(ground);

        Assert.Contains(faults, fault => fault.Contains($"edge.yaml:{Line + below}: cameras[0].ground.{said}", StringComparison.Ordinal));
        Assert.DoesNotContain(faults, fault => fault.Contains("speeding", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("errorMetresMax: 0.3", ": needs points or camera, one of them. Write points: with four or more, or camera: as edge calibrate persons prints it.", 0)]
    [InlineData(Right + "\n      camera: {heightMetres: 5, tiltDegrees: 22, fieldOfViewDegrees: 60}", ": needs points or camera, one of them.", 0)]
    [InlineData("points: [{image: [0.1, 0.9], metres: [0, 0]}, {image: [0.9, 0.9], metres: [6, 0]}, {image: [0.7, 0.5], metres: [6, 12]}]", ".points: has 3 points; a plane needs four. Measure four or more, the fifth shows the error.")]
    [InlineData("points: [{image: [76, 518], metres: [0, 0]}, {image: [0.9, 0.9], metres: [6, 0]}, {image: [0.7, 0.5], metres: [6, 12]}, {image: [0.3, 0.5], metres: [0, 12]}]", ".points[0]: lies outside the picture. image: is in shares of the picture, 0..1, not pixels.")]
    [InlineData("points: [{image: [0.1, 0.9], metres: [0, 0]}, {image: [0.3, 0.7], metres: [2, 2]}, {image: [0.5, 0.5], metres: [4, 4]}, {image: [0.7, 0.3], metres: [6, 6]}]", ".points: all points lie on one line. Measure points that span an area, such as the corners of a crossing.")]
    public void A_ground_that_makes_no_plane_says_what_to_measure(string ground, string said, int below = 1) => AssertNamed(ground, said, below);

    [Fact]
    public void The_point_that_is_off_is_named_in_its_own_line()
    {
        const string Points = """
            points:
                    - {image: [0.1, 0.9], metres: [0, 0]}
                    - {image: [0.9, 0.9], metres: [6, 0]}
                    - {image: [0.7, 0.5], metres: [6, 12]}
                    - {image: [0.3, 0.5], metres: [0, 12]}
                    - {image: [0.45, 0.7], metres: [2.5, 4]}
                    - {image: [0.5, 0.5], metres: [4.5, 12]}
            """;

        AssertNamed(Points, ".points[5]: does not fit the others: the plane is off by up to ", 7);
        Assert.Contains("Measure it again, or leave it out: then the largest error is 0.00 m.", Assert.Single(Faults(Points)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_camera_needs_the_form_of_the_picture() =>
        AssertNamed(
            "camera: {heightMetres: 5, tiltDegrees: 22, fieldOfViewDegrees: 60}",
            ".camera: needs the picture's form, and the camera's aspect is any. Write its aspect, such as 16:9.",
            1,
            text => text.Replace("aspect: 4:3", "aspect: any", StringComparison.Ordinal));

    [Fact]
    public void A_speed_without_ground_says_what_is_missing()
    {
        var config = With("").Replace("    ground:\n      \n", "", StringComparison.Ordinal);

        AgentConfiguration.Load(TestConfigurations.Write(config), out var faults);

        var fault = Assert.Single(faults);
        Assert.Equal("cameras[0].zones[0].behaviours.speeding", fault.Key);
        Assert.EndsWith("edge.yaml", fault.File, StringComparison.Ordinal);
        Assert.Equal(Array.FindIndex(config.Split('\n'), line => line.Contains("speeding", StringComparison.Ordinal)) + 1, fault.Line);
        Assert.Contains("the camera has no calibration", fault.ToString(), StringComparison.Ordinal);
        Assert.Contains("ground:", fault.ToString(), StringComparison.Ordinal);
    }

    /// <summary>One fault and no second one: the rule that needs metres does not say again that there are none.</summary>
    private static void AssertNamed(string ground, string said, int below, Func<string, string>? change = null)
    {
        var fault = Assert.Single(Faults(ground, change));

        Assert.Contains($"edge.yaml:{Line + below}: cameras[0].ground{said}", fault, StringComparison.Ordinal);
    }

    private static string[] Faults(string ground, Func<string, string>? change = null)
    {
        AgentConfiguration.Load(TestConfigurations.Write(change is null ? With(ground) : change(With(ground))), out var faults);
        return [.. faults.Select(fault => fault.ToString())];
    }

    private static string With(string ground) => TestConfigurations.Agent
        .Replace("aspect: 4:3", $"aspect: 4:3\n    ground:\n      {ground}", StringComparison.Ordinal)
        .Replace("passage: {}", "passage: {}\n          speeding: {limitKilometresPerHour: 30}", StringComparison.Ordinal);
}
