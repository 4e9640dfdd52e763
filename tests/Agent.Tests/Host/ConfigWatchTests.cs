using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SocialCredit.Edge.Host;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Host.Staging;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host;

public sealed class ConfigWatchTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly string _path = TestConfigurations.Write();

    [Fact]
    public void A_valid_new_file_takes_over_once()
    {
        using var watch = Watch();
        File.WriteAllText(_path, TestConfigurations.Agent.Replace("windowSeconds: 10", "windowSeconds: 30", StringComparison.Ordinal));

        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(30, watch.TakeNew()!.Configuration.Options.Cameras[0].Zones[0].WindowSeconds);
        Assert.Null(watch.TakeNew());
    }

    [Fact]
    public void A_faulty_new_file_leaves_the_running_one_in_place()
    {
        using var watch = Watch();
        File.WriteAllText(_path, "site: [");

        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Null(watch.TakeNew());
    }

    [Fact]
    public void A_changed_policy_is_a_change()
    {
        using var watch = Watch();
        var policy = Path.Combine(Path.GetDirectoryName(_path)!, "policy.yaml");
        File.WriteAllText(policy, TestConfigurations.Policy.Replace("p-test", "p-test-2", StringComparison.Ordinal));

        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal("p-test-2", watch.TakeNew()!.Configuration.Policy.Id);
    }

    [Fact]
    public void A_file_that_vanished_leaves_the_running_one_in_place()
    {
        using var watch = Watch();
        File.Delete(_path);

        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Null(watch.TakeNew());
    }

    [Fact]
    public void A_new_file_whose_model_is_missing_leaves_the_running_one_in_place()
    {
        using var watch = Watch();
        File.WriteAllText(_path, TestConfigurations.Agent.Replace("source: clip.avi", "source: clip.avi\n    model: not-there", StringComparison.Ordinal));

        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Null(watch.TakeNew());
    }

    private ConfigWatch Watch()
    {
        var configuration = AgentConfiguration.Load(_path, out _)!;
        var stage = new ConfigurationStage(_path, Path.Combine(TestPaths.Root, "models"), configuration.PathOf("state"), (_time, NullLogger.Instance));
        return new ConfigWatch(stage, stage.Start(configuration)!, _time);
    }
}
