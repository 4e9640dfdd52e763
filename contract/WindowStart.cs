using System.Globalization;

namespace SocialCredit.Edge.Contract;

/// <summary>The start of a window, or any time on the wire, as text: RFC 3339, UTC, whole seconds, written in one way only.</summary>
internal static class WindowStart
{
    private const string Form = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static string Format(DateTimeOffset start) => start.ToString(Form, CultureInfo.InvariantCulture);

    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset start) =>
        DateTimeOffset.TryParseExact(text, Form, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out start);
}
