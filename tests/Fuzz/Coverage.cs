using System.Numerics;
using System.Runtime.InteropServices;

namespace SocialCredit.Edge.Fuzz;

/// <summary>
/// Which edges of the instrumented code inputs have reached, and about how often in one input: AFL's map and AFL's buckets.
/// Source: M. Zalewski, Technical "whitepaper" for afl-fuzz, sections 1 and 2.
/// </summary>
internal sealed unsafe class Coverage : IDisposable
{
    private const int MapBytes = 1 << 16;

    private readonly byte* _map = (byte*)NativeMemory.AllocZeroed(MapBytes);
    private readonly byte[] _seen = new byte[MapBytes];

    public Coverage() => SharpFuzz.Common.Trace.SharedMem = _map;

    /// <summary>Edges that any input reached.</summary>
    public int Edges { get; private set; }

    public void Begin()
    {
        new Span<byte>(_map, MapBytes).Clear();
        SharpFuzz.Common.Trace.PrevLocation = 0;
    }

    /// <summary>True if the input since <see cref="Begin"/> reached an edge that none did before, or reached one more often than any.</summary>
    public bool End()
    {
        var isNew = false;
        var words = new ReadOnlySpan<ulong>(_map, MapBytes / sizeof(ulong));
        for (var at = 0; (at = NextCounted(words, at)) < words.Length; at++)
        {
            for (var i = at * sizeof(ulong); i < (at + 1) * sizeof(ulong); i++)
                isNew |= Note(i);
        }

        return isNew;
    }

    public void Dispose()
    {
        SharpFuzz.Common.Trace.SharedMem = null;
        NativeMemory.Free(_map);
    }

    private static int NextCounted(ReadOnlySpan<ulong> words, int from)
    {
        var found = words[from..].IndexOfAnyExcept(0UL);
        return found < 0 ? words.Length : from + found;
    }

    private bool Note(int edge)
    {
        var bucket = Bucket(_map[edge]);
        if ((_seen[edge] & bucket) == bucket)
            return false;
        if (_seen[edge] == 0)
            Edges++;
        _seen[edge] |= bucket;
        return true;
    }

    // 1, 2, 3, 4-7, 8-15, 16-31, 32-127, 128-255: one bit each.
    private static byte Bucket(byte count) => count switch
    {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => 4,
        >= 128 => 128,
        >= 32 => 64,
        _ => (byte)(8 << (BitOperations.Log2(count) - 2)),
    };
}
