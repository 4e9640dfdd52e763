using Microsoft.Data.Sqlite;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;

namespace SocialCredit.Edge.Agent.Tests.Forwarding;

/// <summary>Whatever is damaged: a record that was accepted is in the outbox byte by byte, or it is counted.</summary>
public sealed class OutboxDamageTests(ITestOutputHelper output) : IDisposable
{
    private readonly OutboxBed _bed = new();
    private readonly SteppedTime _time = new(DateTimeOffset.FromUnixTimeSeconds(1_790_002_000));
    private readonly Dictionary<uint, byte[]> _accepted = [];
    private readonly DateTimeOffset _past = DateTimeOffset.UnixEpoch;

    [Fact]
    public void A_file_that_is_none_of_ours_is_set_aside_and_said_so()
    {
        File.WriteAllText(_bed.Options.Path, new string('x', 5000));

        using var outbox = _bed.Open(_time);

        Assert.Equal(AppendOutcome.Stored, outbox.Append(Records.Of(1), _past).Outcome);
        Assert.Equal(_bed.Options.Path + ".corrupt-1", outbox.State.SetAside);
        Assert.Equal(new string('x', 5000), File.ReadAllText(_bed.Options.Path + ".corrupt-1"));
        Assert.Equal(1, _bed.Log.Count("Critical: The outbox"));
        Assert.True(outbox.State.NeedsAttention);
        Assert.True(outbox.State.Losses.Lost >= 1, "nobody knows how much was in it: that is never nothing");
    }

    [Theory]
    [InlineData("outbox.db", 15)]
    [InlineData("outbox.db-wal", 15)]
    public void Bytes_that_are_overwritten_anywhere_in_a_stopped_outbox_lose_only_the_records_that_they_hit(string file, int seeds)
    {
        var (saved, lost, rebuilt) = (0, 0, 0);
        for (var seed = 1; seed <= seeds; seed++)
        {
            using var bed = StoppedAfterKill(120 + (seed % 13));
            Overwrite(Path.Combine(Path.GetDirectoryName(bed.Options.Path)!, file), new Random(seed));

            using var outbox = bed.Open(_time);

            var (isRebuilt, lostHere) = AssertWholeOrCounted(outbox, $"{file}, seed {seed}");
            (saved, lost, rebuilt) = (saved + outbox.State.Depth, lost + lostHere, rebuilt + (isRebuilt ? 1 : 0));
        }

        output.WriteLine($"{file}: {seeds} seeds, {rebuilt} rebuilt, {saved} records carried over whole, {lost} lost and counted");
        Assert.True(rebuilt > seeds / 3 && saved > lost);
    }

    [Theory]
    [InlineData("outbox.db", 0.0, false)]
    [InlineData("outbox.db", 0.3, false)]
    [InlineData("outbox.db", 0.0, true)]
    [InlineData("outbox.db-wal", 0.0, false)]
    [InlineData("outbox.db-wal", 0.05, false)]
    [InlineData("outbox.db-wal", 0.0, true)]
    public void A_file_that_lost_its_end_or_is_gone_loses_nothing_without_a_count(string file, double kept, bool isGone)
    {
        using var bed = StoppedAfterKill(125);
        var path = Path.Combine(Path.GetDirectoryName(bed.Options.Path)!, file);
        if (isGone)
        {
            File.Delete(path);
        }
        else
        {
            using var cut = File.OpenWrite(path);
            cut.SetLength((long)(cut.Length * kept));
        }

        using var outbox = bed.Open(_time);

        var (_, lost) = AssertWholeOrCounted(outbox, $"{file} cut to {kept}");
        output.WriteLine($"{file} cut to {kept:P0}{(isGone ? ", gone" : "")}: {outbox.State.Depth} whole, {lost} lost");
    }

    [Fact]
    public void Damage_while_it_runs_is_rebuilt_above_the_old_sequences_and_what_is_taken_then_outlives_a_kill()
    {
        using var outbox = _bed.Open(_time);
        for (var i = 0; i < 100; i++)
            Append(outbox, i);
        var last = _accepted.Keys.Max();
        using (var file = new FileStream(_bed.Options.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.Write([.. Enumerable.Repeat((byte)0x55, (int)file.Length)]);
        using (var file = new FileStream(_bed.Options.Path + "-wal", FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.Write([.. Enumerable.Repeat((byte)0x55, (int)file.Length / 2)]);

        _time.Advance(TimeSpan.FromMinutes(61));
        Assert.ThrowsAny<Exception>(outbox.Trim);

        var taken = Enumerable.Range(300, 40).Count(i => Append(outbox, i));

        Assert.Equal(40, taken);
        Assert.NotNull(outbox.State.SetAside);
        Assert.All(_accepted.Keys.OrderDescending().Take(taken), sequence => Assert.True(sequence > last));
        using var killed = Snapshot();
        using var next = killed.Open(_time);
        var (_, lost) = AssertWholeOrCounted(next, "after the kill");
        output.WriteLine($"{outbox.State.Depth} whole, {lost} lost");
        Assert.Equal(next.State.Losses, outbox.State.Losses);
    }

    [Fact]
    public void A_byte_that_changes_inside_of_a_record_is_never_sent()
    {
        using (var outbox = _bed.Open(_time))
        {
            for (var i = 0; i < 20; i++)
                Append(outbox, i);
        }

        foreach (var path in (string[])[_bed.Options.Path, _bed.Options.Path + "-wal"])
        {
            var bytes = File.ReadAllBytes(path);
            var changed = _accepted.Values.ElementAt(7);
            for (var at = bytes.AsSpan().IndexOf(changed); at >= 0; at = bytes.AsSpan().IndexOf(changed))
                bytes[at + changed.AsSpan().IndexOf("\"passages\":7"u8) + 11] = (byte)'9';
            File.WriteAllBytes(path, bytes);
        }

        using var reopened = _bed.Open(_time);

        Assert.Equal((19, 1L), (reopened.State.Depth, reopened.State.Losses.Lost));
        AssertWholeOrCounted(reopened, "one digit");
    }

    [Fact]
    public void A_disk_that_damages_every_file_costs_a_few_files_and_no_loop()
    {
        var outbox = _bed.Open(_time);
        for (var round = 0; round < 8; round++)
        {
            for (var i = 0; i < 10; i++)
                Append(outbox, (round * 100) + i);
            outbox.Dispose();
            File.WriteAllText(_bed.Options.Path, "damage");
            File.Delete(_bed.Options.Path + "-wal");
            outbox = _bed.Open(_time);
        }

        Assert.Equal(3, _bed.Files().Count(name => name.Contains(".corrupt-", StringComparison.Ordinal) && !name.EndsWith("-wal", StringComparison.Ordinal)));
        Assert.Contains("outbox.db.corrupt-8", _bed.Files());
        AssertWholeOrCounted(outbox, "eight times");
        outbox.Dispose();
    }

    [Fact]
    public void A_spoilt_tally_costs_nothing_while_the_file_is_whole()
    {
        using (var outbox = _bed.Open(_time))
        {
            for (var i = 0; i < 20; i++)
                Append(outbox, i);
        }

        File.WriteAllText(_bed.Options.Path + ".tally", "spoilt");
        using var reopened = _bed.Open(_time);

        Assert.Equal((20, OutboxLosses.None, null), (reopened.State.Depth, reopened.State.Losses, reopened.State.SetAside));
    }

    [Fact]
    public void A_window_that_was_drawn_before_the_damage_is_not_drawn_again()
    {
        using (var outbox = _bed.Open(_time))
        {
            for (var i = 0; i < 20; i++)
                Append(outbox, i);
        }

        File.WriteAllBytes(_bed.Options.Path, [.. File.ReadAllBytes(_bed.Options.Path).Select((value, at) => at < 100 ? (byte)0 : value)]);
        using var reopened = _bed.Open(_time);

        Assert.Equal(AppendOutcome.AlreadyDrawn, reopened.Append(Records.Of(7, passages: 8), _past).Outcome);
        Assert.Equal((20, 0L), (reopened.State.Depth, reopened.State.Losses.Lost));
    }

    [Fact]
    public void All_counts_outlive_restarts_and_a_damaged_file()
    {
        _bed.Options = _bed.Options with { RecordsMax = 15 };
        using (var outbox = _bed.Open(_time))
        {
            for (var i = 0; i < 20; i++)
                Append(outbox, i);
            outbox.GiveUp(3);
        }

        File.WriteAllText(_bed.Options.Path, "damage");
        File.Delete(_bed.Options.Path + "-wal");
        using (var damaged = _bed.Open(_time))
            Assert.Equal(new OutboxLosses(5, 15, 3), damaged.State.Losses);
        File.Delete(_bed.Options.Path + ".tally");
        using var reopened = _bed.Open(_time);

        Assert.Equal(new OutboxLosses(5, 15, 3), reopened.State.Losses);
    }

    [Fact]
    public void A_rebuild_that_was_cut_short_is_ended_by_the_next_start()
    {
        using (var outbox = _bed.Open(_time))
            Append(outbox, 0);
        // As after a kill between two renames: the damaged file is gone from its place, the complete new one not yet there.
        using (var snapshot = Snapshot())
        using (var whole = snapshot.Open(_time))
        {
            Append(whole, 1);
            whole.Dispose();
            Move(snapshot.Options.Path, _bed.Options.Path);
        }

        File.WriteAllText(_bed.Options.Path + ".part", "half of another");
        using var reopened = _bed.Open(_time);

        Assert.Equal(_accepted.Keys.Order(), reopened.Pending(0, 100).Select(waiting => waiting.Sequence));
        Assert.DoesNotContain(_bed.Files(), name => name.EndsWith(".part", StringComparison.Ordinal) || name.EndsWith(".new", StringComparison.Ordinal));

        static void Move(string from, string to)
        {
            using (var database = new SqliteConnection($"Data Source={from};Pooling=False"))
            {
                database.Open();
                using var close = database.CreateCommand();
                close.CommandText = "PRAGMA journal_mode = DELETE";
                close.ExecuteNonQuery();
            }

            File.Delete(to);
            File.Delete(to + "-wal");
            File.Move(from, to + ".new");
        }
    }

    public void Dispose() => _bed.Dispose();

    /// <summary>Some records have left, some lie in the database, the last in the log only: as a process leaves it that was killed.</summary>
    private OutboxBed StoppedAfterKill(int records)
    {
        _accepted.Clear();
        using var bed = new OutboxBed();
        using var outbox = bed.Open(_time);
        for (var i = 0; i < records; i++)
            Append(outbox, i);
        var covered = _accepted.Keys.Min() + 49;
        outbox.Covered(new Received(covered, covered, []));
        foreach (var sequence in _accepted.Keys.Where(sequence => sequence <= covered).ToList())
            _accepted.Remove(sequence);
        return bed.Copy();
    }

    private OutboxBed Snapshot() => _bed.Copy();

    private bool Append(Outbox outbox, int window)
    {
        if (outbox.Append(Records.Of(window), _past) is not { Outcome: AppendOutcome.Stored, Entry: { } entry })
            return false;
        _accepted.Add(entry.Sequence, entry.Payload.ToArray());
        return true;
    }

    private (bool IsRebuilt, int Lost) AssertWholeOrCounted(Outbox outbox, string where)
    {
        var there = outbox.Pending(0, 100_000).Select(waiting => waiting.Sequence).ToList();
        Assert.All(there.Where(_accepted.ContainsKey), sequence => Assert.Equal(_accepted[sequence], outbox.Find(sequence)!.Payload.ToArray()));
        var missing = _accepted.Keys.Except(there).Count();
        // What had left may lie there again, when the end of the log is gone: the sink has it, and it is sent in vain.
        Assert.True(there.Count - (_accepted.Count - missing) <= 50, where);
        Assert.True(missing == outbox.State.Losses.Lost, $"{where}: {missing} are missing and {outbox.State.Losses.Lost} are counted");
        var next = outbox.Append(Records.Of(90_000), _past).Entry!;
        Assert.True(next.Sequence > _accepted.Keys.Max(), where);
        return (outbox.State.SetAside is not null, missing);
    }

    /// <summary>One to four places of up to three pages, with noise, zeros or ones; every other at a record.</summary>
    private static void Overwrite(string path, Random random)
    {
        var bytes = File.ReadAllBytes(path);
        var records = new List<int>();
        for (var at = 0; bytes.AsSpan(at).IndexOf("SCEntry1"u8) is >= 0 and var next; at += next + 1)
            records.Add(at + next);
        for (var places = random.Next(1, 5); places > 0; places--)
        {
            var noise = new byte[random.Next(1, 3 * 8192)];
            var kind = random.Next(3);
            if (kind == 0)
                random.NextBytes(noise);
            else
                Array.Fill(noise, (byte)(kind == 1 ? 0xFF : 0));

            var at = places % 2 == 0 ? random.Next(bytes.Length) : Math.Max(0, records[random.Next(records.Count)] - random.Next(8192));
            noise.AsSpan(0, Math.Min(noise.Length, bytes.Length - at)).CopyTo(bytes.AsSpan(at));
        }

        File.WriteAllBytes(path, bytes);
    }
}
