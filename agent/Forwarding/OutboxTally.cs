using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Forwarding;

/// <summary>What the outbox holds and has not delivered, as far as it is known without its database.</summary>
/// <param name="First">Lowest sequence that waits; one above <paramref name="Last"/> if none does.</param>
/// <param name="Last">Highest sequence given.</param>
/// <param name="Depth">Records that wait: never fewer than there are, and more only until the next write.</param>
/// <param name="Held">Windows that wait in RAM because the disk takes none.</param>
/// <param name="IsPending">The last sequence was about to be committed when this was written.</param>
/// <param name="Received">What the sink said last that it has; null before it said anything.</param>
internal sealed record Tally(uint First, uint Last, int Depth, int Held, OutboxLosses Losses, bool IsPending = false, Received? Received = null)
{
    private const int Numbers = 8;

    public static Tally Nothing { get; } = new(1, 0, 0, 0, OutboxLosses.None);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"first={First} last={Last} depth={Depth} held={Held} dropped={Losses.Dropped} lost={Losses.Lost} givenUp={Losses.GivenUp} pending={(IsPending ? 1 : 0)}{(Received is { } received ? " " + Encoding.ASCII.GetString(received.Encode()) : "")}");

    public static Tally? Parse(string text)
    {
        var values = new long[Numbers];
        var parts = text.Split(' ');
        if (parts.Length is not (Numbers or Numbers + 1))
            return null;
        for (var i = 0; i < values.Length; i++)
        {
            if (!long.TryParse(parts[i].AsSpan(parts[i].IndexOf('=') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out values[i]))
                return null;
        }

        return new((uint)values[0], (uint)values[1], (int)values[2], (int)values[3], new(values[4], values[5], values[6]), values[7] == 1,
            parts.Length > Numbers ? Received.TryDecode(Encoding.ASCII.GetBytes(parts[Numbers])) : null);
    }
}

/// <summary>
/// The tally in a small file beside the database, so that a damaged database does not take along how much was in it. Two lines, each in
/// a block of its own, written in turn and in place: a torn write spoils one, and a full disk takes both.
/// </summary>
internal sealed class OutboxTally(string path)
{
    private const int BlockBytes = 4096, SumDigits = 16;

    private long _generation;

    /// <summary>As written or read last; null before that, or if neither line could be read.</summary>
    public Tally? Current { get; private set; }

    /// <exception cref="IOException">The disk does not give it.</exception>
    public void Read()
    {
        Current = null;
        if (!File.Exists(path))
            return;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        var block = new byte[BlockBytes];
        for (var i = 0; i < 2; i++)
        {
            var length = file.ReadAtLeast(block, BlockBytes, throwOnEndOfStream: false);
            var line = Encoding.Latin1.GetString(block, 0, length).TrimEnd();
            var isWhole = line.Length > SumDigits && line[..SumDigits] == SumOf(line[SumDigits..]);
            var parts = isWhole ? line.Split(' ', 3) : [];
            if (parts.Length == 3 && long.TryParse(parts[1], CultureInfo.InvariantCulture, out var generation)
                && (Current is null || generation > _generation) && Tally.Parse(parts[2]) is { } tally)
                (_generation, Current) = (generation, tally);
        }
    }

    /// <param name="tally">What holds from now on.</param>
    /// <param name="isDurable">Waits until it would survive a power cut; else it survives a kill only.</param>
    /// <exception cref="IOException">The disk does not take it; what was written before still stands.</exception>
    public void Write(Tally tally, bool isDurable)
    {
        var generation = _generation + 1;
        var text = string.Create(CultureInfo.InvariantCulture, $" {generation} {tally}");
        if (text.Length > BlockBytes - SumDigits - 1)
            text = string.Create(CultureInfo.InvariantCulture, $" {generation} {tally with { Received = null }}");
        var block = Encoding.Latin1.GetBytes((SumOf(text) + text).PadRight(BlockBytes - 1) + "\n");
        try
        {
            using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            if (file.Length < 2 * BlockBytes)
                file.Write(Encoding.Latin1.GetBytes(new string(' ', 2 * BlockBytes)));
            file.Position = generation % 2 * BlockBytes;
            file.Write(block);
            if (isDurable)
                file.Flush(flushToDisk: true);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException($"{path} cannot be written: {refused.Message}", refused);
        }

        (_generation, Current) = (generation, tally);
    }

    /// <summary>If the disk does not take it, it is written with the next change; until then it is in this process only.</summary>
    public void TryWrite(Tally tally, bool isDurable)
    {
        try
        {
            Write(tally, isDurable);
        }
        catch (IOException)
        {
        }
    }

    private static string SumOf(string text) => Convert.ToHexString(SHA256.HashData(Encoding.Latin1.GetBytes(text)))[..SumDigits];
}
