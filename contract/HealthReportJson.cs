using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SocialCredit.Edge.Contract;

/// <summary>The bytes of a health report: one form only, as that of a manifest, so that nothing can hide in how it is written.</summary>
public static class HealthReportJson
{
    /// <summary>The widest report fits; a longer payload is refused unread.</summary>
    public const int BytesMax = 24 * 1024;

    /// <summary>Lengths are multiples of this.</summary>
    private const int StepBytes = 64;

    private static readonly HealthJson Form =
        new(new JsonSerializerOptions(HealthJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static readonly OneForm<HealthReport> Reader = new("health report", BytesMax, Form.HealthReport, HealthReportRules.Fault, Encode);

    /// <summary>
    /// The length of every report of a device under one configuration: the widest rounded up, every number and version at its longest
    /// and all attention asked for.
    /// </summary>
    /// <param name="site">The device's site.</param>
    /// <param name="device">Its name.</param>
    /// <param name="cameras">The names of its cameras.</param>
    public static int LengthFor(string site, string device, IEnumerable<string> cameras)
    {
        var version = new string('0', Names.LengthMax);
        var widest = new HealthReport
        {
            Site = site,
            Device = device,
            At = DateTimeOffset.UnixEpoch,
            Software = new string('0', 64),
            UptimeHours = HealthReportRules.UptimeMax,
            Policy = version,
            Cameras = [.. cameras.Select(camera => new HealthCamera
            {
                Camera = camera, Trouble = HealthTrouble.NoFrames, Coverage = 10, Model = new string('0', 64), Calibration = version,
            })],
            Outbox = new HealthOutbox
            {
                Depth = HealthReportRules.NumberMax,
                OldestHours = HealthReportRules.SmallMax,
                Parked = HealthReportRules.NumberMax,
                Refusing = false,
                Dropped = HealthReportRules.NumberMax,
                Lost = HealthReportRules.NumberMax,
                GivenUp = HealthReportRules.NumberMax,
            },
            ClockSteps = HealthReportRules.SmallMax,
            SensorsUnknown = HealthReportRules.SensorsMax,
            CertificateDays = HealthReportRules.SmallMax,
            Attention = Enum.GetValues<Attention>(),
        };
        return (Write(widest).Length + StepBytes - 1) / StepBytes * StepBytes;
    }

    /// <summary>The report as UTF-8 JSON on one line, padded to the length of its configuration.</summary>
    /// <exception cref="ArgumentException">It breaks a rule of the contract.</exception>
    public static byte[] Encode(HealthReport report)
    {
        if (HealthReportRules.Fault(report) is { } fault)
            throw new ArgumentException($"This report must not leave the device: {fault}", nameof(report));
        var bare = report with { Pad = "" };
        var length = LengthFor(report.Site, report.Device, report.Cameras.Select(camera => camera.Camera));
        return Write(bare with { Pad = new string('0', length - Write(bare).Length) });
    }

    /// <summary>Reads a payload that may be hostile; false, with the reason, for anything outside the schema or in another form.</summary>
    /// <param name="payload">Any bytes.</param>
    /// <param name="report">The report, or null.</param>
    /// <param name="reason">What is wrong, without any text of the payload; empty if nothing is.</param>
    public static bool TryDecode(ReadOnlySpan<byte> payload, out HealthReport? report, out string reason) => Reader.TryRead(payload, out report, out reason);

    private static byte[] Write(HealthReport report) => JsonSerializer.SerializeToUtf8Bytes(report, Form.HealthReport);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    MaxDepth = 4,
    Converters = [typeof(HealthTroubleWords), typeof(AttentionWords), typeof(HourWords)])]
[JsonSerializable(typeof(HealthReport))]
internal sealed partial class HealthJson : JsonSerializerContext;

/// <summary>A time as <c>2026-11-22T09:00:00Z</c>, whole seconds, and in no other form.</summary>
internal sealed class HourWords : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && WindowStart.TryParse(reader.GetString(), out var at) ? at : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(WindowStart.Format(value));
}
