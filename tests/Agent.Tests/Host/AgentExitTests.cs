using SocialCredit.Edge.Agent.Tests.Forwarding;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Host;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>What becomes of windows that cannot be stored: they wait where everybody can see it, and what is given up is counted.</summary>
public sealed class AgentExitTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    private readonly OutboxBed _bed = new();

    [Fact]
    public async Task Windows_wait_in_memory_while_the_disk_is_full_and_that_is_seen_and_then_they_are_stored()
    {
        await using var disk = await SmallDisk.MountAsync("tmpfs", 8);
        disk.Fill();
        var time = new SteppedTime(Now);
        using var outbox = Open(disk, time);
        await using var running = new RunningExit(outbox, time, _bed.Log);

        await running.PassAsync(TimeSpan.FromSeconds(40), () => outbox.State.Held == 3);
        Assert.Equal((true, true, 0), (outbox.State.IsRefusing, outbox.State.NeedsAttention, outbox.State.Depth));
        disk.Empty();
        await running.PassAsync(TimeSpan.FromSeconds(15), () => outbox.State.Depth >= 3);

        Assert.Equal((0, false, OutboxLosses.None), (outbox.State.Held, outbox.State.IsRefusing, outbox.State.Losses));
        Assert.Equal((1, 1), (_bed.Log.Count("takes no records"), _bed.Log.Count("takes records again")));
    }

    [Fact]
    public async Task Windows_that_wait_in_memory_when_the_agent_ends_are_counted_whether_it_is_stopped_or_killed()
    {
        await using var disk = await SmallDisk.MountAsync("ext4", 16);
        var time = new SteppedTime(Now);
        using (var outbox = Open(disk, time))
            outbox.Append(Records.Of(0), Now);
        await disk.BecomeReadOnlyAsync();
        using (var outbox = Open(disk, time))
        {
            await using var running = new RunningExit(outbox, time, _bed.Log);
            await running.PassAsync(TimeSpan.FromSeconds(40), () => outbox.State.Held == 3);
            await running.StopAsync();
            Assert.Equal((0, 3L), (outbox.State.Held, outbox.State.Losses.GivenUp));
            Assert.Equal(3, _bed.Log.Count("Gave up the window of test-zone"));
        }

        await disk.MountAgainAsync();
        using (var killed = Open(disk, time))
            killed.Hold(4);
        using var next = Open(disk, time);

        Assert.Equal((0, 4L), (next.State.Held, next.State.Losses.GivenUp));
        Assert.Equal(1, _bed.Log.Count("4 windows waited in the memory of an agent that has ended"));
    }

    [Fact]
    public async Task A_device_that_starts_in_1970_makes_no_record_until_its_clock_is_set_and_counts_the_windows_before()
    {
        var time = new SteppedTime(DateTimeOffset.UnixEpoch.AddMinutes(1));
        using var outbox = _bed.Open(time);
        await using var running = new RunningExit(outbox, time, _bed.Log);

        await running.PassAsync(TimeSpan.FromSeconds(40), () => outbox.State.Held == 3);
        Assert.Equal((true, 0), (outbox.State.NeedsAttention, outbox.State.Depth));
        Assert.Equal(1, _bed.Log.Count("has not been set"));
        time.Step = Now - time.GetUtcNow();
        await running.PassAsync(TimeSpan.FromSeconds(15), () => outbox.State.Depth >= 1);

        Assert.Equal(0, outbox.State.Held);
        Assert.InRange(outbox.State.Losses.GivenUp, 3, 4);
        var first = outbox.Pending(0, 1)[0].Sequence;
        Assert.True(first > 1_700_000_000, "above all that this device gave before its disk was new");
        Assert.True(Records.Decode(outbox.Find(first)!.Payload).Start >= Now.AddSeconds(-10));
    }

    public void Dispose() => _bed.Dispose();

    private Outbox Open(SmallDisk disk, TimeProvider time) =>
        Outbox.Open(new OutboxOptions { Path = Path.Combine(disk.Folder, "outbox.db") }, time, _bed.Log);

    /// <summary>An exit with one camera from which no frame comes: every ten seconds a window of its only zone ends.</summary>
    private sealed class RunningExit : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly SteppedTime _time;
        private readonly Task _running;

        public RunningExit(Outbox outbox, SteppedTime time, CapturingLog log)
        {
            _time = time;
            var exit = new AgentExit(outbox, time, log);
            var configuration = TestConfigurations.Load();
            exit.Add(
                (random, leave) => new CameraExit(configuration.Options.Cameras[0], configuration, (time.GetUtcNow(), true), random, leave), null);
            _running = Task.Run(() => exit.RunAsync(_stop.Token));
        }

        /// <summary>Time passes in ticks until it has come about.</summary>
        public async Task PassAsync(TimeSpan time, Func<bool> condition)
        {
            var end = _time.GetUtcNow() + time;
            await Eventually.TrueAsync(
                () =>
                {
                    if (!condition() && _time.GetUtcNow() < end)
                        _time.Advance(TimeSpan.FromMilliseconds(500));
                    return condition();
                },
                $"within {time}");
        }

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await _running;
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            _stop.Dispose();
        }
    }
}
