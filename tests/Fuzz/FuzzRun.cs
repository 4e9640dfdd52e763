using System.Security.Cryptography;
using CsCheck;

namespace SocialCredit.Edge.Fuzz;

/// <summary>
/// Tries inputs on one target: the corpus, inputs that a generator makes nearly right, and changes of those that reached an edge
/// which none reached before. One thread, one seed: the same build repeats the same run.
/// </summary>
internal sealed class FuzzRun(FuzzTarget target, Coverage coverage, ulong seed) : IDisposable
{
    /// <summary>One input of so many is made by the generator; the others are changes of kept ones.</summary>
    private const int StructuredEvery = 4;

    private readonly List<byte[]> _kept = [];
    private readonly PCG _pcg = new(1, seed);
    private readonly Random _random = new((int)(seed & int.MaxValue));
    private readonly IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public int Inputs { get; private set; }

    public int Accepted { get; private set; }

    public int Kept => _kept.Count;

    public int Edges => coverage.Edges;

    public long AllocatedBytesMax { get; private set; }

    /// <summary>Of everything that was tried, in its order.</summary>
    public string Digest => Convert.ToHexStringLower(_digest.GetCurrentHash())[..12];

    /// <returns>Null if nothing was found, else the input and what it did.</returns>
    /// <param name="corpus">Tried first, in this order.</param>
    /// <param name="inputs">How many in all.</param>
    /// <param name="underTest">Told of each before it is tried.</param>
    public (byte[] Input, string Problem)? Run(IEnumerable<byte[]> corpus, int inputs, InputUnderTest underTest)
    {
        foreach (var input in corpus)
        {
            if (Try(input, underTest, isKept: true) is { } problem)
                return (input, problem);
        }

        var mutator = new Mutator(_random, target.Words, target.BytesMax);
        while (Inputs < inputs)
        {
            var isStructured = Inputs % StructuredEvery == 0 || _kept.Count == 0;
            var input = isStructured ? Structured() : mutator.Change(Pick(), Pick());
            if (Try(input, underTest, isKept: false) is { } problem)
                return (input, problem);
        }

        return null;
    }

    public void Dispose() => _digest.Dispose();

    private byte[] Structured()
    {
        var made = target.Nearly.Generate(_pcg, null, out _);
        return made.Length <= target.BytesMax ? made : made[..target.BytesMax];
    }

    /// <summary>Any of those that were kept, the newest more often: they stand where nobody has been.</summary>
    private byte[] Pick() =>
        _random.Next(2) == 0 ? _kept[_random.Next(_kept.Count)] : _kept[^(1 + _random.Next((_kept.Count + 7) / 8))];

    private string? Try(byte[] input, InputUnderTest underTest, bool isKept)
    {
        Inputs++;
        _digest.AppendData(input);
        underTest.Set(input);
        var before = GC.GetAllocatedBytesForCurrentThread();
        coverage.Begin();
        try
        {
            Accepted += target.Judge(input) ? 1 : 0;
        }
        catch (Exception broken)
        {
            return $"{broken.GetType().Name}: {broken.Message}\n{broken.StackTrace}";
        }

        if (coverage.End() || isKept)
            _kept.Add(input);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        AllocatedBytesMax = Math.Max(AllocatedBytesMax, allocated);
        return allocated > target.AllocatedBytesMax
            ? $"{input.Length} bytes made it allocate {allocated / 1024} KB; {target.AllocatedBytesMax / 1024} KB are permitted."
            : null;
    }
}
