using System.Text;
using MQTTnet.Exceptions;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Storage;
using static SocialCredit.Edge.Sink.Tests.Storage.RecordFixtures;

namespace SocialCredit.Edge.Sink.Tests.Ingestion;

/// <summary>Single messages that must stop nothing.</summary>
public sealed class HostileMessagesTests
{
    [Fact]
    public async Task A_window_that_ends_after_all_dates_stops_nothing()
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync();
        var start = new DateTimeOffset(9999, 12, 31, 23, 0, 0, TimeSpan.Zero);
        var json = Text(EventRecordJson.Encode(Record(sequence: 1), LengthBytes)).Replace("2026-11-22T12:00:00Z", "9999-12-31T23:00:00Z", StringComparison.Ordinal);

        await device.SendAsync(Topics.Events("camera-1"), Encoding.UTF8.GetBytes(json), "/site/plaza-7/device/camera-1", $"crossing-north:{start.ToUnixTimeSeconds() / 3600}");
        await device.SendAsync(Record(sequence: 2));
        await device.HearReceivedAsync(received => received.Highest == 2);

        Assert.Equal(1, sink.Refused(RefusalReason.Unreadable));
    }

    [Fact]
    public async Task A_message_too_large_for_the_broker_ends_its_connection_and_no_other()
    {
        await using var sink = await RunningSink.StartAsync();
        await using var flood = await sink.DeviceAsync("camera-2");
        await using var device = await sink.DeviceAsync();

        await Assert.ThrowsAnyAsync<MqttCommunicationException>(() => flood.SendAsync(Topics.Events("camera-2"), new byte[(64 * 1024) + 1]));
        await device.SendAsync(Record(sequence: 1));

        await device.HearReceivedAsync(received => received.UpTo == 1);
    }

    [Theory]
    [InlineData("sce/v1/../events")]
    [InlineData("sce/v1/camera-1/../camera-2/events")]
    [InlineData("sce/v1/camera-1%2f..%2fcamera-2/events")]
    [InlineData("sce/v1/camera-1\n/events")]
    [InlineData("sce/v1/camera-1\0/events")]
    [InlineData("sce/v1/Camera-1/events")]
    [InlineData("sce/v1//events")]
    [InlineData("sce/v1/events")]
    [InlineData("sce/v1/+/events")]
    [InlineData("x/sce/v1/camera-1/events")]
    [InlineData("sce/v1/camera-1/events/")]
    public void A_topic_that_is_a_path_names_no_device(string topic) => Assert.Null(Topics.DeviceOfEvents(topic));

    [Theory]
    [InlineData("sce/v1/\u001b[2J\u001b]0;owned\u0007/events", "sce/v1/??2J??0?owned?/events")]
    [InlineData("a\r\nforged line", "a??forged?line")]
    [InlineData("\u009b31m\u202Eevil", "?31m?evil")]
    public void A_name_in_the_log_cannot_speak_to_a_terminal_or_forge_a_line(string name, string shown) => Assert.Equal(shown, LogText.Of(name));
}
