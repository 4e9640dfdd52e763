using System.Text.Json;
using MQTTnet;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Tests.Ingestion;
using SocialCredit.Edge.Sink.Tests.Storage;

namespace SocialCredit.Edge.Sink.Tests.Serving;

/// <summary>What Home Assistant is told over a real broker, and what it may read there.</summary>
public sealed class HomeAssistantTests
{
    private const string Config = "homeassistant/sensor/sce_crossing-north/score/config";

    [Fact]
    public async Task A_zone_and_its_device_are_told_retained_and_the_topics_named_in_it_carry_the_values()
    {
        await using var sink = await RunningSink.StartAsync("homeAssistant: {prefix: homeassistant, user: home}\n");
        sink.Store.Ingest([RecordFixtures.Incoming(RecordFixtures.Record())]);
        await using var again = await RunningSink.StartAsync($"homeAssistant: {{prefix: homeassistant, user: home}}\nstore: {{sqlite: {Path.Combine(sink.Folder, "sink.db")}}}\n");
        await using var home = new TestDevice("home");
        await home.ConnectAsync(again.Port);

        foreach (var filter in (string[])["homeassistant/#", Topics.AllHealth, Topics.State("+"), Topics.PublicScore("crossing-north")])
            Assert.Equal(MqttClientSubscribeResultCode.GrantedQoS1, await home.SubscribeAsync(filter));
        using var told = JsonDocument.Parse(await home.HearAsync(Config, payload => payload.Length > 0));
        using var health = JsonDocument.Parse(await home.HearAsync("homeassistant/binary_sensor/sce_camera-1/health/config", payload => payload.Length > 0));
        var topic = told.RootElement.GetProperty("state_topic").GetString()!;
        using var value = JsonDocument.Parse(await home.HearAsync(topic, payload => payload.Length > 0));

        Assert.Equal(Topics.PublicScore("crossing-north"), topic);
        foreach (var field in (string[])["score", "halfWidth", "grade", "policy", "asOf", "explanation"])
            Assert.True(value.RootElement.TryGetProperty(field, out _), field);
        Assert.Equal(Topics.Health("camera-1"), health.RootElement.GetProperty("state_topic").GetString());
        Assert.Equal(Topics.State("camera-1"), health.RootElement.GetProperty("availability_topic").GetString());
    }

    [Fact]
    public async Task Without_the_configuration_nothing_is_told_and_a_device_never_reads_what_is()
    {
        await using var sink = await RunningSink.StartAsync("homeAssistant: {prefix: homeassistant, user: home}\n");
        await using var silent = await RunningSink.StartAsync();
        await using var device = new TestDevice("camera-1");
        await device.ConnectAsync(sink.Port);
        await using var home = new TestDevice("home");
        await home.ConnectAsync(silent.Port);

        Assert.Equal(MqttClientSubscribeResultCode.NotAuthorized, await device.SubscribeAsync("homeassistant/#"));
        Assert.Equal(MqttClientSubscribeResultCode.NotAuthorized, await device.SubscribeAsync(Topics.AllHealth));
        Assert.Equal(MqttClientSubscribeResultCode.NotAuthorized, await home.SubscribeAsync("homeassistant/#"));
    }

    [Fact]
    public void Mosquitto_lets_the_sink_tell_and_Home_Assistant_read_and_nobody_else()
    {
        var roll = new BrokerRoll { KeyIds = new Dictionary<string, string> { ["edge-01"] = "key" }, Discovery = new DiscoveryReader("ha", "home") };

        var blocks = MosquittoFiles.Access(roll, "sink").Split("\nuser ");

        Assert.Contains("topic write ha/#", blocks.Single(block => block.StartsWith("sink\n", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(
            ["topic read ha/#", "topic read sce/v1/+/health", "topic read sce/v1/+/state", "topic read sce/v1/pub/#"],
            blocks.Single(block => block.StartsWith("home\n", StringComparison.Ordinal)).Trim().Split('\n')[1..]);
        Assert.DoesNotContain("ha/#", blocks.Single(block => block.StartsWith("edge-01\n", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain("#", MosquittoFiles.Access(roll with { Discovery = null }, "sink").Replace("pub/#", "", StringComparison.Ordinal)[1..], StringComparison.Ordinal);
    }
}
