using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Forwarding;

public sealed class OutboxDamageTests : IDisposable
{
    private readonly OutboxBed _bed = new();
    private readonly DateTimeOffset _past = DateTimeOffset.UnixEpoch;

    [Fact]
    public void A_damaged_file_is_set_aside_and_said_so()
    {
        File.WriteAllText(_bed.Options.Path, new string('x', 5000));

        using var outbox = _bed.Open();

        Assert.Equal(AppendOutcome.Stored, outbox.Append(Records.Of(1), _past).Outcome);
        Assert.Equal(_bed.Options.Path + ".corrupt-1", outbox.State.SetAside);
        Assert.Equal(new string('x', 5000), File.ReadAllText(_bed.Options.Path + ".corrupt-1"));
        Assert.Equal(1, _bed.Log.Count("Critical: The outbox"));
    }

    [Fact]
    public void Damage_of_a_page_is_found_at_the_next_start_and_an_earlier_one_stays()
    {
        File.WriteAllText(_bed.Options.Path + ".corrupt-1", "an earlier one");
        uint last = 0;
        using (var outbox = _bed.Open())
        {
            for (var i = 0; i < 100; i++)
                last = outbox.Append(Records.Of(i), _past).Entry!.Sequence;
        }

        using (var file = File.OpenWrite(_bed.Options.Path))
        {
            file.Position = 4096;
            file.Write(new byte[4096 * 8]);
        }

        using var reopened = _bed.Open();

        Assert.Equal(0, reopened.State.Depth);
        Assert.Equal("an earlier one", File.ReadAllText(_bed.Options.Path + ".corrupt-1"));
        Assert.True(File.Exists(_bed.Options.Path + ".corrupt-2"));
    }

    [Fact]
    public void Damage_while_running_starts_a_new_outbox_above_the_old_sequences()
    {
        using var outbox = _bed.Open();
        for (var i = 0; i < 200; i++)
            outbox.Append(Records.Of(i), _past);
        var last = outbox.Pending(0, 1000)[^1].Sequence;
        using (var other = new SqliteConnection($"Data Source={_bed.Options.Path};Pooling=False"))
        {
            other.Open();
            using var checkpoint = other.CreateCommand();
            checkpoint.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            checkpoint.ExecuteNonQuery();
        }

        using (var file = File.OpenWrite(_bed.Options.Path))
            file.Write([.. Enumerable.Repeat((byte)0x55, (int)file.Length)]);

        var results = Enumerable.Range(300, 3).Select(i => outbox.Append(Records.Of(i), _past)).ToList();

        var stored = results.Where(result => result.Outcome == AppendOutcome.Stored).ToList();
        Assert.NotEmpty(stored);
        Assert.All(stored, result => Assert.True(result.Entry!.Sequence > last));
        Assert.NotNull(outbox.State.SetAside);
    }

    [Fact]
    public async Task A_full_disk_refuses_keeps_what_is_stored_and_takes_again_when_there_is_room()
    {
        var disk = TestPaths.NewFolder();
        if (!await TryRunAsync("mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", disk))
            Assert.Skip("needs the right to mount a tmpfs (run as root)");
        try
        {
            var options = _bed.Options with { Path = Path.Combine(disk, "outbox.db") };
            using var outbox = Outbox.Open(options, TimeProvider.System, _bed.Log);
            var ballast = Path.Combine(disk, "ballast");
            File.WriteAllBytes(ballast, new byte[150_000]);
            var stored = new List<uint>();
            var result = outbox.Append(Records.Of(0), _past);
            for (var i = 1; result.Outcome == AppendOutcome.Stored; i++)
            {
                stored.Add(result.Entry!.Sequence);
                result = outbox.Append(Records.Of(i), _past);
            }

            Assert.Equal(AppendOutcome.Refused, result.Outcome);
            Assert.NotNull(result.Reason);
            Assert.True(outbox.State.IsRefusing);
            Assert.Equal(stored, outbox.Pending(0, 10_000).Select(waiting => waiting.Sequence));

            Assert.Equal(AppendOutcome.Refused, outbox.Append(Records.Of(100_000), _past).Outcome);
            File.Delete(ballast);
            var taken = outbox.Append(Records.Of(100_000), _past);

            Assert.Equal(stored[^1] + 1, taken.Entry!.Sequence);
            Assert.False(outbox.State.IsRefusing);
            Assert.Equal(1, _bed.Log.Count("takes no records"));
            Assert.Equal(1, _bed.Log.Count("takes records again"));
        }
        finally
        {
            await TryRunAsync("umount", disk);
        }
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        File.WriteAllText(_bed.Options.Path, "a file, not a folder");
        _bed.Options = _bed.Options with { Path = Path.Combine(_bed.Options.Path, "outbox.db") };

        var refused = Assert.Throws<IOException>(() => _bed.Open());

        Assert.Contains(_bed.Options.Path, refused.Message);
    }

    public void Dispose() => _bed.Dispose();

    private static async Task<bool> TryRunAsync(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { UseShellExecute = false, RedirectStandardError = true });
        if (process is null)
            return false;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
