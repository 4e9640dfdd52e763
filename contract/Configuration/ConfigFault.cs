using System.Text;

namespace SocialCredit.Edge.Configuration;

/// <summary>One thing that is wrong in a file, and what to do about it.</summary>
/// <param name="File">As it was named to the reader.</param>
/// <param name="Line">From 1; 0 where the fault is the file itself.</param>
/// <param name="Key">Such as <c>cameras[0].zones[1].name</c>; empty for the file as a whole.</param>
/// <param name="Problem">A sentence.</param>
/// <param name="Hint">What to do, in sentences; may be empty.</param>
public sealed record ConfigFault(string File, int Line, string Key, string Problem, string Hint)
{
    private const int ShownLengthMax = 60;

    /// <summary><c>edge.yaml:12: cameras[0].source: problem hint</c>, on one line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(OneLine(File));
        if (Line > 0)
            text.Append(':').Append(Line);
        text.Append(": ");
        if (Key.Length > 0)
            text.Append(OneLine(Key)).Append(": ");
        text.Append(OneLine(Problem));
        if (Hint.Length > 0)
            text.Append(' ').Append(OneLine(Hint));
        return text.ToString();
    }

    /// <summary>What somebody wrote, in quotes, cut to a length that fits a message.</summary>
    internal static string Quote(string text) =>
        text.Length <= ShownLengthMax ? $"\"{text}\"" : $"\"{text[..ShownLengthMax]}...\"";

    // A file must not be able to forge a second line of a log.
    private static string OneLine(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text;
}
