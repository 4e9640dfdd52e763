using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Ingestion;

/// <summary>Commands that were written down, on their way to the broker.</summary>
public sealed class CommandPostTests
{
    [Fact]
    public async Task A_command_that_the_broker_refuses_is_tried_again_and_keeps_no_other_device_waiting()
    {
        var path = Path.Combine(TestPaths.NewFolder(), "sink.db");
        using var store = new SqliteEventStore(path);
        var desk = new DeviceDesk(store.Database);
        var post = new CommandPost(desk, payload => new Signed(payload, "", ""), TimeProvider.System, NullLogger<CommandPost>.Instance);
        var tried = new ConcurrentQueue<string>();
        Ask(desk, "camera-1");
        Ask(desk, "camera-2");
        using var ended = new CancellationTokenSource();

        var running = post.RunAsync(
            (topic, _, _, _) =>
            {
                tried.Enqueue(topic);
                return Task.FromResult(topic == Topics.Command("camera-1") ? PublishOutcome.Refused : PublishOutcome.Sent);
            },
            ended.Token);
        await Eventually.TrueAsync(() => tried.Count(topic => topic == Topics.Command("camera-1")) >= 3, "the refused one is tried again");
        await ended.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.Single(tried, topic => topic == Topics.Command("camera-2"));
        Assert.Equal("camera-1", Assert.Single(desk.Unsent(TimeProvider.System.GetUtcNow())).Device);

        // Also once nobody's claim hides what was sent.
        Assert.Equal("camera-1", Assert.Single(desk.Unsent(TimeProvider.System.GetUtcNow().AddMinutes(2))).Device);
    }

    [Fact]
    public async Task Of_several_sinks_one_sends_a_command_and_another_does_after_it_was_killed()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var store = new SqliteEventStore(Path.Combine(TestPaths.NewFolder(), "sink.db"));
        var desk = new DeviceDesk(store.Database);
        Ask(desk, "camera-1");
        var sent = new ConcurrentQueue<string>();
        using var ended = new CancellationTokenSource();

        // The first never hears that the broker took it.
        var killed = Post("first", () => new TaskCompletionSource<PublishOutcome>().Task);
        await PassAsync(() => sent.Count == 1);
        var claimed = DeviceCommand.TryDecode(store.Database.Read("SELECT payload FROM device_command", row => row.GetFieldValue<byte[]>(0))[0])!;
        var soon = time.GetUtcNow().AddSeconds(20);
        Assert.Empty(desk.Unsent(soon));
        Assert.False(desk.Claim(claimed, soon, soon));
        var others = new[] { Post("second", () => Task.FromResult(PublishOutcome.Sent)), Post("third", () => Task.FromResult(PublishOutcome.Sent)) };
        await PassAsync(() => sent.Count == 2);
        for (var i = 0; i < 100; i++)
            time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("first", sent.First());
        Assert.Contains(sent.Last(), (string[])["second", "third"]);
        Assert.Equal(2, sent.Count);
        await ended.CancelAsync();
        await Task.WhenAll(others.Append(killed).Select(post => Assert.ThrowsAnyAsync<OperationCanceledException>(() => post.WaitAsync(ended.Token))));

        Task Post(string sink, Func<Task<PublishOutcome>> answer) =>
            new CommandPost(desk, payload => new Signed(payload, "", ""), time, NullLogger<CommandPost>.Instance).RunAsync(
                (_, _, _, _) =>
                {
                    sent.Enqueue(sink);
                    return answer();
                },
                ended.Token);

        Task PassAsync(Func<bool> condition) => Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(500));
                return condition();
            },
            "a command is sent");
    }

    private static void Ask(DeviceDesk desk, string device)
    {
        var now = TimeProvider.System.GetUtcNow();
        var issued = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        desk.Ask(
            id => new DeviceCommand { Device = device, Id = id, Issued = issued, Expires = issued.AddMinutes(5), Command = CommandWord.Restart, Policy = null, Sha256 = null },
            device, "tester", now);
    }
}
