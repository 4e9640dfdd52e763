namespace SocialCredit.Edge.Forwarding;

/// <param name="Aside">Where the damaged file is now.</param>
/// <param name="Saved">Records that were carried over, with their sequences and bytes.</param>
/// <param name="Lost">Records that were not found whole, at most.</param>
internal sealed record Rebuilt(string Aside, int Saved, int Lost, uint FirstSequence, uint LastSequence);

/// <summary>
/// Makes a new outbox of what is whole in a damaged one. The new file is complete before the old one is moved, so that a kill at any
/// moment leaves one of the two in its place.
/// </summary>
internal static class OutboxRebuild
{
    /// <summary>
    /// For an outbox of which nothing is known. By the clock, so that a device whose disk was replaced starts above everything it ever
    /// sent: what the sink says of the old outbox can then never cover a record of the new one. Good until 2106.
    /// </summary>
    public static uint StartByClock(DateTimeOffset now) => (uint)Math.Clamp(now.ToUnixTimeSeconds(), 0, uint.MaxValue - 1);

    /// <summary>Ends a rebuild that was complete but for its names; forgets one that was not.</summary>
    public static void Finish(string path)
    {
        if (File.Exists(path + ".new"))
            Swap(path);
        OutboxFile.Delete(path + ".part");
    }

    /// <exception cref="IOException">The disk does not take the new file; the damaged one is where it was.</exception>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">The same.</exception>
    public static Rebuilt Run(string path, Tally? tally, OutboxLosses losses, DateTimeOffset now)
    {
        var found = OutboxSalvage.Read(path);
        var drawn = OutboxSalvage.Drawn(path);
        var waiting = found.Values.Where(whole => Waits(whole, tally, now)).ToList();
        var lost = OutboxSalvage.Lost(tally, waiting.Select(whole => whole.Entry.Sequence).ToHashSet());
        var last = Math.Max(tally?.Last ?? StartByClock(now), found.Count == 0 ? 0 : found.Keys.Max());
        while (true)
        {
            try
            {
                Build(path + ".part", (found.Values, waiting, drawn), last, losses with { Lost = losses.Lost + lost }, now);
                break;
            }
            catch (Exception full) when (OutboxFile.IsFull(full) && OutboxFile.DeleteOldestAside(path))
            {
                // Records come before evidence.
            }
        }

        File.Move(path + ".part", path + ".new");
        var aside = Swap(path);
        return new(aside, waiting.Count, lost, waiting.Count == 0 ? last + 1 : waiting[0].Entry.Sequence, last);
    }

    /// <summary>What the sink has committed may lie in the file too; where its word on that had not come, it is sent again, which changes nothing there.</summary>
    private static bool Waits(SealedRecord whole, Tally? tally, DateTimeOffset now) =>
        tally is null
            ? whole.WindowEnd > now - OutboxOptions.DrawnMemory
            : whole.Entry.Sequence >= tally.First && whole.Entry.Sequence <= tally.Last && tally.Received?.Covers(whole.Entry.Sequence) != true;

    private static void Build(
        string part, (IEnumerable<SealedRecord> Found, List<SealedRecord> Waiting, Dictionary<string, (uint Sequence, long At)> Drawn) records, uint last, OutboxLosses losses, DateTimeOffset now)
    {
        OutboxFile.Delete(part);
        using var database = OutboxDatabase.Open(part);
        database.Begin();
        var ledger = OutboxLedger.Load(database, last);
        ledger.Raise(losses);
        foreach (var whole in records.Found)
            ledger.Draw(whole.Entry.Id, whole.Entry.Sequence, Earlier(whole.WindowEnd, now));
        foreach (var (id, (sequence, at)) in records.Drawn)
            ledger.Draw(id, sequence, DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(at, 0, now.ToUnixTimeMilliseconds())));
        // By its window, which is what the sink goes by, too.
        foreach (var whole in records.Waiting)
            ledger.Insert(whole.Entry, Earlier(whole.WindowEnd, now));
        database.Commit();
        database.CloseWhole();
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static string Swap(string path)
    {
        var aside = OutboxFile.SetAside(path);
        File.Move(path + ".new", path);
        return aside;
    }
}
