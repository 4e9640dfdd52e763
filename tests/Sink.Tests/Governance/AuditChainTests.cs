using System.Text;
using CsCheck;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Governance;

public sealed class AuditChainTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private static readonly List<AuditLine> Whole = Chain(12);

    private static readonly string Exported = string.Concat(Whole.Select(line => line + "\n"));

    [Fact]
    public void Any_one_byte_that_changes_is_caught_at_its_line() =>
        Gen.Select(Gen.Int[0, Exported.Length - 1], Gen.Byte[1, 255]).Sample((at, bits) =>
        {
            var bytes = Encoding.UTF8.GetBytes(Exported);
            bytes[at] ^= bits;

            var verdict = AuditChain.Verify(AuditChain.Read(Encoding.UTF8.GetString(bytes)), Whole[^1].Hash);

            var line = 1 + Exported.AsSpan(0, at).Count('\n');
            Assert.NotNull(verdict.Problem);
            Assert.Equal(line, verdict.Broken);
        }, iter: 3000);

    [Fact]
    public void A_byte_that_changes_in_the_database_s_file_is_caught()
    {
        var path = Path.Combine(TestPaths.NewFolder(), "sink.db");
        using (var store = new SqliteEventStore(path))
        {
            var audit = new AuditTables(store.Database);
            for (var i = 1; i <= 5; i++)
                audit.Append(new(AuditKind.DeviceApproved, $"camera-{i}", "operator", Noon.AddMinutes(i)));
            store.Database.Read("PRAGMA wal_checkpoint(TRUNCATE)", _ => 0);
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        var bytes = File.ReadAllBytes(path);
        var found = bytes.AsSpan().IndexOf("\"subject\":\"camera-3\",\"by\":\"operator\""u8);
        Assert.InRange(found, 1, bytes.Length);
        bytes[found + "\"subject\":\"camera-".Length] = (byte)'4';
        File.WriteAllBytes(path, bytes);

        using var reopened = new SqliteEventStore(path);
        var verdict = AuditChain.Verify(new AuditTables(reopened.Database).All());

        Assert.Equal((2, 3L, "Line 3 does not fit the line before, or it was changed."), (verdict.Lines, verdict.Broken, verdict.Problem));
    }

    [Fact]
    public void A_line_that_is_missing_doubled_or_moved_is_caught()
    {
        AuditLine[] without = [.. Whole.Where(line => line.Number != 4)], doubled = [Whole[0], Whole[0], .. Whole.Skip(1)], moved = [Whole[1], Whole[0], .. Whole.Skip(2)];

        Assert.Equal((4L, "Line 4 is missing; after it comes 5."), (AuditChain.Verify(without).Broken, AuditChain.Verify(without).Problem));
        Assert.Equal(2, AuditChain.Verify(doubled).Broken);
        Assert.Equal(1, AuditChain.Verify(moved).Broken);
        Assert.Equal(3, AuditChain.Verify([.. Whole.Take(2), Whole[2] with { Subject = "camera-9" }, .. Whole.Skip(3)]).Broken);
    }

    [Fact]
    public void A_log_that_was_cut_or_made_anew_does_not_hold_the_head_that_was_noted()
    {
        var pinned = Whole[^1].Hash;

        Assert.Null(AuditChain.Verify(Whole, Whole[3].Hash).Problem);
        Assert.Null(AuditChain.Verify(Chain(20), pinned).Problem);
        Assert.StartsWith("No line has the hash that was noted", AuditChain.Verify(Whole.Take(11), pinned).Problem, StringComparison.Ordinal);
        Assert.StartsWith("No line has the hash that was noted", AuditChain.Verify(Chain(12, "council"), pinned).Problem, StringComparison.Ordinal);
        Assert.Equal(new AuditVerdict(0, new string('0', 64), null, null), AuditChain.Verify([], new string('0', 64)));
    }

    [Theory]
    [InlineData("Anna\u0007", "operator")]
    [InlineData("camera-1", "line\nbreak")]
    public void No_line_can_hold_what_speaks_to_a_terminal(string subject, string by) =>
        Assert.Throws<ArgumentException>(() => new AuditEntry(AuditKind.DeviceApproved, subject, by, Noon).ToLine(1));

    private static List<AuditLine> Chain(int length, string by = "operator")
    {
        var lines = new List<AuditLine>();
        for (var number = 1; number <= length; number++)
        {
            var entry = new AuditEntry((AuditKind)(number % 17), $"camera-{number}", by, Noon.AddMinutes(number)) { Detail = [("zones", "crossing-north, plaza \u2713")] };
            var text = entry.ToLine(number);
            lines.Add(new AuditLine(number, AuditEntry.WordOf(entry.Kind), entry.Subject, text, AuditLine.HashOf(number == 1 ? AuditLine.FirstHash : lines[^1].Hash, text)));
        }

        return lines;
    }
}
