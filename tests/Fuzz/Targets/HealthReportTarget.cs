using System.Text;
using CsCheck;
using NJsonSchema;
using SocialCredit.Edge.Agent.Tests.Contract;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Fuzz.Structured;

namespace SocialCredit.Edge.Fuzz.Targets;

/// <summary>What a sink reads as a device's report of its health: closed words, one length, no room for anything else.</summary>
internal sealed class HealthReportTarget : FuzzTarget
{
    private static readonly JsonSchema Schema = JsonSchema.FromJsonAsync(RemoteSchemas.Health).GetAwaiter().GetResult();

    private static HealthReport Good => Reports.Health;

    public override IReadOnlyList<string> Words =>
    [
        "\"cameras\":[", "\"outbox\":{", "\"attention\":[", "\"trouble\":\"", "\"coverage\":", "\"model\":\"", "\"certificateDays\":null", "\"at\":\"", "9999-12-31T23:00:00Z", "\"software\":\"", "\"pad\":\"",
        "0000000000000000", "999999999", "null", "\\u0061", "\\ud800", "},{", "[[[[",
    ];

    public override Gen<byte[]> Nearly { get; } = JsonTricks.On(Gen.OneOf(
        Gen.Const(Encoding.UTF8.GetString(HealthReportJson.Encode(Good))),
        Gen.Const(Encoding.UTF8.GetString(HealthReportJson.Encode(Good with { Cameras = [Good.Cameras[0]], Attention = [], CertificateDays = null })))));

    public override bool Judge(byte[] input)
    {
        var isAccepted = HealthReportJson.TryDecode(input, out var report, out var reason);
        Demand(isAccepted == (report is not null) && isAccepted == (reason.Length == 0), "report, reason and answer contradict each other.");
        Demand(!reason.Any(char.IsControl), "its reason repeats the payload.");
        if (report is null)
            return false;
        Demand(HealthReportJson.Encode(report).AsSpan().SequenceEqual(input), "written again it has other bytes.");
        var faults = Schema.Validate(Encoding.UTF8.GetString(input));
        Demand(faults.Count == 0, $"the schema says {faults.FirstOrDefault()}");
        return true;
    }
}
