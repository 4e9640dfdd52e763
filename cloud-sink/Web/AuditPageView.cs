using System.Text.Json;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>The head of the audit log and its newest lines.</summary>
/// <param name="Count">Lines in all.</param>
/// <param name="Hash">Of the last line.</param>
/// <param name="Lines">The newest first.</param>
public sealed record AuditPageView(long Count, string Hash, IReadOnlyList<AuditRow> Lines)
{
    private const int LinesMax = 100;

    internal static AuditPageView Read(AuditTables audit)
    {
        var (count, hash) = audit.Head();
        return new AuditPageView(count, hash, [.. audit.Newest(LinesMax).Select(AuditRow.Of)]);
    }
}

/// <summary>One line as a page shows it.</summary>
/// <param name="Number">1 for the first.</param>
/// <param name="At">When.</param>
/// <param name="Kind">As the line has it.</param>
/// <param name="Subject">To what.</param>
/// <param name="By">A role or a key.</param>
/// <param name="Detail">Names and values.</param>
/// <param name="Hash">Of the line and all before it.</param>
public sealed record AuditRow(long Number, DateTimeOffset At, string Kind, string Subject, string By, IReadOnlyList<(string Name, string Value)> Detail, string Hash)
{
    /// <summary>The page of what it is about; null where there is none.</summary>
    public string? Address => Kind switch
    {
        "policy-published" or "policy-signed" or "policy-activated" or "policy-expired" => $"/policy/{Uri.EscapeDataString(Subject)}",
        "contest-opened" or "contest-acknowledged" or "contest-remeasured" or "contest-decided" => $"/contests/{Uri.EscapeDataString(Subject)}",
        "rows-excluded" or "rows-restated" => $"/zones/{Uri.EscapeDataString(Subject)}#anew",
        // Otherwise it is about the whole file.
        "calibration-changed" when Detail.Any(part => part.Name == "contest") => $"/zones/{Uri.EscapeDataString(Subject)}#anew",
        _ => null,
    };

    /// <summary>A value of its detail; empty where it has none.</summary>
    public string this[string name] => Detail.FirstOrDefault(part => part.Name == name).Value ?? "";

    internal static AuditRow Of(AuditLine line)
    {
        // A line that somebody changed around the database may be anything; it is shown as it is.
        try
        {
            using var read = JsonDocument.Parse(line.Line);
            var root = read.RootElement;
            return new AuditRow(
                line.Number, root.GetProperty("at").GetDateTimeOffset(), line.Kind, line.Subject, root.GetProperty("by").GetString() ?? "",
                [.. root.GetProperty("detail").EnumerateObject().Select(part => (part.Name, part.Value.ToString()))], line.Hash);
        }
        catch (Exception changed) when (changed is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return new AuditRow(line.Number, DateTimeOffset.UnixEpoch, line.Kind, line.Subject, "", [("line", line.Line)], line.Hash);
        }
    }
}
