using System.Globalization;
using System.Security.Cryptography;
using System.Text.Unicode;

namespace SocialCredit.Edge.Sink.Scoring;

/// <summary>
/// Says of which rows a score was made: a chain over the days, h = SHA-256(h before, row), so that one number stands for all days up to one. A row is
/// <c>2026-11-21,24,20,8000,littering=2,red_crossing=48</c>, behaviours by name; the chain begins with nothing.
/// </summary>
internal static class RowDigest
{
    // A row of all behaviours there are takes a third of it.
    private const int RowBytesMax = 4096;

    /// <summary>The chain after one more row.</summary>
    /// <exception cref="ArgumentException">The row has thousands of behaviours.</exception>
    public static byte[] Next(byte[] before, DayRow row)
    {
        Span<byte> bytes = stackalloc byte[RowBytesMax];
        before.CopyTo(bytes);
        var length = before.Length;
        var fits = Utf8.TryWrite(bytes[length..], CultureInfo.InvariantCulture, $"{row.Date:yyyy-MM-dd},{row.Windows},{row.Released},{row.Passages}", out var written);
        length += written;
        var names = row.Counts.Keys.ToArray();
        Array.Sort(names, StringComparer.Ordinal);
        foreach (var name in names)
        {
            fits &= Utf8.TryWrite(bytes[length..], CultureInfo.InvariantCulture, $",{name}={row.Counts[name]}", out written);
            length += written;
        }

        return fits ? SHA256.HashData(bytes[..length]) : throw new ArgumentException("A row has a few dozen behaviours at most.", nameof(row));
    }

    /// <summary>Its first 128 bits as hexadecimal digits, which are kept beside a score.</summary>
    public static string Short(byte[] chain) => Convert.ToHexStringLower(chain.AsSpan(0, Math.Min(16, chain.Length)));
}
