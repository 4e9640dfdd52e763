namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>Makes names that strangers chose fit for a log: short, and without characters that forge lines.</summary>
internal static class LogText
{
    private const int LengthMax = 80;

    public static string Of(string text) =>
        string.Create(Math.Min(text.Length, LengthMax), text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsAsciiLetterOrDigit(source[i]) || source[i] is '-' or '/' or '.' or '_' ? source[i] : '?';
        });
}
