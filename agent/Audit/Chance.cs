using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using SocialCredit.Edge.Anonymisation;

namespace SocialCredit.Edge.Audit;

/// <summary>Where an audit takes its chance from: the operating system's generator, as a device does, or a seed.</summary>
internal sealed class Chance(int? seed)
{
    /// <summary>As a device has it, call by call.</summary>
    public IRandomSource AsInTheField(string purpose) => seed is null ? new OsRandom() : Seeded(purpose);

    /// <summary>From the same generator, but hundreds of times faster.</summary>
    public IRandomSource InBlocks(string purpose) => seed is null ? new Blocks() : Seeded(purpose);

    /// <summary>The same chance for the same number.</summary>
    public static IRandomSource Fixed(int number) => new FromSeed(number);

    // Each purpose has a stream of its own, so that a new attack leaves the others as they were.
    private FromSeed Seeded(string purpose) =>
        new(BinaryPrimitives.ReadInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed} {purpose}"))));

    private sealed class FromSeed(int seed) : IRandomSource
    {
        private readonly Random _random = new(seed);

        public int Below(int limit) => _random.Next(limit);
    }

    private sealed class Blocks : IRandomSource
    {
        private readonly byte[] _block = new byte[4096];
        private int _used = 4096;

        public int Below(int limit)
        {
            // The numbers above the last whole multiple are drawn again, or some would come more often than others.
            var whole = (1UL << 32) / (uint)limit * (uint)limit;
            while (true)
            {
                if (_used == _block.Length)
                {
                    RandomNumberGenerator.Fill(_block);
                    _used = 0;
                }

                var drawn = BinaryPrimitives.ReadUInt32LittleEndian(_block.AsSpan(_used));
                _used += sizeof(uint);
                if (drawn < whole)
                    return (int)(drawn % (uint)limit);
            }
        }
    }
}
