using System.Text.Json;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Governance;

/// <summary>Whether an audit log is whole: a pure function of its lines, so that an outsider can ask it of an exported file.</summary>
internal static class AuditChain
{
    private const int HashLength = 64;

    /// <summary>Walks the lines from the first on and stops at the first that does not fit.</summary>
    /// <param name="lines">Oldest first.</param>
    /// <param name="pinned">A head that somebody noted earlier, which must be among them; null for none.</param>
    public static AuditVerdict Verify(IEnumerable<AuditLine> lines, string? pinned = null)
    {
        var (count, head) = (0L, AuditLine.FirstHash);
        var isPinned = pinned is null || pinned == head;
        foreach (var line in lines)
        {
            if (Problem(line, count + 1, head) is { } problem)
                return new AuditVerdict(count, head, count + 1, problem);
            (count, head) = (count + 1, line.Hash);
            isPinned |= pinned == head;
        }

        return isPinned
            ? new AuditVerdict(count, head, null, null)
            : new AuditVerdict(count, head, null, "No line has the hash that was noted: this log is not the continuation of that one.");
    }

    /// <summary>The lines of an exported file; one that has not the form of a line fits nowhere.</summary>
    public static IEnumerable<AuditLine> Read(string file)
    {
        long number = 0;

        // By the one line end that is written, so that another is a change like any other.
        var lines = file.Split('\n');
        foreach (var text in lines[^1].Length == 0 ? lines.SkipLast(1) : lines)
        {
            var hasForm = text.Length > HashLength && text[HashLength] == ' ';
            var line = hasForm ? text[(HashLength + 1)..] : text;
            var (kind, subject) = Words(line) is { } words ? (words.Kind, words.Subject) : ("", "");
            yield return new AuditLine(++number, kind, subject, line, hasForm ? text[..HashLength] : "");
        }
    }

    private static string? Problem(AuditLine line, long number, string previous)
    {
        if (line.Number != number)
            return $"Line {number} is missing; after it comes {line.Number}.";
        if (AuditLine.HashOf(previous, line.Line) != line.Hash)
            return $"Line {number} does not fit the line before, or it was changed.";
        return Words(line.Line) is { } said && said == (number, line.Kind, line.Subject)
            ? null
            : $"Line {number} is stored under another number, kind or subject than it says.";
    }

    private static (long Number, string Kind, string Subject)? Words(string line)
    {
        try
        {
            using var read = JsonDocument.Parse(line);
            var root = read.RootElement;
            return (root.GetProperty("number").GetInt64(), root.GetProperty("kind").GetString()!, root.GetProperty("subject").GetString()!);
        }
        catch (Exception other) when (other is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}

/// <summary>What <see cref="AuditChain.Verify"/> found.</summary>
/// <param name="Lines">That fit, from the first on.</param>
/// <param name="Head">The hash of the last that fits.</param>
/// <param name="Broken">The number of the first line that does not fit; null where all do.</param>
/// <param name="Problem">Null where the log is whole.</param>
internal sealed record AuditVerdict(long Lines, string Head, long? Broken, string? Problem);
