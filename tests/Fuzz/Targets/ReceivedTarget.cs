using CsCheck;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Fuzz.Structured;

namespace SocialCredit.Edge.Fuzz.Targets;

/// <summary>What the sink says that it has: a device forgets the records that it covers, so that a lie or a slip here loses them.</summary>
internal sealed class ReceivedTarget : FuzzTarget
{
    private static readonly Gen<string> Good = Gen.Select(Gen.UInt[0, 40], Gen.UInt[0, 9].Array[0, 12]).Select((upTo, steps) =>
    {
        var gaps = new List<uint[]>();
        var highest = upTo;
        foreach (var step in steps)
        {
            gaps.Add([highest + 1, highest + 1 + step]);
            highest += step + 3;
        }

        return System.Text.Encoding.UTF8.GetString(new Received(upTo, highest, gaps).Encode());
    });

    public override IReadOnlyList<string> Words => ["\"upTo\":", "\"highest\":", "\"gaps\":[", "[1,2]", "],[", "4294967295", "null", "[]", "{", "}", ",", "\\u0067"];

    public override Gen<byte[]> Nearly { get; } = JsonTricks.On(Good);

    public override bool Judge(byte[] input)
    {
        if (Received.TryDecode(input) is not { } received)
            return false;
        Demand(input.Length <= EventRecordJson.BytesMax, "it is longer than the manifest says of the topic.");
        var last = (long)received.UpTo;
        foreach (var gap in received.Gaps)
        {
            Demand(gap.Length == 2 && gap[0] > last && gap[0] <= gap[1] && gap[1] < received.Highest, "a gap is out of order, or no gap.");
            last = gap[1];
            Demand(!received.Covers(gap[0]) && !received.Covers(gap[1]), "it covers what it names as missing.");
        }

        Demand(received.Covers(received.Highest) && (received.Highest == uint.MaxValue || !received.Covers(received.Highest + 1)), "its highest is not the last that it covers.");
        var again = Received.TryDecode(received.Encode());
        Demand(again is not null && again.Encode().AsSpan().SequenceEqual(received.Encode()), "written again it is another.");
        return true;
    }
}
