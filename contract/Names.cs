namespace SocialCredit.Edge.Contract;

/// <summary>Names of sites, zones and devices: <c>[a-z0-9-]{3,32}</c>, so that no name can carry free text.</summary>
public static class Names
{
    public const int LengthMax = 32;

    public static bool IsValid(ReadOnlySpan<char> name) => name.Length is >= 3 and <= LengthMax && IsPlain(name, orDot: false);

    /// <summary>Versions of policies and calibrations: <c>[a-z0-9.-]{1,32}</c>, such as <c>p-2026.3</c>.</summary>
    public static bool IsVersion(ReadOnlySpan<char> version) =>
        version.Length is >= 1 and <= LengthMax && IsPlain(version, orDot: true);

    /// <summary>Version of the software with the revision that it was built from: <c>[a-z0-9.+-]{1,64}</c>.</summary>
    internal static bool IsSoftware(ReadOnlySpan<char> version) => version.Length is >= 1 and <= 64 && IsPlain(version, orDot: true, orPlus: true);

    /// <summary>A model's folder: <c>[a-z0-9-]{1,64}</c>.</summary>
    internal static bool IsModel(ReadOnlySpan<char> name) => name.Length is >= 1 and <= 64 && IsPlain(name, orDot: false);

    /// <summary>SHA-256 as text: 64 hexadecimal digits, small.</summary>
    internal static bool IsSha256(string? text) => text is { Length: 64 } && text.All(char.IsAsciiHexDigitLower);

    private static bool IsPlain(ReadOnlySpan<char> text, bool orDot, bool orPlus = false)
    {
        foreach (var c in text)
        {
            var isExtra = (orDot && c == '.') || (orPlus && c == '+');
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-' && !isExtra)
                return false;
        }

        return true;
    }
}
