using System.Text;
using CsCheck;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Fuzz.Structured;

namespace SocialCredit.Edge.Fuzz.Targets;

/// <summary>What anybody may post to a sink: a device asks to be enrolled.</summary>
internal sealed class EnrolmentRequestTarget : FuzzTarget
{
    private static readonly EnrolmentRequest Good = new()
    {
        Device = "edge-01",
        Site = "plaza-7",
        Zones = ["crossing-north", "plaza-south"],
        Claim = "0123456789abcdef",
        SigningRequest = Convert.ToBase64String(new byte[200]),
    };

    public override IReadOnlyList<string> Words =>
        ["\"v\":1", "\"device\":\"", "\"site\":\"", "\"zones\":[", "\"claim\":\"", "\"signingRequest\":\"", "\"oldKeySignature\":\"", "null", "../", "\\u0061", "},{", "[[[["];

    public override Gen<byte[]> Nearly { get; } = JsonTricks.On(Gen.OneOf(
        Gen.Const(Encoding.UTF8.GetString(Good.Encode())), Gen.Const(Encoding.UTF8.GetString((Good with { Claim = null, OldKeySignature = "c2ln" }).Encode()))));

    public override bool Judge(byte[] input)
    {
        if (EnrolmentRequest.TryDecode(input) is not { } request)
            return false;
        Demand(input.Length <= EnrolmentRequest.BytesMax, "it is too long.");
        foreach (var name in request.Zones.Append(request.Device).Append(request.Site))
            Demand(name.Length is >= 3 and <= 32 && name.All(c => c is '-' or (>= 'a' and <= 'z') or (>= '0' and <= '9')), $"{name} is no name.");
        Demand(request.SigningRequest is not null, "it asks for nothing to be signed.");
        var again = EnrolmentRequest.TryDecode(request.Encode());
        Demand(again is not null && again.Encode().AsSpan().SequenceEqual(request.Encode()), "written again it is another.");
        return true;
    }
}
