using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Audit.Mutants;

/// <summary>Publishes the true counts of every window.</summary>
internal sealed class NoNoiseMutant(IRandomSource random) : Device(random)
{
    public override string Name => "no noise";

    protected override EventRecord Release(ClosedWindow closed) => TrueCounts(closed);
}
