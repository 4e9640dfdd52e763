using MQTTnet;
using SocialCredit.Edge.Contract;
using static SocialCredit.Edge.Sink.Tests.Storage.RecordFixtures;

namespace SocialCredit.Edge.Sink.Tests.Ingestion;

/// <summary>Who may say and hear what at the embedded broker.</summary>
public sealed class EmbeddedBrokerTests
{
    [Fact]
    public async Task A_device_cannot_write_the_topics_of_another()
    {
        await using var sink = await RunningSink.StartAsync();
        await using var thief = await sink.DeviceAsync("camera-2");
        await using var device = await sink.DeviceAsync();

        var spoofed = await thief.SendAsync(Record(sequence: 1, red: 99), Topics.Events("camera-1"), "/site/plaza-7/device/camera-1");
        await device.SendAsync(Record(hour: 1, sequence: 2));
        var received = await device.HearReceivedAsync(received => received.Highest == 2);

        Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, spoofed.ReasonCode);
        Assert.False(received.Covers(1));
    }

    [Theory]
    [InlineData("sce/v1/camera-1/received")]
    [InlineData("sce/v1/camera-1/cmd")]
    [InlineData("sce/v1/policy/active")]
    [InlineData("sce/v1/pub/crossing-north/score")]
    [InlineData("anything")]
    public async Task What_the_sink_says_no_device_can_say(string topic)
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync();

        Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, (await device.SendAsync(topic, [1])).ReasonCode);
    }

    [Theory]
    [InlineData("sce/v1/camera-1/health")]
    [InlineData("sce/v1/camera-1/state")]
    [InlineData("sce/v1/camera-1/manifest")]
    public async Task A_device_writes_its_own_topics(string topic)
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync();

        Assert.True((await device.SendAsync(topic, [1])).IsSuccess);
    }

    [Theory]
    [InlineData("sce/v1/+/events", false)]
    [InlineData("sce/v1/camera-2/events", false)]
    [InlineData("sce/v1/camera-2/received", false)]
    [InlineData("#", false)]
    [InlineData("$share/sink/sce/v1/+/events", false)]
    [InlineData("sce/v1/camera-1/cmd", true)]
    [InlineData("sce/v1/policy/active", true)]
    [InlineData("sce/v1/pub/crossing-north/score", true)]
    public async Task A_device_hears_what_is_meant_for_it(string filter, bool may)
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync();

        Assert.Equal(may, await device.SubscribeAsync(filter) == MqttClientSubscribeResultCode.GrantedQoS1);
    }

    [Theory]
    [InlineData("sink", null)]
    [InlineData("sink", "guess")]
    [InlineData("Not A Name", null)]
    [InlineData("policy", null)]
    [InlineData("simulated-city", null)]
    [InlineData("camera-1", "user-of-another-name")]
    public async Task Nobody_connects_under_a_name_that_is_not_a_device(string client, string? user)
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = new TestDevice(client);

        var code = (await device.ConnectAsync(sink.Port, user, "secret")).ResultCode;

        Assert.NotEqual(MqttClientConnectResultCode.Success, code);
    }
}
