using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Audit.Mutants;

/// <summary>Noise of half the scale.</summary>
internal sealed class HalfNoiseMutant(IRandomSource random) : Device(random)
{
    private readonly DiscreteLaplace _passagesNoise = new(5, 4, random), _countsNoise = new(5, 6, random);

    public override string Name => "half the noise";

    protected override EventRecord Release(ClosedWindow closed)
    {
        var record = TrueCounts(closed);
        var noised = record with
        {
            Passages = record.Passages + _passagesNoise.Draw(),
            Counts = [.. record.Counts.Select(count => count with { Count = count.Count + _countsNoise.Draw() })],
        };
        return Rule.Permits(record.Passages, noised.Passages) ? noised : WithoutNumbers(record);
    }
}
