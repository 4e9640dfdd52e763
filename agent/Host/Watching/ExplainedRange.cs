using System.Text;

namespace SocialCredit.Edge.Host.Watching;

/// <summary>A range of bytes that left, and what it means.</summary>
/// <param name="Offset">Of its first byte in the packet.</param>
/// <param name="Length">In bytes, at least 1.</param>
/// <param name="Name">Of the field.</param>
/// <param name="Value">As text, without anything that a terminal would obey.</param>
/// <param name="Meaning">In plain words; null where there is none that this device may have.</param>
internal readonly record struct ExplainedRange(int Offset, int Length, string Name, string Value, string? Meaning)
{
    public bool IsExplained => Meaning is not null;

    /// <summary>Printable ASCII as it is, every other character as its number.</summary>
    public static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in text)
            plain.Append(c is >= ' ' and <= '~' and not '\\' ? c.ToString() : $"\\u{(int)c:x4}");
        return plain.ToString();
    }

    /// <summary>A range that nothing explains shows its bytes.</summary>
    public static ExplainedRange Unexplained(string name, int offset, ReadOnlySpan<byte> bytes) =>
        new(offset, bytes.Length, name, Convert.ToHexString(bytes), null);
}
