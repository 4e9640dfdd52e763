using System.Diagnostics;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;

namespace SocialCredit.Edge.Agent.Tests.Forwarding;

/// <summary>On file systems of a few megabytes that really fill up and really become read-only.</summary>
public sealed class OutboxDiskTests(ITestOutputHelper output)
{
    private readonly SteppedTime _time = new(DateTimeOffset.FromUnixTimeSeconds(1_790_000_000));
    private readonly CapturingLog _log = new();
    private readonly DateTimeOffset _past = DateTimeOffset.UnixEpoch;

    [Theory]
    [InlineData("tmpfs")]
    [InlineData("ext4")]
    public async Task On_a_full_disk_it_goes_on_in_the_room_that_it_took_and_past_that_it_refuses_and_loses_nothing(string kind)
    {
        await using var disk = await SmallDisk.MountAsync(kind, 24);
        using var outbox = Open(disk);
        var accepted = new Dictionary<uint, byte[]>();
        Append(outbox, 0, accepted);
        disk.Fill();

        var next = 1;
        while (Append(outbox, next, accepted))
            next++;

        Assert.InRange(accepted.Count, 500, 10_000);
        Assert.True(outbox.State is { IsRefusing: true, NeedsAttention: true, Trouble: not null });
        AssertWhole(outbox, accepted);
        var first = accepted.Keys.Min();
        Assert.Equal(100, outbox.Covered(new Received(first + 99, first + 99, [])));
        outbox.Park(first + 100, 0x87);
        outbox.Trim();
        Assert.Equal([first + 100], outbox.Unpark());
        Assert.True(Append(outbox, next, accepted), "what the sink has committed makes room, on a full disk too");

        for (var covered = first; covered < accepted.Keys.Max();)
        {
            covered = Math.Min(covered + 250, accepted.Keys.Max());
            outbox.Covered(new Received(covered, covered, []));
        }

        Assert.Equal(0, outbox.State.Depth);
        disk.Empty();
        Assert.True(Append(outbox, next + 1, accepted));

        Assert.False(outbox.State.IsRefusing);
        Assert.Equal(OutboxLosses.None, outbox.State.Losses);
        Assert.Equal((1, 1), (_log.Count("takes no records"), _log.Count("takes records again")));
        output.WriteLine($"{kind}: {accepted.Count - 2} records of 512 bytes were accepted on a disk without a free byte, then refused");
    }

    [Fact]
    public async Task A_device_that_starts_on_a_full_disk_delivers_what_it_has_and_one_that_has_nothing_waits_for_room()
    {
        await using var disk = await SmallDisk.MountAsync("ext4", 24);
        var accepted = new Dictionary<uint, byte[]>();
        using (var before = Open(disk))
        {
            for (var i = 0; i < 20; i++)
                Append(before, i, accepted);
        }

        disk.Fill();
        using (var outbox = Open(disk))
        {
            AssertWhole(outbox, accepted);
            Assert.True(Append(outbox, 20, accepted), "it keeps its room while it is off");
            Assert.Equal(20, outbox.Covered(new Received(accepted.Keys.Max() - 1, accepted.Keys.Max() - 1, [])));
        }

        using var fresh = Outbox.Open(new OutboxOptions { Path = Path.Combine(disk.Folder, "other", "outbox.db") }, _time, _log);
        Assert.True(fresh.State.IsRefusing);
        Assert.Equal(AppendOutcome.Refused, fresh.Append(Records.Of(1), _past).Outcome);
        disk.Empty();
        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(AppendOutcome.Stored, fresh.Append(Records.Of(1), _past).Outcome);
        Assert.Equal((1, 1), (_log.Count("takes no records"), _log.Count("takes records again")));
    }

    [Fact]
    public async Task A_disk_that_becomes_read_only_is_read_from_and_when_it_is_mounted_again_it_is_used_again()
    {
        await using var disk = await SmallDisk.MountAsync("ext4", 24);
        using var outbox = Open(disk);
        var accepted = new Dictionary<uint, byte[]>();
        for (var i = 0; i < 50; i++)
            Append(outbox, i, accepted);

        await disk.BecomeReadOnlyAsync();
        Assert.False(Append(outbox, 50, accepted));
        Assert.False(Append(outbox, 50, accepted));
        AssertWhole(outbox, accepted);
        Assert.True(outbox.State.IsRefusing);
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.False(Append(outbox, 50, accepted));
        AssertWhole(outbox, accepted);

        await disk.MountAgainAsync();
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.True(Append(outbox, 50, accepted), outbox.State.Trouble);

        AssertWhole(outbox, accepted);
        Assert.Equal((false, OutboxLosses.None), (outbox.State.IsRefusing, outbox.State.Losses));
        Assert.Equal((1, 1), (_log.Count("takes no records"), _log.Count("takes records again")));
    }

    [Fact]
    public async Task An_agent_that_starts_on_a_read_only_disk_refuses_and_says_so_and_takes_again()
    {
        await using var disk = await SmallDisk.MountAsync("ext4", 24);
        var accepted = new Dictionary<uint, byte[]>();
        using (var before = Open(disk))
            Append(before, 0, accepted);
        await disk.BecomeReadOnlyAsync();

        using var outbox = Open(disk);
        Assert.False(Append(outbox, 1, accepted));
        Assert.True(outbox.State.NeedsAttention);
        await disk.MountAgainAsync();
        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.True(Append(outbox, 1, accepted), outbox.State.Trouble);
        AssertWhole(outbox, accepted);
    }

    [Fact]
    public async Task A_damaged_file_on_a_full_disk_stays_where_it_is_until_there_is_room_to_rebuild_it()
    {
        await using var disk = await SmallDisk.MountAsync("ext4", 24);
        var accepted = new Dictionary<uint, byte[]>();
        using (var before = Open(disk))
        {
            for (var i = 0; i < 50; i++)
                Append(before, i, accepted);
        }

        await using (var file = File.OpenWrite(Path.Combine(disk.Folder, "outbox.db")))
            file.Write(new byte[100]);
        disk.Fill();

        using var outbox = Open(disk);
        Assert.True(outbox.State.IsRefusing);
        Assert.Equal(50, outbox.State.Depth);
        disk.Empty();
        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.True(Append(outbox, 50, accepted), outbox.State.Trouble);
        AssertWhole(outbox, accepted);
        Assert.Equal(0, outbox.State.Losses.Lost);
    }

    [Fact]
    public async Task Files_that_were_set_aside_give_up_their_room_to_records()
    {
        await using var disk = await SmallDisk.MountAsync("tmpfs", 24);
        using var outbox = Open(disk);
        for (var number = 1; number <= 3; number++)
            await File.WriteAllBytesAsync(Path.Combine(disk.Folder, $"outbox.db.corrupt-{number}"), new byte[3 << 20]);
        disk.Fill();
        var accepted = new Dictionary<uint, byte[]>();

        var next = 0;
        while (Directory.GetFiles(disk.Folder, "*.corrupt-*").Length > 1)
            Assert.True(Append(outbox, next++, accepted), $"record {next}");

        Assert.True(File.Exists(Path.Combine(disk.Folder, "outbox.db.corrupt-3")), "the newest goes last");
        AssertWhole(outbox, accepted);
    }

    [Fact]
    public void What_an_append_costs()
    {
        using var bed = new OutboxBed();
        using var outbox = bed.Open();
        for (var i = 0; i < 100; i++)
            outbox.Append(Records.Of(i), _past);

        var watch = Stopwatch.StartNew();
        for (var i = 100; i < 400; i++)
            outbox.Append(Records.Of(i), _past);

        output.WriteLine($"{watch.Elapsed.TotalMilliseconds / 300:0.00} ms an append, on the disk before it returns");
        Assert.Equal(400, outbox.State.Depth);
    }

    private Outbox Open(SmallDisk disk) => Outbox.Open(new OutboxOptions { Path = Path.Combine(disk.Folder, "outbox.db") }, _time, _log);

    private bool Append(Outbox outbox, int window, Dictionary<uint, byte[]> accepted)
    {
        if (outbox.Append(Records.Of(window), _past).Entry is not { } entry)
            return false;
        accepted.Add(entry.Sequence, entry.Payload.ToArray());
        return true;
    }

    private static void AssertWhole(Outbox outbox, Dictionary<uint, byte[]> accepted)
    {
        Assert.Equal(accepted.Keys.Order(), outbox.Pending(0, 100_000).Select(waiting => waiting.Sequence));
        Assert.All(accepted, record => Assert.Equal(record.Value, outbox.Find(record.Key)!.Payload.ToArray()));
    }
}
