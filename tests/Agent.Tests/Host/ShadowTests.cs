using SocialCredit.Edge.Agent.Tests.Inference;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>Another model or other rules on the same frames: compared, never counted, and only the difference is told.</summary>
public sealed class ShadowTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("shadow: {}", "cameras[0].shadow: names neither a model nor rules.")]
    [InlineData("shadow: {behaviours: {elsewhere: {passage: {}}}}", "cameras[0].shadow.behaviours.elsewhere: is no zone of this camera. Its zones: test-zone.")]
    [InlineData("shadow: {behaviours: {test-zone: {wrong_way: {area: road}}}}", "cameras[0].shadow.behaviours.test-zone.wrong_way.area: 'road' is not drawn in this zone.")]
    public void A_shadow_is_checked_like_what_is_in_force(string shadow, string fault)
    {
        AgentConfiguration.Load(Write(shadow), out var faults);

        Assert.Contains(fault, Assert.Single(faults).ToString());
    }

    [Fact]
    public async Task What_is_in_force_counts_the_same_with_another_model_beside_it()
    {
        var pictures = ClipPictures.Write(Path.Combine(TestPaths.NewFolder(), "pictures"), 60);

        var alone = await ReplayAsync(pictures, TestConfigurations.Write());
        var beside = await ReplayAsync(pictures, Write("workers: 2\n    shadow: {model: street-480}"));

        Assert.NotEmpty(alone.Events);
        Assert.Equal(alone.Events, beside.Events);
        Assert.DoesNotContain("Shadow:", alone.Printed);
        Assert.Contains("Shadow: test-zone passage: ", beside.Printed);
        output.WriteLine(beside.Printed);
    }

    [Fact]
    public async Task The_same_model_differs_by_nothing_and_a_rule_left_out_by_all_that_it_counts()
    {
        var pictures = ClipPictures.Write(Path.Combine(TestPaths.NewFolder(), "pictures"), 60);

        var same = await ReplayAsync(pictures, TestConfigurations.Write(), "--shadow-model", "street-320");
        var without = await ReplayAsync(pictures, Write("shadow: {behaviours: {test-zone: {wrong_way: {area: lane}}}}"));

        Assert.Contains("Shadow: test-zone passage: no difference", same.Printed);
        var passages = same.Events.Split('\n').Count(line => line.Contains(",passage,", StringComparison.Ordinal));
        Assert.True(passages > 0);
        Assert.Contains($"Shadow: test-zone passage: {passages} fewer", without.Printed);
    }

    [Fact]
    public void A_difference_is_told_only_as_it_stood_when_thirty_more_had_passed()
    {
        var difference = new ShadowDifference(TestConfigurations.Load().Options.Cameras[0]);
        var (inForce, shadow) = (difference.InForce(new Nowhere()), difference.Shadow);
        void See(int id, bool isWrong)
        {
            inForce.Observe(Frame(id, "passage"));
            shadow.Observe(isWrong ? Frame(id, "passage", "wrong_way") : Frame(id, "passage"));
        }

        for (var i = 0; i < 29; i++)
            See(i, isWrong: i == 3);
        Assert.Empty(difference.Lines);
        See(29, isWrong: false);
        string[] told = ["test-zone passage: no difference", "test-zone wrong_way: 1 more"];
        Assert.Equal(told, difference.Lines);
        See(30, isWrong: true);

        Assert.Equal(told, difference.Lines);
        Assert.Contains("test-zone wrong_way: 2 more", difference.AllLines());
    }

    [Fact]
    public async Task The_running_agent_tells_its_owner_alone_and_takes_it_away_at_its_end()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var difference = new ShadowDifference(TestConfigurations.Load().Options.Cameras[0]);
        var name = $"test-device.{Path.GetRandomFileName()}";
        Assert.SkipWhen(ShadowFile.PathOf(name) is null, "There is no RAM-backed /dev/shm here.");
        var path = ShadowFile.PathOf(name)!;
        var file = new ShadowFile(name, difference, time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        var (inForce, shadow) = (difference.InForce(new Nowhere()), difference.Shadow);
        for (var i = 0; i < ShadowDifference.PassagesMin; i++)
        {
            inForce.Observe(Frame(i, "passage"));
            shadow.Observe(Frame(i, "passage"));
        }

        time.Advance(TimeSpan.FromSeconds(10));
        await Eventually.TrueAsync(() => File.Exists(path), "the differences are written");

        Assert.Equal("test-zone passage: no difference\n", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        file.Dispose();
        Assert.False(File.Exists(path));
    }

    private static SeenFrame Frame(int id, params string[] behaviours) =>
        new(id, new Scene(), [[.. behaviours.Select(name => new BehaviourEvent(name, id))]], IsWatching: true);

    private static string Write(string line) =>
        TestConfigurations.Write(TestConfigurations.Agent.Replace("aspect: 4:3", $"aspect: 4:3\n    {line}", StringComparison.Ordinal));

    private static async Task<(string Events, string Printed)> ReplayAsync(string clip, string config, params string[] more)
    {
        var events = Path.Combine(TestPaths.NewFolder(), "events.csv");
        var (exitCode, printed) = await EdgeProgram.RunAsync(["replay", clip, "--config", config, "--models", TestModels.Folder, "--events-out", events, .. more]);
        Assert.True(exitCode == 0, printed);
        return (await File.ReadAllTextAsync(events), printed);
    }

    private sealed class Nowhere : IFrameObserver
    {
        public void Observe(in SeenFrame frame)
        {
            // What comes after does not matter here.
        }

        public void Finish()
        {
            // Nor here.
        }
    }
}
