using System.Text;
using CsCheck;
using NJsonSchema;
using SocialCredit.Edge.Agent.Tests.Contract;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Fuzz.Structured;

namespace SocialCredit.Edge.Fuzz.Targets;

/// <summary>What a sink reads as a device's answer to a command.</summary>
internal sealed class CommandAnswerTarget : FuzzTarget
{
    private static readonly JsonSchema Schema = JsonSchema.FromJsonAsync(RemoteSchemas.Answer).GetAwaiter().GetResult();

    private static CommandAnswer Good => Reports.Answer;

    public override IReadOnlyList<string> Words =>
        ["\"v\":1", "\"device\":\"", "\"id\":", "\"outcome\":\"", "\"reason\":\"", "\"checks\":[", "{\"check\":\"", "\"ok\":true", "null", "cameras", "clock", "\\u0061", "\\ud800", "},{", "[[[["];

    public override Gen<byte[]> Nearly { get; } = JsonTricks.On(Gen.OneOf(
        Gen.Const(Encoding.UTF8.GetString(Good.Encode())), Gen.Const(Encoding.UTF8.GetString((Good with { Id = 0, Checks = [], Outcome = CommandOutcome.Refused, Reason = CommandReason.Signature }).Encode()))));

    public override bool Judge(byte[] input)
    {
        if (CommandAnswer.TryDecode(input) is not { } answer)
            return false;
        Demand(input.Length <= CommandAnswer.BytesMax && answer.Encode().AsSpan().SequenceEqual(input), "written again it has other bytes.");
        var faults = Schema.Validate(Encoding.UTF8.GetString(input));
        Demand(faults.Count == 0, $"the schema says {faults.FirstOrDefault()}");
        return true;
    }
}
