using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SocialCredit.Edge.Sink.Scoring;

/// <summary>
/// Says of which rows a score was made: a chain over the days, h = SHA-256(h before, row), so that one number stands for all days up to one. A row is
/// <c>2026-11-21,24,20,8000,littering=2,red_crossing=48</c>, behaviours by name; the chain begins with nothing.
/// </summary>
internal static class RowDigest
{
    /// <summary>The chain after one more row.</summary>
    public static byte[] Next(byte[] before, DayRow row)
    {
        var text = new StringBuilder(128);
        text.Append(CultureInfo.InvariantCulture, $"{row.Date:yyyy-MM-dd},{row.Windows},{row.Released},{row.Passages}");
        foreach (var (name, count) in row.Counts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $",{name}={count}");
        return SHA256.HashData([.. before, .. Encoding.UTF8.GetBytes(text.ToString())]);
    }

    /// <summary>Its first 128 bits as hexadecimal digits, which are kept beside a score.</summary>
    public static string Short(byte[] chain) => Convert.ToHexStringLower(chain.AsSpan(0, Math.Min(16, chain.Length)));
}
