using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;

namespace SocialCredit.Edge.Audit.Mutants;

/// <summary>Keeps the true counts and draws the noise anew each time that the window is sent.</summary>
internal sealed class FreshNoiseMutant(IRandomSource random) : Device(random)
{
    private const int Sendings = 4;

    private WindowTotals? _last;

    public override string Name => "fresh noise on resend";

    public override EventRecord[] Publish(Happenings happenings)
    {
        var totals = Close(happenings).Take();
        return [.. Enumerable.Range(0, Sendings).Select(_ => base.Release(new ClosedWindow(totals)))];
    }

    public override ReadOnlyMemory<byte> Send(OutboxEntry entry) =>
        EventRecordJson.Encode(base.Release(new ClosedWindow(_last!)) with { Sequence = entry.Sequence }, PayloadBytes);

    protected override EventRecord Release(ClosedWindow closed)
    {
        _last = closed.Take();
        return base.Release(new ClosedWindow(_last));
    }
}
