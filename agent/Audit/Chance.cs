using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using SocialCredit.Edge.Anonymisation;

namespace SocialCredit.Edge.Audit;

/// <summary>Where an audit takes its chance from: the operating system, as a device does, or a seed.</summary>
internal sealed class Chance(int? seed)
{
    /// <summary>For one purpose. With a seed, each purpose has a stream of its own, so that a new attack leaves the others as they were.</summary>
    public IRandomSource For(string purpose) => seed is null
        ? new OsRandom()
        : new Seeded(BinaryPrimitives.ReadInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed} {purpose}"))));

    /// <summary>For a purpose that is no part of the device: many times faster, from a seed even where the device has none.</summary>
    public IRandomSource ForPlay(string purpose) => seed is null ? new Seeded(RandomNumberGenerator.GetInt32(int.MaxValue)) : For(purpose);

    /// <summary>The same chance for the same number, from now on.</summary>
    public static IRandomSource Fixed(int seed) => new Seeded(seed);

    private sealed class Seeded(int seed) : IRandomSource
    {
        private readonly Random _random = new(seed);

        public int Below(int limit) => _random.Next(limit);
    }
}
