using SocialCredit.Edge.Anonymisation;

namespace SocialCredit.Edge.Agent.Tests.Anonymisation;

/// <summary>The same chance at every run.</summary>
internal sealed class SeededRandom(int seed) : IRandomSource
{
    private readonly Random _random = new(seed);

    /// <summary>How often it was asked.</summary>
    public long Draws { get; private set; }

    public int Below(int limit)
    {
        Draws++;
        return _random.Next(limit);
    }
}
