using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Audit.Mutants;

/// <summary>Noise that hangs on who was there, the same for the same people: meant to outlast averaging, it links their days.</summary>
internal sealed class StickyNoiseMutant(IRandomSource random) : Device(random)
{
    public override string Name => "noise of who was there";

    public override EventRecord[] Publish(Happenings happenings)
    {
        var who = happenings.Groups.Aggregate(17, (hash, group) => unchecked((hash * 31 + group.FirstId) * 31 + group.Tracks));
        return [new Anonymiser(Options, Chance.Fixed(who)).Release(Close(happenings))];
    }
}
