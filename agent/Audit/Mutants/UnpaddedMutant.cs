using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Forwarding;

namespace SocialCredit.Edge.Audit.Mutants;

/// <summary>Leaves the padding out, so that the length tells the numbers' digits.</summary>
internal sealed class UnpaddedMutant(IRandomSource random) : Device(random)
{
    private static readonly byte[] Pad = ",\"pad\":\""u8.ToArray();

    public override string Name => "no padding";

    public override ReadOnlyMemory<byte> Send(OutboxEntry entry) =>
        entry.Payload[..(entry.Payload.Span.IndexOf(Pad) + Pad.Length)];
}
