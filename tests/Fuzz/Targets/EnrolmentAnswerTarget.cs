using System.Text;
using CsCheck;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Fuzz.Structured;

namespace SocialCredit.Edge.Fuzz.Targets;

/// <summary>What a sink answers, which a device stores and a technician reads on a terminal.</summary>
internal sealed class EnrolmentAnswerTarget : FuzzTarget
{
    private static readonly string Good = Encoding.UTF8.GetString(new EnrolmentAnswer
    {
        Status = EnrolmentStatus.Approved,
        Reason = "Approved.",
        Certificate = "-----BEGIN CERTIFICATE-----",
        Authority = "-----BEGIN CERTIFICATE-----",
        CommandKey = "MFkw",
        Zones = ["crossing-north"],
        BrokerHost = "broker.example",
        BrokerPort = 8883,
    }.Encode());

    public override IReadOnlyList<string> Words =>
        ["\"status\":\"waiting\"", "\"status\":\"refused\"", "\"reason\":\"", "\"zones\":[", "\"brokerHost\":\"", "\"brokerPort\":", "\"certificate\":\"", "null", "\\u001b[2J", "\\n", "../", "-1", "65536"];

    public override Gen<byte[]> Nearly { get; } = JsonTricks.On(Gen.Const(Good));

    public override bool Judge(byte[] input)
    {
        if (EnrolmentAnswer.TryDecode(input) is not { } answer)
            return false;
        Demand(answer.Zones.All(zone => zone is not null && Names.IsValid(zone)), "it approves a zone that has no name.");
        Demand(answer.BrokerHost is not { } host || Uri.CheckHostName(host) != UriHostNameType.Unknown, "its broker is no host.");
        Demand(answer.BrokerPort is null or (>= 1 and <= 65535), "its broker has no port.");
        Demand(answer.Reason?.Any(char.IsControl) != true, "its reason speaks to the terminal.");
        Demand(EnrolmentAnswer.TryDecode(answer.Encode())?.Encode().AsSpan().SequenceEqual(answer.Encode()) == true, "written again it is another.");
        return true;
    }
}
