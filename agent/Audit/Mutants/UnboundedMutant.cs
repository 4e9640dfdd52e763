using SocialCredit.Edge.Anonymisation;

namespace SocialCredit.Edge.Audit.Mutants;

/// <summary>Each deed counts as if it were a track of its own.</summary>
internal sealed class UnboundedMutant(IRandomSource random) : Device(random)
{
    public override string Name => "bounding off";

    protected override void Track(WindowCounts counts, int id, IReadOnlyList<string> did)
    {
        foreach (var behaviour in did)
        {
            counts.Observe(id, behaviour);
            counts.End(id, counts.Start);
        }
    }
}
