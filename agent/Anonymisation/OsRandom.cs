using System.Security.Cryptography;

namespace SocialCredit.Edge.Anonymisation;

/// <summary>The operating system's generator: noise that could be predicted would be no noise.</summary>
public sealed class OsRandom : IRandomSource
{
    public int Below(int limit) => RandomNumberGenerator.GetInt32(limit);
}
