using System.Text;

namespace SocialCredit.Edge.Fuzz;

/// <summary>Small blind changes to an input, several at a time, as the havoc stage of AFL makes them.</summary>
internal sealed class Mutator(Random random, IReadOnlyList<string> words, int bytesMax)
{
    private const int BlockMax = 64;

    private static readonly byte[] Odd = [0, 1, 0x1B, 0x20, 0x7F, 0x80, 0xBF, 0xC0, 0xED, 0xEF, 0xF4, 0xFF, .. "\"'\\{}[]:,-&*!|>#%\t\r\n"u8];

    private static readonly byte[][] Numbers =
    [
        .. new[]
        {
            "0", "-0", "-1", "1", "10", "11", "255", "899", "900", "3600", "86400", "86401", "999999999", "1000000000", "2147483647", "2147483648",
            "4294967295", "4294967296", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1e5", "1E400", "0.5", "1e-9", ".inf",
            "-.inf", ".nan", "00", "0x10", "1_000",
        }.Select(Encoding.ASCII.GetBytes),
    ];

    private readonly byte[][] _words = [.. words.Select(Encoding.UTF8.GetBytes)];

    /// <param name="input">What is changed.</param>
    /// <param name="other">What pieces may come from.</param>
    public byte[] Change(byte[] input, byte[] other)
    {
        var bytes = new List<byte>(input);
        for (var left = 1 << random.Next(0, 4); left > 0; left--)
            ChangeOnce(bytes, other);
        if (bytes.Count > bytesMax)
            bytes.RemoveRange(bytesMax, bytes.Count - bytesMax);
        return [.. bytes];
    }

    private void ChangeOnce(List<byte> bytes, byte[] other)
    {
        var at = random.Next(0, bytes.Count + 1);
        var length = Math.Min(random.Next(1, BlockMax), bytes.Count - at);
        switch (random.Next(0, 11))
        {
            case 0 when length > 0: bytes[at] ^= (byte)(1 << random.Next(0, 8)); break;
            case 1 when length > 0: bytes[at] = (byte)random.Next(0, 256); break;
            case 2 when length > 0: bytes[at] = Odd[random.Next(Odd.Length)]; break;
            case 3: bytes.Insert(at, Odd[random.Next(Odd.Length)]); break;
            case 4: bytes.RemoveRange(at, length); break;
            case 5: bytes.InsertRange(random.Next(0, bytes.Count + 1), bytes.GetRange(at, length)); break;
            case 6: Replace(bytes, at, random.Next(0, length + 1), _words[random.Next(_words.Length)]); break;
            case 7: Replace(bytes, at, 0, _words[random.Next(_words.Length)]); break;
            case 8: ReplaceNumber(bytes, at); break;
            case 9: Replace(bytes, at, length, Piece(other)); break;
            case 10 when random.Next(0, 8) == 0: Repeat(bytes, at, length); break;
        }
    }

    private void Repeat(List<byte> bytes, int at, int length)
    {
        var piece = bytes.GetRange(at, Math.Min(length, 8));
        for (var left = random.Next(1, 200); left > 0 && bytes.Count < bytesMax; left--)
            bytes.InsertRange(at, piece);
    }

    private void ReplaceNumber(List<byte> bytes, int at)
    {
        var from = bytes.FindIndex(at, IsDigit);
        if (from < 0)
            return;
        var to = bytes.FindIndex(from, value => !IsDigit(value));
        Replace(bytes, from, (to < 0 ? bytes.Count : to) - from, Numbers[random.Next(Numbers.Length)]);
    }

    private byte[] Piece(byte[] other)
    {
        var from = random.Next(0, other.Length + 1);
        return other[from..(from + Math.Min(random.Next(0, BlockMax), other.Length - from))];
    }

    private static void Replace(List<byte> bytes, int at, int length, byte[] by)
    {
        bytes.RemoveRange(at, length);
        bytes.InsertRange(at, by);
    }

    private static bool IsDigit(byte value) => value is >= (byte)'0' and <= (byte)'9';
}
