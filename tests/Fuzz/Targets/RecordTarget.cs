using System.Text;
using CsCheck;
using SocialCredit.Edge.Agent.Tests.Contract;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Fuzz.Structured;

namespace SocialCredit.Edge.Fuzz.Targets;

/// <summary>What a device sends: the sink's parser of records.</summary>
internal sealed class RecordTarget : FuzzTarget
{
    /// <summary>Records that keep the contract, as text, shortly padded.</summary>
    internal static Gen<string> Good { get; } =
        Records.Any.Select(record => Encoding.UTF8.GetString(EventRecordJson.Encode(record, 1536)).Replace(new string('0', 64), "", StringComparison.Ordinal));

    internal static IReadOnlyList<string> Keys { get; } =
    [
        "\"v\":1", "\"site\":", "\"zone\":", "\"start\":", "\"seconds\":", "\"status\":\"ok\"", "\"coverage\":", "\"passages\":", "\"counts\":{", "\"profile\":",
        "\"policy\":", "\"calibration\":", "\"sequence\":", "\"pad\":\"", "\"low\"", "\"lost\"", "\"off\"", "\"standard\"", "\"strict\"", "\"demo\"", "red_crossing",
        "waited_on_red", "wrong_way", "T09:00:00Z", "9999-12-31T", "1969-12-31T", "\\u0061", "null", "},", ",\"", "[[[[",
    ];

    public override IReadOnlyList<string> Words => Keys;

    public override Gen<byte[]> Nearly { get; } = JsonTricks.On(Good);

    public override bool Judge(byte[] input)
    {
        var isAccepted = EventRecordJson.TryDecode(input, out var record, out var reason);
        Demand(isAccepted == (record is not null) && isAccepted == (reason.Length == 0), "record, reason and answer contradict each other.");
        if (record is null)
            return false;
        Demand(input.Length <= EventRecordJson.BytesMax, "it is too long.");
        var fault = SlowRecordJudge.Fault(input);
        Demand(fault is null, fault ?? "");
        var again = EventRecordJson.TryDecode(EventRecordJson.Encode(record, EventRecordJson.BytesMax), out var same, out _);
        Demand(again && same == record, "written again it is another.");
        return true;
    }
}
