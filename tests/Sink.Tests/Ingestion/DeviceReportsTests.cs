using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;
using static SocialCredit.Edge.Sink.Tests.Storage.RecordFixtures;

namespace SocialCredit.Edge.Sink.Tests.Ingestion;

/// <summary>How devices are, over real MQTT into a real store and out over HTTP.</summary>
public sealed class DeviceReportsTests(ITestOutputHelper output)
{
    /// <summary>The sink's clock stands here, thirty hours after the fixtures' noon.</summary>
    private static readonly DateTimeOffset Now = Noon.AddHours(30);

    private static readonly DateTimeOffset Hour = new(Now.UtcTicks - Now.UtcTicks % TimeSpan.TicksPerHour, TimeSpan.Zero);

    [Fact]
    public async Task A_report_is_shown_with_what_to_do_for_each_of_its_words()
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync();
        using var http = new HttpClient { BaseAddress = sink.Address };
        Assert.Equal("unknown", (await HealthAsync(http)).GetProperty("state").GetString());

        await SayAsync(device, Report() with { Attention = [Attention.CameraBlind, Attention.OutboxParked] });
        await Eventually.TrueAsync(async () => (await HealthAsync(http)).GetProperty("state").GetString() == "attention", "the report is shown");

        var shown = await HealthAsync(http);
        Assert.Equal(12, shown.GetProperty("report").GetProperty("outbox").GetProperty("depth").GetInt32());
        Assert.Equal(2, shown.GetProperty("toDo").GetArrayLength());
        Assert.Contains("Look at the broker's access list", shown.GetProperty("toDo")[1].GetString(), StringComparison.Ordinal);
        var page = WebUtility.HtmlDecode(await http.GetStringAsync("/devices/camera-1"));
        Assert.Contains("Needs attention", page, StringComparison.Ordinal);
        Assert.Contains("A camera does not see (south: NoFrames)", page, StringComparison.Ordinal);
        await SayAsync(device, Report());
        await Eventually.TrueAsync(async () => (await HealthAsync(http)).GetProperty("state").GetString() == "ok", "all is well again");
    }

    [Theory]
    [InlineData(0, "ok")]
    [InlineData(-1, "ok")]
    [InlineData(-3, "unknown")]
    [InlineData(-200, "unknown")]
    public async Task A_report_that_is_old_says_nothing_whenever_it_came(int hours, string state)
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync();
        using var http = new HttpClient { BaseAddress = sink.Address };

        await SayAsync(device, Report(hours));
        await Eventually.TrueAsync(async () => (await HealthAsync(http)).GetProperty("report").ValueKind == JsonValueKind.Object, "the report is there");

        Assert.Equal(state, (await HealthAsync(http)).GetProperty("state").GetString());
    }

    [Theory]
    [InlineData("unsigned or by another key", RefusalReason.Report)]
    [InlineData("as another type", RefusalReason.Report)]
    [InlineData("of another device", RefusalReason.Report)]
    [InlineData("older than the one that is there", RefusalReason.TooOld)]
    [InlineData("from the future", RefusalReason.Future)]
    [InlineData("oversized", RefusalReason.Oversized)]
    [InlineData("in another form", RefusalReason.Unreadable)]
    [InlineData("of a device that nobody knows", RefusalReason.Uncovered)]
    public async Task An_attack_is_refused_and_changes_nothing(string attack, RefusalReason reason)
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync();
        await using var stranger = await sink.DeviceAsync("camera-2", hasManifest: false);
        using var http = new HttpClient { BaseAddress = sink.Address };
        await SayAsync(device, Report());
        await Eventually.TrueAsync(async () => (await HealthAsync(http)).GetProperty("state").GetString() == "ok", "the good one is there");
        var (topic, good) = (Topics.Health("camera-1"), HealthReportJson.Encode(Report()));

        await (attack switch
        {
            "unsigned or by another key" => device.SaySignedAsync(topic, HealthReport.PayloadType, HealthReportJson.Encode(Report() with { UptimeHours = 1 }), "mallory"),
            "as another type" => device.SaySignedAsync(topic, CommandAnswer.PayloadType, good),
            "of another device" => device.SaySignedAsync(topic, HealthReport.PayloadType, HealthReportJson.Encode(Report() with { Device = "camera-2" })),
            "older than the one that is there" => SayAsync(device, Report(-1) with { UptimeHours = 1 }),
            "from the future" => SayAsync(device, Report(1) with { UptimeHours = 1 }),
            "oversized" => device.SaySignedAsync(topic, HealthReport.PayloadType, new byte[HealthReportJson.BytesMax + 1]),
            "in another form" => device.SaySignedAsync(topic, HealthReport.PayloadType, [(byte)' ', .. good]),
            _ => stranger.SaySignedAsync(Topics.Health("camera-2"), HealthReport.PayloadType, HealthReportJson.Encode(Report() with { Device = "camera-2" })),
        });
        await Eventually.TrueAsync(() => sink.Refused(reason) == 1, "it is refused");

        Assert.Equal(41, (await HealthAsync(http)).GetProperty("report").GetProperty("uptimeHours").GetInt32());
        output.WriteLine($"{attack}: refused, {reason}");
    }

    [Fact]
    public async Task A_device_that_was_never_heard_has_no_health()
    {
        await using var sink = await RunningSink.StartAsync();
        using var http = new HttpClient { BaseAddress = sink.Address };

        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri("/api/devices/nobody/health", UriKind.Relative))).StatusCode);
    }

    private static HealthReport Report(int hours = 0) => new()
    {
        Site = "plaza-7",
        Device = "camera-1",
        At = Hour.AddHours(hours),
        Software = "1.0.0",
        UptimeHours = 41,
        Policy = "p-2026.3",
        Cameras =
        [
            new() { Camera = "north", Trouble = HealthTrouble.None, Coverage = 10, Model = new string('a', 64), Calibration = "c-17" },
            new() { Camera = "south", Trouble = HealthTrouble.NoFrames, Coverage = 0, Model = new string('b', 64), Calibration = "c-3" },
        ],
        Outbox = new() { Depth = 12, OldestHours = 2, Parked = 1, Refusing = false, Dropped = 0, Lost = 0, GivenUp = 0 },
        ClockSteps = 0,
        SensorsUnknown = 0,
        CertificateDays = null,
        Attention = [],
    };

    private static async Task SayAsync(TestDevice device, HealthReport report) =>
        await device.SaySignedAsync(Topics.Health(device.Name), HealthReport.PayloadType, HealthReportJson.Encode(report));

    private static async Task<JsonElement> HealthAsync(HttpClient http)
    {
        var address = new Uri("/api/devices/camera-1/health", UriKind.Relative);

        // Until its manifest is taken nobody knows the device.
        await Eventually.TrueAsync(
            async () =>
            {
                using var answer = await http.GetAsync(address);
                return answer.IsSuccessStatusCode;
            },
            "the device is known");
        return await http.GetFromJsonAsync<JsonElement>(address);
    }
}
