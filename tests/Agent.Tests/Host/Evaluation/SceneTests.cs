using System.Globalization;
using System.Text.Json;
using SocialCredit.Edge.Behaviour;
using SocialCredit.Edge.Behaviour.Rules;
using SocialCredit.Edge.Host.Evaluation.Events;
using SocialCredit.Edge.Host.Evaluation.Scenes;

namespace SocialCredit.Edge.Agent.Tests.Host.Evaluation;

/// <summary>How well every behaviour is seen on scripted scenes, many seeds each, by the agent's own tracker and rules.</summary>
public sealed class SceneTests(ITestOutputHelper output)
{
    /// <summary>What the bars are stated for; a quick look at fewer is for whoever works on a rule.</summary>
    private const int SeedsUsual = 200;

    private static int Seeds =>
        int.TryParse(Environment.GetEnvironmentVariable("SCE_SCENE_SEEDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var seeds) ? seeds : SeedsUsual;

    public static TheoryData<string> Names() => SceneFiles.Names();

    [Theory]
    [MemberData(nameof(Names))]
    public void A_behaviour_is_seen_through_the_noise_of_a_detector(string name)
    {
        var set = SceneFiles.Load(name);

        var result = set.Evaluate(1..Seeds, new DetectorNoise());

        foreach (var score in result.Scores)
        {
            output.WriteLine(Line(score));
            Assert.True(SceneFiles.F1Min.TryGetValue(score.Behaviour, out var bar), $"{score.Behaviour} has no bar");
            Assert.True(score.F1 >= bar, $"{Line(score)} is below {bar}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Without_noise_every_play_is_seen_as_it_was_written(string name)
    {
        // One play after another: who comes where somebody has just gone is the same to any tracker.
        var scene = SceneFiles.Load(name).Scenes[0].Scene;
        var set = new SceneSet([(name, scene with { GapSeconds = new Spread(4, 6) })]);

        var result = set.Evaluate(1..30, DetectorNoise.None);

        Assert.All(result.Scores, score => Assert.True(score.Truth > 0 && score.F1 == 1, $"{Line(score)}, seeds {string.Join(", ", result.Wrong.Select(w => w.Seed))}"));
    }

    [Fact]
    public void Every_behaviour_with_a_bar_has_a_scene() =>
        Assert.Empty(SceneFiles.F1Min.Keys.Except(Names().SelectMany(name => SceneFiles.Load(name.Data).Scenes[0].Scene.Zone.Behaviours.Keys)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_play_of_a_scene_is_given(string name)
    {
        var scene = SceneFiles.Load(name).Scenes[0].Scene;

        var given = Enumerable.Range(1, 100).SelectMany(seed => ScenePlay.Draw(scene, seed).Casts).Select(cast => cast.Name).Distinct();

        Assert.Equal(scene.Casts.Keys.Order(), given.Order());
    }

    [Fact]
    public void The_same_seed_gives_the_same_events_and_another_one_others()
    {
        var scene = SceneFiles.Load("passage").Scenes[0].Scene;

        var once = Events(scene, 7);
        var again = Events(scene, 7);
        var other = Events(scene, 8);

        Assert.Equal(once, again);
        Assert.NotEqual(once, other);
    }

    [Fact]
    public void Another_noise_leaves_the_play_as_it_was()
    {
        var scene = SceneFiles.Load("red_crossing").Scenes[0].Scene;

        var play = ScenePlay.Draw(scene, 3);
        SceneRun.Of(scene, new DetectorNoise(), 3, play);
        var again = ScenePlay.Draw(scene, 3);

        Assert.Equal(play.Truth, again.Truth);
        Assert.Equal(play.Changes, again.Changes);
    }

    [Fact]
    public void A_wrong_threshold_misses_the_bar()
    {
        var scene = SceneFiles.Load("red_crossing").Scenes[0].Scene;
        var right = (RedCrossingRule.Options)scene.Zone.Behaviours["red_crossing"];
        var wrong = scene with
        {
            Zone = scene.Zone with { Behaviours = new Dictionary<string, RuleOptions> { ["red_crossing"] = right with { WidthShareMin = 0.25f, GraceSeconds = 0 } } },
        };

        var result = new SceneSet([("red_crossing", wrong)]).Evaluate(1..40, new DetectorNoise());

        Assert.InRange(result.Scores[0].F1, 0.3, SceneFiles.F1Min["red_crossing"] - 0.05);
    }

    [Fact]
    public void Much_more_noise_than_was_measured_costs_recall()
    {
        var set = SceneFiles.Load("line_passage");

        var usual = set.Evaluate(1..20, new DetectorNoise()).Scores[0];
        var blind = set.Evaluate(1..20, new DetectorNoise { MissShare = [0.7, 0.9, 0.9], MissSeconds = 2 }).Scores[0];

        Assert.True(blind.Recall < usual.Recall - 0.1, $"{blind.Recall} after {usual.Recall}");
    }

    [Fact]
    public void Every_behaviour_that_has_a_bar_has_a_scene()
    {
        var set = SceneSet.Load(SceneFiles.Folder, behaviour: null, out var faults);

        Assert.Empty(faults);
        Assert.Empty(SceneFiles.F1Min.Keys.Except(set!.Scenes.SelectMany(s => s.Scene.Zone.Behaviours.Keys)));
    }

    private static byte[] Events(SceneFile scene, int seed) =>
        JsonSerializer.SerializeToUtf8Bytes(SceneRun.Of(scene, new DetectorNoise(), seed, ScenePlay.Draw(scene, seed)));

    private static string Line(EventScores score) => string.Create(
        CultureInfo.InvariantCulture,
        $"{score.Behaviour}: true {score.Truth}, seen {score.Seen}, hits {score.Hits}, precision {score.Precision:0.000}, recall {score.Recall:0.000}, F1 {score.F1:0.000}, false/h {score.FalsePerHour:0.0}");
}
