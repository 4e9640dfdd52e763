using System.Text.Json;

namespace SocialCredit.Edge.Contract;

/// <summary>The keys of a record's JSON, in the order in which they are written.</summary>
internal static class EventRecordKeys
{
    public static readonly JsonEncodedText Version = JsonEncodedText.Encode("v");
    public static readonly JsonEncodedText Site = JsonEncodedText.Encode("site");
    public static readonly JsonEncodedText Zone = JsonEncodedText.Encode("zone");
    public static readonly JsonEncodedText Start = JsonEncodedText.Encode("start");
    public static readonly JsonEncodedText Seconds = JsonEncodedText.Encode("seconds");
    public static readonly JsonEncodedText Status = JsonEncodedText.Encode("status");
    public static readonly JsonEncodedText Coverage = JsonEncodedText.Encode("coverage");
    public static readonly JsonEncodedText Passages = JsonEncodedText.Encode("passages");
    public static readonly JsonEncodedText Counts = JsonEncodedText.Encode("counts");
    public static readonly JsonEncodedText Profile = JsonEncodedText.Encode("profile");
    public static readonly JsonEncodedText Policy = JsonEncodedText.Encode("policy");
    public static readonly JsonEncodedText Calibration = JsonEncodedText.Encode("calibration");
    public static readonly JsonEncodedText Sequence = JsonEncodedText.Encode("sequence");
    public static readonly JsonEncodedText Pad = JsonEncodedText.Encode("pad");

    public static readonly JsonEncodedText[] InOrder =
    [
        Version, Site, Zone, Start, Seconds, Status, Coverage, Passages, Counts, Profile, Policy, Calibration, Sequence, Pad,
    ];
}
