using SocialCredit.Edge.Anonymisation;

namespace SocialCredit.Edge.Agent.Tests.Anonymisation;

/// <summary>Chance that makes every draw of discrete Laplace noise come out at 5 x 100 / denominator: far above any threshold.</summary>
internal sealed class GreatNoise : IRandomSource
{
    private const int Rounds = 100;
    private int _coins;

    // The sampler goes round once for each (0 of 1, 0 of 2, 1 of 3), stops at 1 of 2, and takes 0 of 2 as plus.
    public int Below(int limit) => limit switch
    {
        2 => _coins++ % (Rounds + 2) == Rounds ? 1 : 0,
        3 => 1,
        _ => 0,
    };
}
