using System.Data.Common;
using System.Text.Json;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>
/// The audit log in the database: append-only, each line bound to all before it by its hash. The database refuses to change or delete a
/// line; who goes around the database breaks the chain, and who makes a new chain cannot make the head that others have noted.
/// </summary>
internal sealed class AuditTables(Database database)
{
    private const string Columns = "number, kind, subject, line, hash";

    /// <summary>Lines that are read at once where all are read.</summary>
    private const int PageLines = 1000;

    /// <summary>Appends a line within a change of something else: both hold, or neither.</summary>
    public static AuditLine Append(Database.Turn turn, AuditEntry entry)
    {
        var (number, previous) = HeadOf(turn.Read("SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1", NumberAndHash));
        var text = entry.ToLine(number + 1);
        var line = new AuditLine(number + 1, AuditEntry.WordOf(entry.Kind), entry.Subject, text, AuditLine.HashOf(previous, text));
        turn.Run("INSERT INTO audit (number, kind, subject, line, hash) VALUES ($1, $2, $3, $4, $5)", line.Number, line.Kind, line.Subject, line.Line, line.Hash);
        return line;
    }

    /// <summary>Appends a line; when it returns, it survives a loss of power.</summary>
    public AuditLine Append(AuditEntry entry) => database.Change(turn => Append(turn, entry));

    /// <summary>Appends a line unless the newest of its kind and subject says the same; any number of sinks may say it.</summary>
    /// <returns>Null where nothing is new.</returns>
    public AuditLine? AppendNews(AuditEntry entry) => database.Change(turn =>
    {
        var last = turn.Read("SELECT line FROM audit WHERE kind = $1 AND subject = $2 ORDER BY number DESC LIMIT 1", row => row.GetString(0),
            AuditEntry.WordOf(entry.Kind), entry.Subject);
        return last.Count > 0 && DetailOf(last[0]) == DetailOf(entry.ToLine(0)) ? null : Append(turn, entry);
    });

    /// <summary>How many lines there are, and the hash of the last. The number rises with every change of what scores rest on.</summary>
    public (long Number, string Hash) Head() => HeadOf(database.Read("SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1", NumberAndHash));

    /// <summary>Lines after a number, oldest first.</summary>
    public IReadOnlyList<AuditLine> Lines(long after, int limit) =>
        database.Read($"SELECT {Columns} FROM audit WHERE number > $1 ORDER BY number LIMIT $2", Of, after, limit);

    /// <summary>The newest lines, newest first.</summary>
    public IReadOnlyList<AuditLine> Newest(int limit) => database.Read($"SELECT {Columns} FROM audit ORDER BY number DESC LIMIT $1", Of, limit);

    /// <summary>The newest lines of one kind about one thing, newest first.</summary>
    public IReadOnlyList<AuditLine> Newest(AuditKind kind, string subject, int limit) => database.Read(
        $"SELECT {Columns} FROM audit WHERE kind = $1 AND subject = $2 ORDER BY number DESC LIMIT $3", Of, AuditEntry.WordOf(kind), subject, limit);

    /// <summary>All lines, oldest first, a page at a time.</summary>
    public IEnumerable<AuditLine> All()
    {
        long after = long.MinValue;
        while (Lines(after, PageLines) is { Count: > 0 } page)
        {
            foreach (var line in page)
                yield return line;
            after = page[^1].Number;
        }
    }

    private static string DetailOf(string line)
    {
        using var read = JsonDocument.Parse(line);
        return read.RootElement.GetProperty("detail").GetRawText();
    }

    private static (long, string) HeadOf(List<(long, string)> newest) => newest.Count > 0 ? newest[0] : (0, AuditLine.FirstHash);

    private static (long, string) NumberAndHash(DbDataReader row) => (row.GetInt64(0), row.GetString(1));

    private static AuditLine Of(DbDataReader row) => new(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4));
}
