using System.Text;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Tests.Storage;

/// <summary>Records of one hour each, made by hand.</summary>
internal static class RecordFixtures
{
    public const int LengthBytes = 512;

    public static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static EventRecord Record(string zone = "crossing-north", int hour = 0, uint sequence = 1, long red = 3) => new()
    {
        Site = "plaza-7",
        Zone = zone,
        Start = Noon.AddHours(hour),
        Seconds = 3600,
        Status = RecordStatus.Ok,
        Coverage = 9,
        Passages = 200,
        Counts = [new("red_crossing", red), new("waited_on_red", 41)],
        Profile = PrivacyProfile.Standard,
        Policy = "p-2026.3",
        Calibration = "c-17",
        Sequence = sequence,
    };

    public static IncomingRecord Incoming(EventRecord record, string device = "camera-1", RefusalReason refused = RefusalReason.None) =>
        new(device, record, EventRecordJson.Encode(record, LengthBytes), record.Start.AddSeconds(record.Seconds + 300), refused);

    public static string Text(ReadOnlyMemory<byte> payload) => Encoding.UTF8.GetString(payload.Span);
}
