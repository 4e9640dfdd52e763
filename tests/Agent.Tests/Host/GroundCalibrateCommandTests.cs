using SocialCredit.Edge.Agent.Tests.Behaviour.Calibration;
using SocialCredit.Edge.Agent.Tests.Host.Evaluation;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host.Commands;
using SocialCredit.Edge.Tests;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary><c>edge calibrate points | persons</c>, and what they print in <c>edge config check</c>.</summary>
public sealed class GroundCalibrateCommandTests
{
    private const int Width = 1280;
    private const int Height = 720;

    private const string Points = """
        points:
                - {image: [0.1, 0.9], metres: [0, 0]}
                - {image: [0.9, 0.9], metres: [6, 0]}
                - {image: [0.7, 0.5], metres: [6, 12]}
                - {image: [0.3, 0.5], metres: [0, 12]}
                - {image: [0.45, 0.7], metres: [2.5, 4]}
                - {image: [0.5, 0.5], metres: [3.1, 12]}
        """;

    private static readonly StandingCamera Camera = new(5, 22, 0, 60, (double)Width / Height);

    [Fact]
    public async Task What_persons_print_is_a_configuration_without_fault()
    {
        var tracks = WriteTracks(persons: 40);
        var (exitCode, printed) = await EdgeProgram.RunAsync("calibrate", "persons", "--tracks", tracks, "--size", "1280x720", "--field-of-view", "60");
        Assert.True(exitCode == 0, printed);
        var ground = printed[printed.IndexOf("ground:", StringComparison.Ordinal)..].TrimEnd();

        var config = Write(ground.Replace("\n", "\n    ", StringComparison.Ordinal));
        var (checkCode, said) = await EdgeProgram.RunAsync("config", "check", "--config", config);

        Assert.True(checkCode == 0, said);
        Assert.Matches(@"north: ground from a camera (4\.[5-9]|5|5\.[0-5])\d* m up, 2[0-4](\.\d)? degrees down, 60 degrees across", said);
    }

    [Fact]
    public async Task Points_show_how_far_off_each_is_and_are_a_configuration_without_fault()
    {
        var config = Write("ground:\n      " + Points);

        var (exitCode, printed) = await EdgeProgram.RunAsync("calibrate", "points", "--config", config, "--camera", "north");
        var (checkCode, said) = await EdgeProgram.RunAsync("config", "check", "--config", config);

        Assert.True(exitCode == 0, printed);
        Assert.Contains("north: 6 points", printed, StringComparison.Ordinal);
        Assert.Matches(@"    5   0\.500, 0\.500      3\.10,   12\.00     0\.0\d m", printed);
        Assert.Matches(@"north: ground from 6 points: error 0\.0\d m, at most 0\.0\d m \(points\[\d\]\); of a point that is left out 0\.\d\d m\.", printed);
        Assert.Contains("y 0.1      no ground", printed, StringComparison.Ordinal);
        Assert.True(checkCode == 0, said);
        Assert.Contains("north: ground from 6 points: error 0.0", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_point_that_is_too_far_off_is_shown_and_refused()
    {
        var config = Write("ground:\n      " + Points.Replace("3.1, 12", "4.5, 12", StringComparison.Ordinal));

        var (code, output, error) = Run("points", "--config", config);

        Assert.Equal(1, code);
        Assert.Contains("north: 6 points", output, StringComparison.Ordinal);
        Assert.StartsWith("north: ground.points[5]: does not fit the others", error, StringComparison.Ordinal);
        Assert.EndsWith("leave it out: then the largest error is 0.00 m.\n", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ground: {camera: {heightMetres: 5, tiltDegrees: 95, fieldOfViewDegrees: 60}}", "north: ground.camera has a value out of range; edge config check says which.")]
    [InlineData("ground: {errorMetresMax: 1}", "north: ground: needs points or camera, one of them.")]
    [InlineData("enabled: true", "north has no ground:. Measure four or more points, or try edge calibrate persons.")]
    public void A_camera_without_metres_says_what_to_do(string ground, string said)
    {
        var (code, output, error) = Run("points", "--config", Write(ground));

        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith(said, error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_camera_is_refused_with_those_there_are()
    {
        var (code, _, error) = Run("points", "--config", Write("enabled: true"), "--camera", "south");

        Assert.Equal(1, code);
        Assert.Contains("has no camera 'south'. It has: north.", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Name a clip, or tracks with --tracks and --size; one of them.")]
    [InlineData("Name a clip, or tracks with --tracks and --size; one of them.", "clip.mp4", "--tracks", "t.txt", "--size", "1280x720")]
    [InlineData("--tracks needs the picture's --size in pixels, such as 768x576.", "--tracks", "t.txt")]
    [InlineData("--tracks needs the picture's --size in pixels, such as 768x576.", "--tracks", "t.txt", "--size", "1280")]
    [InlineData("--field-of-view must be from 2 to 150.", "clip.mp4", "--field-of-view", "180")]
    [InlineData("--person-height must be from 0.5 to 2.5.", "clip.mp4", "--person-height", "170")]
    public void Options_that_make_no_sense_are_refused(string said, params string[] arguments)
    {
        var (code, _, error) = Run(["persons", .. arguments]);

        Assert.NotEqual(0, code);
        Assert.Contains(said, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1,2,3", "tracks.txt:1: 3 columns; expected frame,id,left,top,width,height,confidence")]
    [InlineData("1,1,600,300,40,100,1", "Only 1 persons at 1 places were seen whole and upright; 6 at 60 are needed.")]
    public void Tracks_that_do_not_do_are_refused(string line, string said)
    {
        var tracks = Path.Combine(TestPaths.NewFolder(), "tracks.txt");
        File.WriteAllText(tracks, line);

        var (code, output, error) = Run("persons", "--tracks", tracks, "--size", "1280x720");

        Assert.Equal((1, ""), (code, output));
        Assert.Contains(said, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clip_without_enough_persons_is_watched_and_refused()
    {
        var pictures = ClipPictures.Write(Path.Combine(TestPaths.NewFolder(), "pictures"), 10);

        var (exitCode, printed) = await EdgeProgram.RunAsync(
            "calibrate", "persons", pictures, "--config", Write("enabled: true", "4:3"), "--models", Path.Combine(TestPaths.Root, "models"));

        Assert.Equal(1, exitCode);
        Assert.Contains("were seen whole and upright; 6 at 60 are needed. Take a longer clip", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("ground:", printed, StringComparison.Ordinal);
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments) =>
        CommandRun.Of(CalibrateCommand.Create(), arguments);

    /// <summary>A configuration with one line of its camera, and a rule that needs metres where that line gives some.</summary>
    private static string Write(string line, string aspect = "16:9") => TestConfigurations.Write(TestConfigurations.Agent
        .Replace("aspect: 4:3", $"aspect: {aspect}\n    {line}", StringComparison.Ordinal)
        .Replace("passage: {}", line.StartsWith("ground", StringComparison.Ordinal) ? "passage: {}\n          speeding: {limitKilometresPerHour: 30}" : "passage: {}", StringComparison.Ordinal));

    private static string WriteTracks(int persons)
    {
        var path = Path.Combine(TestPaths.NewFolder(), "tracks.txt");
        File.WriteAllLines(path, Walkers.Walk(Camera, persons, seed: 1).Select(row => MotFile.Line(row with
        {
            Box = new Box(row.Box.Left * Width, row.Box.Top * Height, row.Box.Right * Width, row.Box.Bottom * Height),
        })));
        return path;
    }
}
