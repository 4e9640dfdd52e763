using SocialCredit.Edge.Host.Commands;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host.Evaluation;

/// <summary><c>edge eval events</c> on scenes.</summary>
public sealed class EvalEventsCommandTests
{
    [Fact]
    public void A_trace_shows_plays_truth_and_what_was_seen()
    {
        var (code, output, _) = Run("--scenes", SceneFiles.Folder, "--behaviour", "red_crossing", "--seed", "3", "--trace");

        Assert.Equal(0, code);
        Assert.Contains(" play   ", output, StringComparison.Ordinal);
        Assert.Contains("ped Red", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Scores_are_written_as_json()
    {
        var json = Path.Combine(TestPaths.NewFolder(), "scores.json");

        var (code, _, _) = Run("--scenes", SceneFiles.Folder, "--behaviour", "red_crossing", "--seeds", "2", "--json", json);

        Assert.Equal(0, code);
        Assert.Contains("\"behaviour\": \"red_crossing\"", File.ReadAllText(json), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_fault_of_a_scene_is_named()
    {
        var scene = Path.Combine(TestPaths.NewFolder(), "faulty.yaml");
        File.WriteAllText(scene, """
            zone:
              name: test-zone
              polygon: [[-5, 9], [5, 9], [5, 14], [-5, 14]]
              behaviours: {passage: {}}
            casts:
              walks:
                actors: [{anchor: 3, path: [{x: -11, y: 10}, {x: 11}]}]
                changes: [{seconds: 1, sensor: ped, state: red}]
                expect: [{behaviour: red_crossing, actor: 0, waypoint: 2}]
            """);

        var (code, _, error) = Run("--scenes", scene);

        Assert.Equal(1, code);
        Assert.Contains("casts.walks: expects red_crossing, which the zone does not watch.", error, StringComparison.Ordinal);
        Assert.Contains("casts.walks: moves ped, which is no sensor.", error, StringComparison.Ordinal);
        Assert.Contains("casts.walks: the anchor 3 is no waypoint", error, StringComparison.Ordinal);
        Assert.Contains("casts.walks: actor 0 has no waypoint 2.", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Name either --scenes or --clip.")]
    [InlineData("--clip and --gt go together.", "--clip", "a.mp4")]
    [InlineData("--trace shows one seed", "--scenes", "tests/Scenes", "--trace")]
    public void Options_that_do_not_go_together_are_refused(string said, params string[] arguments)
    {
        var (code, _, error) = Run(arguments);

        Assert.NotEqual(0, code);
        Assert.Contains(said, error, StringComparison.Ordinal);
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments) =>
        CommandRun.Of(EvalEventsCommand.Create(), arguments);
}
