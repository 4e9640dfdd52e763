using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Audit.Mutants;

/// <summary>Publishes the true counts where enough passed, as if that were enough.</summary>
internal sealed class ThresholdOnlyMutant(IRandomSource random) : Device(random)
{
    public override string Name => "threshold only";

    protected override EventRecord Release(ClosedWindow closed)
    {
        var record = TrueCounts(closed);
        return Rule.Permits(record.Passages, record.Passages) ? record : WithoutNumbers(record);
    }
}
