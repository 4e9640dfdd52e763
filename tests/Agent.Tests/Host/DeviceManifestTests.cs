using System.Text.RegularExpressions;
using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Host;
using SocialCredit.Edge.Host.Commands;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Agent.Tests.Host.Evaluation;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>The manifest is made of what the records are made of.</summary>
public sealed class DeviceManifestTests
{
    private static readonly DateOnly Today = new(2026, 11, 22);

    private static readonly ModelStore Models = new([Path.Combine(TestPaths.Root, "models")], Path.Combine(Path.GetTempPath(), "no-models"));

    private static readonly string PublicKey = TestManifests.Example.Key;

    private static readonly string Standard = TestConfigurations.Agent
        .Replace("profile: demo", "profile: standard", StringComparison.Ordinal)
        .Replace("windowSeconds: 10", "windowSeconds: 3600\n        place: crossing\n        tracksPerPerson: 1.8", StringComparison.Ordinal);

    [Fact]
    public void It_states_the_terms_by_which_the_records_are_made()
    {
        var manifest = DeviceManifest.Of(TestConfigurations.Load(Standard), Models, PublicKey, Today);

        var zone = Assert.Single(manifest.Zones);
        Assert.Equal(("test-zone", 3600, "p-test", "c-0"), (zone.Zone, zone.WindowSeconds, zone.Policy, zone.Calibration));
        Assert.Equal(["wrong_way", "stop_keep_clear"], zone.Behaviours);
        Assert.Empty(zone.Episodes);
        Assert.Equal((1.8m, 36L, 70L, 0.4m, 0.6m), (zone.TracksPerPerson, zone.PassagesMin, zone.NoisedPassagesMin, zone.EpsilonPassages, zone.EpsilonCounts));
        Assert.Equal((120, 720), (manifest.PublishSecondsMin, manifest.PublishSecondsMax));
        Assert.Equal(Models.Find("street-320").Manifest.Sha256, Assert.Single(manifest.Models).Sha256);
        Assert.True(PrivacyManifestJson.TryDecode(PrivacyManifestJson.Encode(manifest), out _, out var reason), reason);
    }

    [Fact]
    public void In_demo_it_claims_neither_noise_nor_threshold()
    {
        var manifest = DeviceManifest.Of(TestConfigurations.Load(), Models, PublicKey, Today);

        Assert.Equal((0L, 0L, null, null), (manifest.Zones[0].PassagesMin, manifest.Zones[0].NoisedPassagesMin, manifest.Zones[0].EpsilonPassages, manifest.Zones[0].EpsilonCounts));
        Assert.True(PrivacyManifestJson.TryDecode(PrivacyManifestJson.Encode(manifest), out _, out var reason), reason);
    }

    [Theory]
    [InlineData(PrivacyProfile.Standard, 3600)]
    [InlineData(PrivacyProfile.Strict, 86400)]
    [InlineData(PrivacyProfile.Demo, 10)]
    public void It_covers_what_the_anonymiser_makes_and_the_outbox_writes(PrivacyProfile profile, int seconds)
    {
        var configuration = TestConfigurations.Load(TestConfigurations.Agent
            .Replace("profile: demo", $"profile: {profile.ToString().ToLowerInvariant()}", StringComparison.Ordinal)
            .Replace("windowSeconds: 10", $"windowSeconds: {seconds}\n        place: crossing", StringComparison.Ordinal));
        var manifest = DeviceManifest.Of(configuration, Models, PublicKey, Today);
        List<LeavingWindow> left = [];
        var section = configuration.Options.Cameras[0];
        var exit = new CameraExit(section, configuration, (DateTimeOffset.UnixEpoch, true), new OsRandom(), left.Add);

        exit.Tick(DateTimeOffset.UnixEpoch.AddSeconds(seconds + 60));

        var record = left[0].Anonymiser.Release(left[0].Window);
        var payload = EventRecordJson.Encode(record with { Sequence = 1 }, configuration.RecordBytes);
        Assert.Null(manifest.Uncovered(record, payload.Length));
    }

    [Fact]
    public void A_camera_that_is_switched_off_keeps_its_zones_and_brings_no_model()
    {
        var manifest = DeviceManifest.Of(
            TestConfigurations.Load(Standard.Replace("source: clip.avi", "source: clip.avi\n    enabled: false", StringComparison.Ordinal)), Models, PublicKey, Today);

        Assert.Single(manifest.Zones);
        Assert.Empty(manifest.Models);
    }

    [Fact]
    public void The_catalogue_calls_exactly_those_episodes_that_the_rules_count_as_such()
    {
        var rules = Directory.GetFiles(Path.Combine(TestPaths.Root, "agent", "Behaviour", "Rules"), "*Rule.cs");
        var episodes = rules.Where(path => File.ReadAllText(path).Contains("BehaviourEvent.Episode(", StringComparison.Ordinal))
            .Select(path => Regex.Replace(Path.GetFileName(path)[..^"Rule.cs".Length], "(?<!^)([A-Z])", "_$1").ToLowerInvariant());

        Assert.Equal(episodes.Order(), Behaviours.All.Where(behaviour => behaviour.IsEpisode).Select(behaviour => behaviour.Name).Order());
    }

    [Fact]
    public void More_zones_than_a_manifest_holds_and_a_policy_without_a_version_are_faults_of_the_configuration()
    {
        var zone = Standard[Standard.IndexOf("      - name: test-zone", StringComparison.Ordinal)..];
        var many = Standard + string.Concat(Enumerable.Range(0, 64).Select(i => "\n" + zone.Replace("test-zone", $"zone-{i:00}", StringComparison.Ordinal)));

        Assert.Null(AgentConfiguration.Load(TestConfigurations.Write(many, TestConfigurations.Policy.Replace("p-test", "Ours 1", StringComparison.Ordinal)), out var faults));

        Assert.Contains(faults, fault => fault.ToString().Contains("have 65 zones; a device's manifest holds 64", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.ToString().Contains("'Ours 1' is not a version", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_command_prints_it_in_words_and_as_the_bytes_that_are_published()
    {
        var path = TestConfigurations.Write(Standard);
        var state = Path.Combine(Path.GetDirectoryName(path)!, "state");
        var models = Path.Combine(TestPaths.Root, "models");
        var (before, words) = await EdgeProgram.RunAsync("privacy", "manifest", "--config", path, "--models", models);
        var (noKey, why) = await EdgeProgram.RunAsync("privacy", "manifest", "--config", path, "--models", models, "--json");
        Assert.Equal((0, 1), (before, noKey));
        Assert.Contains("at least 36 tracks passed (1.8 for one person) and at least 70", words, StringComparison.Ordinal);
        Assert.Contains("the agent makes it at its first start", why, StringComparison.Ordinal);
        Assert.False(Directory.Exists(state));

        using var key = DeviceKey.OpenOrMake(state);
        var configuration = AgentConfiguration.Load(path, out _)!;
        var made = DeviceManifest.Of(configuration, new ModelStore([models], models), key.PublicKey, Today);
        var published = new ManifestShelf(state, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance).PutInForce(made, key, isNothingWaiting: true);
        var (code, printed) = await EdgeProgram.RunAsync("privacy", "manifest", "--config", path, "--models", models, "--json");

        Assert.Equal(0, code);
        Assert.Equal(System.Text.Encoding.UTF8.GetString(published.All[^1].Payload.Span), printed);
    }

    [Fact]
    public void The_command_explains_itself()
    {
        var (code, output, _) = CommandRun.Of(new System.CommandLine.RootCommand { PrivacyCommand.Create() }, ["privacy", "manifest", "--help"]);

        Assert.Equal(0, code);
        Assert.Contains("edge privacy manifest --config edge.yaml --json > manifest.json", output, StringComparison.Ordinal);
    }
}
