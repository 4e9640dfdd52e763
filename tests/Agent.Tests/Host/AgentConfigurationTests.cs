using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host;

public sealed class AgentConfigurationTests
{
    [Fact]
    public void A_configuration_without_fault_is_taken()
    {
        var configuration = AgentConfiguration.Load(TestConfigurations.Write(), out var faults);

        Assert.Empty(faults);
        Assert.Equal("test-site", configuration!.Options.Site);
        Assert.Equal(["wrong_way", "stop_keep_clear"], configuration.Policy.BehavioursOf("test-zone"));
    }

    [Fact]
    public void The_camera_in_the_readme_is_the_example_and_has_no_fault()
    {
        var example = Path.Combine(TestPaths.Root, "deploy", "example", "edge.yaml");

        AgentConfiguration.Load(example, out var faults);

        Assert.Empty(faults);
        Assert.Contains(File.ReadAllText(example), File.ReadAllText(Path.Combine(TestPaths.Root, "README.md")));
    }

    [Theory]
    [InlineData("stop_keep_clear: {}", "", "behaviours: does not watch stop_keep_clear, which policy p-test scores for this zone. Add stop_keep_clear: {}, or list what the zone is measured for under zones: in the policy.")]
    [InlineData("passage: {}", "dwell: {}", "behaviours: has no exposure, so no rate can be made. Add passage: {} or line_passage: {}.")]
    [InlineData("wrong_way: {area: lane}", "wrong_way: {area: road}", "wrong_way.area: 'road' is not drawn in this zone. Drawn: lane.")]
    [InlineData(", direction: [1, 0]", "", "wrong_way.area: 'lane' has no direction. Write direction: [1, 0] beside its polygon.")]
    [InlineData("passage: {}", "line_passage: {}", "line_passage.line: the zone has no line. Draw one under lines.")]
    [InlineData("polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]", "polygon: [[0, 0], [768, 0], [1, 1]]", "polygon[1]: [768, 0] lies outside the picture. Points are shares of the picture, 0..1, not pixels.")]
    [InlineData("host: 127.0.0.1", "host: 192.0.2.7", "broker.host: The broker 192.0.2.7 is another machine and would be spoken to in plain text. Configure TLS for it, or use a broker on localhost.")]
    [InlineData("source: clip.avi", "source: http://192.0.2.7/video", "cameras[0].source: The source 'http:...' is of an unknown kind; known forms are /path/clip.avi, file:///path/clip.avi, /path/folder-of-images, rtsp://host/path, /dev/video0 and usb:0.")]
    [InlineData("source: clip.avi", "source: rtsp://viewer:geheim@192.0.2.7/video", "cameras[0].source: The source 'rtsp://***@192.0.2.7/video' holds a user name or password.")]
    [InlineData("aspect: 4:3", "aspect: 4:3\n    masks: [[[0, 0], [1, 1]]]", "cameras[0].masks: Mask 1 has 2 points; a polygon needs at least 3.")]
    [InlineData("aspect: 4:3", "aspect: 4:3\n    framesPerSecond: 0.2", "cameras[0].framesPerSecond: is less than 1: too few to follow anyone, and the zones would be reported as not watched. Write 1 or more, or 0 for every frame.")]
    [InlineData("profile: demo", "profile: standard", "windowSeconds: A window of 10 s is not permitted by this profile.")]
    public void A_fault_is_named_with_its_file_line_and_key(string right, string wrong, string message)
    {
        var path = TestConfigurations.Write(TestConfigurations.Agent.Replace(right, wrong, StringComparison.Ordinal));

        var configuration = AgentConfiguration.Load(path, out var faults);

        Assert.Null(configuration);
        Assert.Contains(faults, fault => fault.ToString().Contains(message, StringComparison.Ordinal));
        Assert.All(faults, fault => Assert.True(fault.Line > 0 && fault.File.EndsWith("edge.yaml", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_fault_is_named_at_once()
    {
        var broken = TestConfigurations.Agent
            .Replace("site: test-site", "site: Test Site", StringComparison.Ordinal)
            .Replace("windowSeconds: 10", "windowSecond: 10", StringComparison.Ordinal)
            .Replace("aspect: 4:3", "aspect: wide", StringComparison.Ordinal);

        AgentConfiguration.Load(TestConfigurations.Write(broken), out var faults);

        Assert.Contains(faults, fault => fault.Key == "site" && fault.Line == 1);
        Assert.Contains(faults, fault => fault.Key == "cameras[0].aspect");
        Assert.Contains(faults, fault => fault.ToString().Contains("windowSeconds", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("loitering")]
    [InlineData("dwell")]
    public void A_behaviour_that_cannot_be_scored_is_refused_in_the_policy(string behaviour)
    {
        var policy = TestConfigurations.Policy.Replace("stop_keep_clear", behaviour, StringComparison.Ordinal);

        AgentConfiguration.Load(TestConfigurations.Write(policy: policy), out var faults);

        Assert.Contains(faults, fault => fault.File.EndsWith("policy.yaml", StringComparison.Ordinal)
            && fault.ToString().Contains($"behaviours.{behaviour}: is not a behaviour that can be scored.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("4:3", 768, 576, true)]
    [InlineData("768x576", 640, 480, true)]
    [InlineData("1.7778", 1920, 1088, true)]
    [InlineData("16:9", 768, 576, false)]
    [InlineData("any", 768, 576, true)]
    public void Zones_fit_only_pictures_of_the_aspect_they_were_drawn_at(string aspect, int width, int height, bool fits) =>
        Assert.Equal(fits, Aspect.Parse(aspect, null).Fits(width, height));

    [Theory]
    [InlineData("wide")]
    [InlineData("4:0")]
    [InlineData("-4:3")]
    [InlineData("1:2:3")]
    [InlineData("")]
    public void Anything_else_is_no_aspect(string text) => Assert.False(Aspect.TryParse(text, null, out _));
}
